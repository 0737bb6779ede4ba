//! The line to the set-up doctor: feeds it, and does what it asks for.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use ajam::ami::form::CONTENT_TYPE;
use ajam::session::{Failure, GREATEST_BODY};
use ajam::time::Moment;
use gloo_events::EventListener;
use gloo_net::http::{Request, RequestBuilder};
use gloo_timers::future::sleep;
use js_sys::{Date, Promise};
use switchboard_core::doctor::{Answer, Ask, AskId, Doctor, Input, Output, Place, Target};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, AbortSignal, Event, RequestCache, RequestCredentials, Url, Window};

use super::alarm::Alarm;
use super::http::{self, NoReply, outliving};
use super::{fault, memory};

/// A handle to the one doctor of the page.
#[derive(Clone)]
pub struct Visit(Rc<Inner>);

struct Inner {
    doctor: RefCell<Doctor>,
    changed: Box<dyn Fn()>,
    /// Nowhere for a doctor that is only looked at.
    place: Option<Place>,
    alarm: Alarm,
    aborts: RefCell<Vec<(AskId, AbortController)>>,
}

impl Visit {
    /// Begins the examination. `changed` is called after everything that happened.
    pub fn open(changed: impl Fn() + 'static) -> Self {
        let window = web_sys::window();
        let place = window.as_ref().map(place).unwrap_or_default();
        let visit = Self::new(Doctor::default(), Some(place), changed);
        if let Some(window) = window {
            visit.watch(&window);
            let told = visit.clone();
            spawn_local(async move { told.input(Input::Worker(has_worker(&window).await)) });
        }
        visit.start();
        visit
    }

    /// A line that sends nothing: for a doctor that somebody else feeds.
    pub fn offline(doctor: Doctor, changed: impl Fn() + 'static) -> Self {
        Self::new(doctor, None, changed)
    }

    fn new(doctor: Doctor, place: Option<Place>, changed: impl Fn() + 'static) -> Self {
        Self(Rc::new(Inner {
            doctor: RefCell::new(doctor),
            changed: Box::new(changed),
            place,
            alarm: Alarm::begin(),
            aborts: RefCell::default(),
        }))
    }

    /// Begins, or begins anew.
    pub fn start(&self) {
        if let Some(place) = &self.0.place {
            self.input(Input::Start(place.clone()));
        }
    }

    /// Looks at the doctor.
    pub fn look<R>(&self, look: impl FnOnce(&Doctor) -> R) -> R {
        look(&self.0.doctor.borrow())
    }

    /// Something happened.
    pub fn input(&self, input: Input) {
        if fault::is_stopped() {
            return;
        }
        let now = self.now();
        self.0.doctor.borrow_mut().handle(input, now);
        loop {
            let output = self.0.doctor.borrow_mut().poll();
            match output {
                Some(Output::Ask(ask)) => self.ask(ask),
                Some(Output::Abort(id)) => {
                    if let Some(abort) = self.take(id) {
                        abort.abort();
                    }
                }
                Some(Output::DropCookie) => {
                    if let Some(place) = &self.0.place {
                        memory::drop_cookie(&place.path(Target::Mxml));
                    }
                }
                None => break,
            }
        }
        self.set_timer();
        (self.0.changed)();
    }

    fn now(&self) -> Moment {
        self.0.alarm.look().now
    }

    /// Ends with the page: nothing of it outlives a reload.
    fn watch(&self, window: &Window) {
        let visit = self.clone();
        let left = move |_: &Event| visit.input(Input::Leave);
        EventListener::new(window, "pagehide", left).forget();
    }

    fn ask(&self, ask: Ask) {
        let (Some(place), Ok(abort)) = (&self.0.place, AbortController::new()) else {
            return;
        };
        let url = place.path(ask.target);
        self.0.aborts.borrow_mut().push((ask.id, abort.clone()));
        let visit = self.clone();
        spawn_local(async move {
            let answer = fetch(&url, &ask, &abort.signal()).await;
            // Given up meanwhile: nobody waits for it.
            if visit.take(ask.id).is_some() {
                visit.input(match answer {
                    Ok(answer) => Input::Replied(ask.id, answer),
                    Err(NoReply::Failed(words)) => Input::Failed(ask.id, Failure(words)),
                    Err(NoReply::TooLarge) => {
                        Input::Failed(ask.id, Failure(format!("> {GREATEST_BODY} B")))
                    }
                });
            }
        });
    }

