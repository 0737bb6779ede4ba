//! Asterisk's manager interface over HTTP, without IO.
//!
//! Bytes become typed messages in [`ami`], [`session`] holds the conversation, and [`time`] is what
//! both are told of clocks. Nothing here knows a browser, a socket or a model of the calls: the
//! caller posts the forms, keeps the cookies and reads the clock, natively or in wasm.
//!
//! * **In** goes an [`Input`](session::Input): somebody logs in, a request was answered or failed,
//!   the time has come. Each comes with the [`Moment`](time::Moment) at which it happened.
//! * **Out** comes an [`Output`](session::Output) for each thing to do, by
//!   [`Session::poll`](session::Session::poll), until there is none: mostly a form to post.
//! * **What Asterisk said** is told as [`Notice`](session::Notice)s while an input is handled.
//! * **Time** is the caller's: come back with [`Input::Tick`](session::Input::Tick) at
//!   [`Session::wake_at`](session::Session::wake_at). Nothing here reads a clock or sleeps.
//!
//! The session logs in, lists, waits for events, and lists again after every doubt. Two programs that
//! use it stand in `examples`: `calls` follows an Asterisk, and `hang_up` ends a channel.
//!
//! ```
//! use ajam::session::{Input, Output, Reply, Session};
//! use ajam::time::Moment;
//!
//! // The seed is for what others must not guess: take it from the system.
//! let mut session = Session::new(7);
//! let now = Moment::default();
//! session.handle(Input::Start { account: None }, now, &mut |_| {});
//! // It asks first whether a session lives already.
//! let Some(Output::Post(post)) = session.poll() else {
//!     panic!("nothing to post")
//! };
//! assert!(post.body.to_ascii_lowercase().contains("action=ping"));
//! // Whatever posts it hands the answer back, with the time.
//! let reply = Reply {
//!     status: 200,
//!     body: b"<ajax-response><response type='object' id='unknown'><generic \
//!             response='Error' message='Permission denied' /></response></ajax-response>"
//!         .to_vec(),
//!     authenticate: None,
//! };
//! let later = now + std::time::Duration::from_millis(20);
//! session.handle(Input::Replied(post.id, reply), later, &mut |_| {});
//! // None does: log in, with `Input::SignIn`.
//! assert!(matches!(session.phase(), ajam::session::Phase::SignedOut(_)));
//! ```

pub mod ami;
pub mod session;
pub mod time;
