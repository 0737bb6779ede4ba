//! The page on a console that somebody else feeds: no network, and a scripted Asterisk.

use std::time::Duration;

use ajam::ami::Secret;
use ajam::session::{Credentials, Failure, Input, Post, Reply, Scope};
use gloo_timers::future::sleep;
use js_sys::Promise;
use switchboard::shell::Link;
use switchboard::ui::Mounted;
use switchboard_core::console::Console;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, HtmlElement, HtmlInputElement, HtmlTemplateElement, KeyboardEvent, KeyboardEventInit,
};

use crate::talk;

/// A page, and what it waits for.
pub struct Stage {
    pub link: Link,
    pub root: HtmlElement,
    open: Vec<Post>,
    commands: &'static str,
    _page: Mounted,
}

/// What an account with all rights may do.
pub const ALL_RIGHTS: &str = "redirect='x' hangup='x'";

impl Drop for Stage {
    fn drop(&mut self) {
        self.root.remove();
    }
}

impl Stage {
    /// A page on which nobody is logged in.
    pub async fn begin(commands: &'static str) -> Self {
        Self::begin_at("#", commands).await
    }

    /// The same at another place.
    pub async fn begin_at(address: &str, commands: &'static str) -> Self {
        let window = web_sys::window().unwrap();
        let history = window.history().unwrap();
        let none = wasm_bindgen::JsValue::NULL;
        history
            .replace_state_with_url(&none, "", Some(address))
            .unwrap();
        let document = window.document().unwrap();
        let root: HtmlElement = document.create_element("div").unwrap().unchecked_into();
        document.body().unwrap().append_child(&root).unwrap();
        // The log-in form stands in the page before the module is there.
        let early = document.create_element("template").unwrap();
        early.set_inner_html(include_str!("../../index.html"));
        let early = early.unchecked_ref::<HtmlTemplateElement>().content();
        let early = early.query_selector("#early").unwrap().unwrap();
        root.append_child(&early).unwrap();
        let slot = std::rc::Rc::new(std::cell::RefCell::new(None));
        let keep = slot.clone();
        let page = switchboard::ui::mount(&root, move |changed| {
            let link = Link::offline(Console::new(1), changed);
            *keep.borrow_mut() = Some(link.clone());
            link
        });
        let link = slot.borrow_mut().take().unwrap();
        let mut stage = Self {
            link,
            root,
            open: Vec::new(),
            commands,
            _page: page,
        };
        stage.link.input(Input::Start { account: None });
        stage.answer("Ping", &[talk::DENIED]).await;
        stage
    }

    /// A live board with these channels.
    pub async fn live(commands: &'static str, channels: &[String]) -> Self {
        Self::begin(commands).await.log_in(channels).await
    }

    /// The same at another place.
    pub async fn live_at(address: &str, channels: &[String]) -> Self {
        let stage = Self::begin_at(address, ALL_RIGHTS).await;
        stage.log_in(channels).await
    }

    async fn log_in(self, channels: &[String]) -> Self {
        let mut stage = self;
        let credentials = Credentials {
            username: "demo".to_owned(),
            secret: Secret::new("demo"),
        };
        stage.link.input(Input::SignIn(credentials, Scope::Browser));
        // The second tells that the cookie was kept.
        for _ in 0..2 {
            stage
                .answer("Challenge", &["response='Success' challenge='123'"])
                .await;
        }
        stage
            .answer(
                "Login",
                &["response='Success' message='Authentication accepted'"],
            )
            .await;
        stage.lists(channels).await;
        stage
    }

    /// Answers everything that is asked for after a log-in, until the page waits for events.
    pub async fn lists(&mut self, channels: &[String]) {
        let commands = format!("response='Success' {}", self.commands);
        let settings = "response='Success' amiversion='11.0.0' asteriskversion='22.10.1' \
                        systemname='pbx'";
        let mut list = vec!["response='Success' eventlist='start'"];
        list.extend(channels.iter().map(String::as_str));
        list.push("event='CoreShowChannelsComplete' eventlist='Complete'");
        while !self.asked("WaitEvent") {
            match self.oldest().as_str() {
                "ListCommands" => self.answer("ListCommands", &[&commands]).await,
                "CoreSettings" => self.answer("CoreSettings", &[settings]).await,
                "CoreShowChannels" => self.answer("CoreShowChannels", &list).await,
                "Status" => {
                    let items = list.iter().map(|item| {
                        let item = item.replace("CoreShowChannelsComplete", "StatusComplete");
                        item.replace("CoreShowChannel", "Status")
                    });
                    let items: Vec<_> = items.collect();
                    let items: Vec<_> = items.iter().map(String::as_str).collect();
                    self.answer("Status", &items).await;
                }
                other => {
                    let start = "response='Success' eventlist='start'";
                    self.answer(other, &[start]).await;
                }
            }
        }
    }

    /// The action of the oldest open post.
    fn oldest(&self) -> String {
        let post = self.open.first().expect("something is asked for");
        let action = post.body.trim_start_matches("Action=");
        action.split('&').next().unwrap_or_default().to_owned()
    }

    /// Answers the oldest open post of this action.
    pub async fn answer(&mut self, action: &str, packets: &[&str]) {
        let post = self.take(action);
        let body = talk::answering(&post.body, &talk::body(packets)).into_bytes();
        let reply = Reply {
            status: 200,
            body,
            ..Reply::default()
        };
        self.link.input(Input::Replied(post.id, reply));
        self.drawn().await;
    }

