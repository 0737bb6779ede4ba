//! Turns at the page's thread: what takes long goes on behind what came meanwhile.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::MessageChannel;

type Task = Box<dyn FnOnce()>;
type Line = (MessageChannel, Closure<dyn FnMut()>);

/// The next turn, if there is one. By a message to oneself, for timers are slowed down: to 4 ms
/// when they follow one another, and to a second in a hidden page.
#[derive(Clone, Default)]
pub(super) struct Turns {
    task: Rc<RefCell<Option<Task>>>,
    channel: Rc<RefCell<Option<Line>>>,
}

impl Turns {
    /// Whether a turn is to come.
    pub(super) fn under_way(&self) -> bool {
        self.task.borrow().is_some()
    }

    /// Does this in the next turn.
    pub(super) fn next(&self, task: impl FnOnce() + 'static) {
        *self.task.borrow_mut() = Some(Box::new(task));
        let mut channel = self.channel.borrow_mut();
        if channel.is_none() {
            *channel = self.open();
        }
        let sent = channel
            .as_ref()
            .is_some_and(|(channel, _)| channel.port2().post_message(&true.into()).is_ok());
        drop(channel);
        if !sent {
            self.come();
        }
    }

    fn open(&self) -> Option<Line> {
        let channel = MessageChannel::new().ok()?;
        let turns = self.clone();
        let come = Closure::<dyn FnMut()>::new(move || turns.come());
        channel
            .port1()
            .set_onmessage(Some(come.as_ref().unchecked_ref()));
        Some((channel, come))
    }

    fn come(&self) {
        let task = self.task.borrow_mut().take();
        if let Some(task) = task {
            task();
        }
    }
}
