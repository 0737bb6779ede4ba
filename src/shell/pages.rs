//! The way to the other pages of this browser: a channel that reaches all of them, and a lock that
//! the browser hands on when its holder is gone.
//!
//! Browsers have locks on `https` and on the machine itself only; the channel everywhere.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, BroadcastChannel, Event, MessageEvent, Window};

use switchboard_core::tabs::Message;

/// What this page has of the lock.
#[derive(Default)]
struct Lock {
    /// Ends a wait in the line.
    line: Option<AbortController>,
    /// Gives the lock back.
    release: Option<Function>,
}

/// The channel and the lock of one manager.
pub(super) struct Pages {
    name: String,
    channel: Option<BroadcastChannel>,
    /// The browser's lock manager, where there is one.
    locks: Option<JsValue>,
    lock: Rc<RefCell<Lock>>,
    locked: Rc<dyn Fn()>,
}

impl Pages {
    /// Listens. `name` tells one manager from another on the same host.
    pub fn open(
        window: &Window,
        name: String,
        heard: impl Fn(Message) + 'static,
        locked: impl Fn() + 'static,
    ) -> Self {
        let channel = BroadcastChannel::new(&name).ok();
        if let Some(channel) = &channel {
            let heard = move |event: &Event| {
                // Whatever is not ours is not understood.
                let data = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
                let text = data.and_then(|data| data.as_string());
                if let Some(message) = text.as_deref().and_then(Message::of_text) {
                    heard(message);
                }
            };
            // For the life of the page.
            EventListener::new(channel, "message", heard).forget();
        }
        let locks = Reflect::get(&window.navigator(), &JsValue::from_str("locks")).ok();
        Self {
            name,
            channel,
            locks: locks.filter(JsValue::is_object),
            lock: Rc::default(),
            locked: Rc::new(locked),
        }
    }

    pub fn say(&self, message: &Message) {
        if let Some(channel) = &self.channel {
            let _ = channel.post_message(&JsValue::from_str(&message.text()));
        }
    }

    /// Lines up for the lock.
    pub fn await_lock(&self) {
        let options = Object::new();
        if let Ok(abort) = AbortController::new() {
            let _ = Reflect::set(&options, &JsValue::from_str("signal"), &abort.signal());
            self.lock.borrow_mut().line = Some(abort);
        }
        self.request(&options);
    }

    /// Takes the lock from whoever has it.
    pub fn steal_lock(&self) {
        self.let_go();
        let options = Object::new();
        let _ = Reflect::set(&options, &JsValue::from_str("steal"), &JsValue::TRUE);
        self.request(&options);
    }

    /// Gives the lock back, or leaves its line.
    pub fn let_go(&self) {
        let lock = std::mem::take(&mut *self.lock.borrow_mut());
        if let Some(line) = lock.line {
            line.abort();
        }
        if let Some(release) = lock.release {
            let _ = release.call0(&JsValue::NULL);
        }
    }

    fn request(&self, options: &Object) {
        let Some(locks) = &self.locks else { return };
        let (lock, locked) = (self.lock.clone(), self.locked.clone());
        // The lock is held for as long as the promise that this returns stands open.
        let granted = Closure::once_into_js(move |_lock: JsValue| {
            let held = Promise::new(&mut |release, _| {
                let mut lock = lock.borrow_mut();
                lock.line = None;
                lock.release = Some(release);
            });
            locked();
            held
        });
        let request = Reflect::get(locks, &JsValue::from_str("request"))
            .and_then(JsCast::dyn_into::<Function>);
        let arguments = Array::of3(&JsValue::from_str(&self.name), options, &granted);
        let asked = request.and_then(|request| request.apply(locks, &arguments));
        if let Ok(Ok(promise)) = asked.map(JsCast::dyn_into::<Promise>) {
            // It fails when the wait is ended or the lock is taken away: both are told elsewhere.
            spawn_local(async move {
                let _ = JsFuture::from(promise).await;
            });
        }
    }
}
