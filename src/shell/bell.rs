//! A bell of the browser's own: a sound, and a notice that other windows do not hide.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Interval;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AudioContext, Notification, NotificationOptions, NotificationPermission};

use super::fault;

/// How often it sounds, and how often at the most: a phone that nobody answers falls silent by then.
const EVERY: u32 = 4_000;
const TIMES: u32 = 15;

/// The two tones of a ring: when each begins, and its pitch, in seconds and hertz.
const TONES: [(f64, f32); 2] = [(0.0, 784.0), (0.18, 988.0)];
/// How long a tone lasts, in seconds, and how loud it is, of 1.
const TONE: f64 = 0.35;
const LOUD: f32 = 0.2;

/// What is going on for one call.
struct Ringing {
    notice: Option<(Notification, Closure<dyn FnMut()>)>,
    _sound: Interval,
}

/// A bell.
#[derive(Default)]
pub struct Bell {
    sound: RefCell<Option<AudioContext>>,
    ringing: RefCell<Option<Ringing>>,
}

impl Bell {
    /// Rings until [`hush`](Self::hush), with a notice of these words where one may be shown.
    pub fn ring(self: &Rc<Self>, title: &str, words: &str) {
        self.hush();
        let (bell, mut left) = (Rc::downgrade(self), TIMES);
        self.strike();
        let sound = Interval::new(EVERY, move || {
            left = left.saturating_sub(1);
            if let Some(bell) = bell.upgrade().filter(|_| left > 0) {
                bell.strike();
            }
        });
        *self.ringing.borrow_mut() = Some(Ringing {
            notice: show(title, words),
            _sound: sound,
        });
    }

    /// Is silent, and takes the notice away.
    pub fn hush(&self) {
        let ringing = self.ringing.borrow_mut().take();
        if let Some((notice, _)) = ringing.and_then(|ringing| ringing.notice) {
            notice.close();
        }
    }

    /// Sounds once. A browser lets a page sound only when somebody has pressed something in it; until
    /// then this does nothing.
    pub fn strike(&self) {
        if was_pressed() && !fault::is_stopped() {
            let _ = self.sound();
        }
    }

    fn sound(&self) -> Result<(), JsValue> {
        let mut context = self.sound.borrow_mut();
        let context = match &mut *context {
            Some(context) => context,
            none => none.insert(AudioContext::new()?),
        };
        let _ = context.resume()?;
        let begin = context.current_time();
        for (after, pitch) in TONES {
            let (tone, gain) = (context.create_oscillator()?, context.create_gain()?);
            tone.frequency().set_value(pitch);
            let level = gain.gain();
            level.set_value_at_time(LOUD, begin + after)?;
            level.linear_ramp_to_value_at_time(0.0, begin + after + TONE)?;
            tone.connect_with_audio_node(&gain)?;
            gain.connect_with_audio_node(&context.destination())?;
            tone.start_with_when(begin + after)?;
            tone.stop_with_when(begin + after + TONE)?;
        }
        Ok(())
    }
}

/// Whether the browser shows notices of this page. There are none without https
/// (`https://notifications.spec.whatwg.org`), but on this machine itself.
pub fn may_show() -> bool {
    has_notices() && Notification::permission() == NotificationPermission::Granted
}

/// Asks the person whether notices may be shown, and tells what came of it.
pub fn ask(then: impl FnOnce(bool) + 'static) {
    let asked = match has_notices() {
        true => Notification::request_permission().ok(),
        false => None,
    };
    spawn_local(async move {
        if let Some(asked) = asked {
            let _ = JsFuture::from(asked).await;
        }
        then(may_show());
    });
}

/// Whether somebody has pressed something in this page. Firefox before 120 does not tell.
fn was_pressed() -> bool {
    let part = |of: &JsValue, name| js_sys::Reflect::get(of, &JsValue::from_str(name)).ok();
    let pressed = web_sys::window().and_then(|window| {
        let activation = part(&window.navigator(), "userActivation")?;
        part(&activation, "hasBeenActive")?.as_bool()
    });
    pressed.unwrap_or(true)
}

fn has_notices() -> bool {
    let window = web_sys::window();
    window.is_some_and(|window| {
        let name = JsValue::from_str("Notification");
        window.is_secure_context() && js_sys::Reflect::has(&window, &name) == Ok(true)
    })
}

/// Shows a notice; whoever presses it comes to the page.
fn show(title: &str, words: &str) -> Option<(Notification, Closure<dyn FnMut()>)> {
    if !may_show() {
        return None;
    }
    let options = NotificationOptions::new();
    options.set_body(words);
    // One at a time, from however many tabs.
    options.set_tag("switchboard");
    // Some browsers refuse it to a page (`Illegal constructor`, Chrome on Android).
    let notice = Notification::new_with_options(title, &options).ok()?;
    let shown = notice.clone();
    let press = Closure::<dyn FnMut()>::new(move || {
        if let Some(window) = web_sys::window() {
            let _ = window.focus();
        }
        shown.close();
    });
    notice.set_onclick(Some(press.as_ref().unchecked_ref()));
    Some((notice, press))
}