    /// Answers the open WaitEvent with these events.
    pub async fn happen(&mut self, events: &[&str]) {
        let post = self.take("WaitEvent");
        // An event is believed of a channel that bears its name.
        let events: Vec<String> = events
            .iter()
            .map(|event| event.replace(" channel='PJSIP/1795", " channel='PJSIP/line-1795"))
            .collect();
        let events: Vec<&str> = events.iter().map(String::as_str).collect();
        let body = talk::happened(&events).into_bytes();
        let reply = Reply {
            status: 200,
            body,
            ..Reply::default()
        };
        self.link.input(Input::Replied(post.id, reply));
        self.drawn().await;
    }

    /// The line breaks while the page waits for events.
    pub async fn break_line(&mut self) {
        let post = self.take("WaitEvent");
        let failure = Failure("Failed to fetch".to_owned());
        self.link.input(Input::Failed(post.id, failure));
        self.drawn().await;
    }

    /// Takes the oldest open post of this action out.
    pub fn take(&mut self, action: &str) -> Post {
        self.open.extend(self.link.unsent());
        let wanted = format!("Action={action}&");
        let at = self
            .open
            .iter()
            .position(|post| post.body.starts_with(&wanted))
            .unwrap_or_else(|| panic!("{action} was not posted"));
        self.open.remove(at)
    }

    /// Whether this action was posted and waits for its answer.
    pub fn asked(&mut self, action: &str) -> bool {
        self.open.extend(self.link.unsent());
        let wanted = format!("Action={action}&");
        self.open.iter().any(|post| post.body.starts_with(&wanted))
    }

    /// Waits until what changed is in the page.
    pub async fn drawn(&self) {
        while self.link.look(switchboard_core::console::Console::has_work) {
            sleep(Duration::from_millis(1)).await;
        }
        // One frame draws; what that changes in the page is there before the next.
        for _ in 0..2 {
            frame().await;
        }
    }

    pub fn all(&self, selector: &str) -> Vec<Element> {
        let list = self.root.query_selector_all(selector).unwrap();
        (0..list.length())
            .filter_map(|at| list.get(at)?.dyn_into().ok())
            .collect()
    }

    pub fn one(&self, selector: &str) -> HtmlElement {
        self.root
            .query_selector(selector)
            .unwrap()
            .unwrap_or_else(|| panic!("nothing matches {selector}"))
            .unchecked_into()
    }

    pub fn text(&self, selector: &str) -> String {
        self.one(selector).text_content().unwrap_or_default()
    }

    /// The row of a channel.
    pub fn row(&self, id: &str) -> HtmlElement {
        self.one(&format!("[data-uniqueid='{id}']"))
    }

    pub async fn click(&self, selector: &str) {
        self.one(selector).click();
        self.drawn().await;
    }

    pub async fn type_into(&self, selector: &str, text: &str) {
        let field: HtmlInputElement = self.one(selector).unchecked_into();
        field.set_value(text);
        let event = web_sys::Event::new("input").unwrap();
        field.dispatch_event(&event).unwrap();
        self.drawn().await;
    }

    pub async fn press(&self, selector: &str, key: &str) {
        let init = KeyboardEventInit::new();
        init.set_key(key);
        init.set_bubbles(true);
        init.set_cancelable(true);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
        self.one(selector).dispatch_event(&event).unwrap();
        self.drawn().await;
    }

    /// The pointer comes, moves or goes.
    pub async fn point(&self, event: &str, selector: &str) {
        let event = web_sys::Event::new(event).unwrap();
        self.one(selector).dispatch_event(&event).unwrap();
        self.drawn().await;
    }

    /// What the field holds.
    pub fn value(&self, selector: &str) -> String {
        self.one(selector)
            .unchecked_into::<HtmlInputElement>()
            .value()
    }
}

/// Waits for the browser's next frame.
pub async fn frame() {
    let promise = Promise::new(&mut |resolve, _| {
        let window = web_sys::window().unwrap();
        window.request_animation_frame(&resolve).unwrap();
    });
    JsFuture::from(promise).await.unwrap();
}

/// Waits for the window's next event of this name, from now on and not from the first poll.
pub fn next(event: &str) -> impl Future<Output = ()> {
    let promise = Promise::new(&mut |come, _| {
        let window = web_sys::window().unwrap();
        window
            .add_event_listener_with_callback(event, &come)
            .unwrap();
    });
    async {
        JsFuture::from(promise).await.unwrap();
    }
}

/// Items of a list of channels, by what each says beside its id.
pub fn channels(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| channel(&format!("1795229696.{number}"), "calleridnum='100'"))
        .collect()
}

/// One item of a list of channels.
pub fn channel(id: &str, more: &str) -> String {
    // Whatever a version writes at all, it writes always.
    let rest = [
        "calleridnum",
        "calleridname",
        "connectedlinenum",
        "connectedlinename",
    ];
    let rest = rest.iter().filter(|name| !more.contains(*name));
    let rest: String = rest.map(|name| format!("{name}='' ")).collect();
    format!(
        "event='CoreShowChannel' channel='PJSIP/line-{id}' channelstate='6' channelstatedesc='Up' \
         {more} {rest}context='default' exten='600' priority='1' uniqueid='{id}' linkedid='{id}' \
         duration='00:00:05' bridgeid=''"
    )
}
