//! A client of `/mxml` with a session.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use switchboard_lab::{
    Asterisk,
    http::{self, Pending, Reply},
};

use super::files::Files;

/// What the page listens to, and a little more.
const EVENTS: &str = "system,call,agent,user,dtmf,cdr";

/// A session, logged in or not.
pub(crate) struct Session {
    address: SocketAddr,
    path: String,
    cookie: Option<String>,
}

impl Session {
    /// A client that has not sent anything yet.
    pub(crate) fn new(asterisk: &Asterisk) -> Self {
        Self {
            address: asterisk.http_address(),
            path: format!("{}/mxml", asterisk.settings().base_path()),
            cookie: None,
        }
    }

    /// A session of the account that may do everything, its queue of events empty.
    pub(crate) fn listening(asterisk: &Asterisk) -> Result<Self> {
        let mut session = Self::logged_in(asterisk, "demo")?;
        session.ask(&[("Action", "WaitEvent"), ("Timeout", "1")])?;
        Ok(session)
    }

    /// A session of an account whose secret is its name.
    pub(crate) fn logged_in(asterisk: &Asterisk, user: &str) -> Result<Self> {
        let mut session = Self::new(asterisk);
        let reply = session.ask(&[
            ("Action", "Login"),
            ("Username", user),
            ("Secret", user),
            ("Events", EVENTS),
        ])?;
        ensure!(
            reply.text().contains("Authentication accepted"),
            "{user} could not log in: {}",
            reply.text()
        );
        Ok(session)
    }

    /// Sends a request and waits for its answer.
    pub(crate) fn ask(&mut self, fields: &[(&str, &str)]) -> Result<Reply> {
        let form = http::form(fields.iter().copied());
        let reply = http::post(self.address, &self.path, self.cookie.as_deref(), &form)?;
        if let Some(cookie) = reply.cookie() {
            self.cookie = Some(cookie.to_owned());
        }
        Ok(reply)
    }

    /// The same, and the answer goes into a file.
    pub(crate) fn record(
        &mut self,
        files: &mut Files,
        name: &str,
        how: &str,
        fields: &[(&str, &str)],
    ) -> Result<Reply> {
        let begin = Instant::now();
        let reply = self.ask(fields)?;
        let form = http::form(fields.iter().copied());
        files.add(name, how, &form, &reply, begin.elapsed())?;
        Ok(reply)
    }

    /// All events that have come, in one late answer, into a file.
    pub(crate) fn record_events(&mut self, files: &mut Files, name: &str, how: &str) -> Result<()> {
        let wait = [("Action", "WaitEvent"), ("Timeout", "1")];
        self.record(files, name, how, &wait)?;
        Ok(())
    }

    /// Sends a request whose answer is wanted later.
    pub(crate) fn send(&self, fields: &[(&str, &str)]) -> Result<Pending> {
        let form = http::form(fields.iter().copied());
        http::send(self.address, &self.path, self.cookie.as_deref(), &form)
    }
}

/// How long anything in a scenario may take.
pub(crate) const SOON: Duration = Duration::from_secs(20);