    fn take(&self, id: AskId) -> Option<AbortController> {
        let mut aborts = self.0.aborts.borrow_mut();
        let at = aborts.iter().position(|(of, _)| *of == id)?;
        Some(aborts.remove(at).1)
    }

    fn set_timer(&self) {
        let wake_at = self.look(Doctor::wake_at);
        let visit = self.clone();
        self.0
            .alarm
            .set(wake_at, self.now(), move || visit.input(Input::Tick));
    }
}

fn place(window: &Window) -> Place {
    let location = window.location();
    let host = location.hostname().unwrap_or_default();
    Place {
        page: location.pathname().unwrap_or_default(),
        encrypted: location.protocol().is_ok_and(|by| by == "https:"),
        loopback: host == "localhost" || host == "[::1]" || host.starts_with("127."),
    }
}

/// Whether the browser takes the service worker; a private window may refuse.
///
/// WebKit was seen to never answer, where the page before this one had asked the same and was left
/// before it heard. It is asked again then, and may have one by now.
async fn has_worker(window: &Window) -> bool {
    let navigator = window.navigator();
    let known = js_sys::Reflect::has(&navigator, &JsValue::from_str("serviceWorker"));
    if !known.unwrap_or(false) {
        return false;
    }
    let workers = navigator.service_worker();
    for _ in 0..WORKER_TRIES {
        let made = within(WORKER_WAIT, workers.register("sw.js")).await;
        if let Some(made) = made {
            return made.is_ok();
        }
        let had = within(WORKER_WAIT, workers.get_registration()).await;
        if matches!(had, Some(Ok(had)) if !had.is_undefined()) {
            return true;
        }
    }
    false
}

/// How long the browser is given to answer, and how often it is asked.
const WORKER_WAIT: Duration = Duration::from_secs(2);
const WORKER_TRIES: usize = 3;

/// What a promise comes to; none if that takes too long.
async fn within(time: Duration, promise: Promise) -> Option<Result<JsValue, JsValue>> {
    let late = JsValue::from(js_sys::Symbol::for_("late"));
    let told = late.clone();
    let timer = wasm_bindgen_futures::future_to_promise(async move {
        sleep(time).await;
        Ok(told)
    });
    let first = JsFuture::from(Promise::race(&js_sys::Array::of2(&promise, &timer))).await;
    (first.as_ref().ok() != Some(&late)).then_some(first)
}

async fn fetch(url: &str, ask: &Ask, signal: &AbortSignal) -> Result<Answer, NoReply> {
    let bare = |request: RequestBuilder| {
        request
            .cache(RequestCache::NoStore)
            .abort_signal(Some(signal))
    };
    let request = match (&ask.body, ask.by_get) {
        (Some(body), false) => {
            let form = Request::post(url).header("Content-Type", CONTENT_TYPE);
            bare(form).body(body.as_str())?
        }
        (Some(body), true) => bare(Request::get(&format!("{url}?{body}"))).build()?,
        // No cookie, and no question for a password when the answer is 401.
        (None, _) => {
            let request = Request::get(url).credentials(RequestCredentials::Omit);
            bare(request).build()?
        }
    };
    let request = if ask.keepalive {
        outliving(request)
    } else {
        request
    };
    let answer = request.send().await?;
    let wall = Date::now();
    let headers = answer.headers();
    let date = headers.get("Date").map(|date| Date::parse(&date));
    Ok(Answer {
        status: answer.status(),
        path: path(&answer.url()),
        authenticate: headers.get("WWW-Authenticate"),
        date: date.filter(|date| date.is_finite()).map(|date| date as i64),
        wall: wall as i64,
        body: http::read(&answer, GREATEST_BODY, || {}).await?,
    })
}

/// The path of an absolute address.
fn path(url: &str) -> String {
    Url::new(url).map(|url| url.pathname()).unwrap_or_default()
}
