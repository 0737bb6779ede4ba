//! How baresip is told what to do, and tells what happens: JSON in netstrings over TCP
//! (its module `ctrl_tcp`).

use std::{
    collections::HashMap,
    io::{BufReader, Write as _},
    net::{Shutdown, SocketAddr, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::calls::Calls;

/// How long baresip may take to answer a command.
const ANSWER: Duration = Duration::from_secs(10);

/// A connection. A thread reads it, and keeps count of the calls.
#[derive(Debug)]
pub(super) struct Control {
    stream: Mutex<TcpStream>,
    known: Arc<Known>,
}

#[derive(Debug, Default)]
struct Known {
    state: Mutex<State>,
    news: Condvar,
}

#[derive(Debug, Default)]
struct State {
    calls: Calls,
    last_token: u64,
    answers: HashMap<String, Value>,
    closed: bool,
}

impl Control {
    pub(super) fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).context("baresip does not listen")?;
        let reader = stream.try_clone().context("cannot share the connection")?;
        let known = Arc::<Known>::default();
        let teller = Arc::clone(&known);
        thread::spawn(move || read(reader, &teller));
        Ok(Self {
            stream: Mutex::new(stream),
            known,
        })
    }

    /// Runs commands, with nothing of anybody else's in between, and gives what the last one said.
    pub(super) fn run(&self, commands: &[(&str, &str)]) -> Result<String> {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let mut said = String::new();
        for (command, parameters) in commands {
            let token = {
                let mut state = self.known.lock();
                state.last_token += 1;
                state.last_token.to_string()
            };
            let text = json!({ "command": command, "params": parameters, "token": token });
            let text = text.to_string();
            write!(stream, "{}:{text},", text.len()).context("baresip has gone")?;
            said = self
                .known
                .wait(ANSWER, |state| state.answers.remove(&token))
                .with_context(|| format!("`{command}` was not answered"))
                .and_then(|answer| {
                    let said = answer["data"].as_str().unwrap_or_default();
                    let said = said.trim_end().to_owned();
                    match answer["ok"].as_bool() {
                        Some(true) => Ok(said),
                        _ => bail!("`{command} {parameters}` failed: {said}"),
                    }
                })?;
        }
        Ok(said)
    }

    /// What is known of the calls at this moment.
    pub(super) fn look<T>(&self, look: impl FnOnce(&mut Calls) -> T) -> T {
        look(&mut self.known.lock().calls)
    }

    /// Waits until the calls give something. An error says what the calls were at the end.
    pub(super) fn wait<T>(
        &self,
        time: Duration,
        mut look: impl FnMut(&Calls) -> Option<T>,
    ) -> Result<T> {
        self.known.wait(time, |state| look(&state.calls))
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        let stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = stream.shutdown(Shutdown::Both);
    }
}

impl Known {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<T>(&self, time: Duration, mut look: impl FnMut(&mut State) -> Option<T>) -> Result<T> {
        let deadline = Instant::now() + time;
        let mut state = self.lock();
        loop {
            if let Some(found) = look(&mut state) {
                return Ok(found);
            }
            if state.closed {
                bail!("baresip has closed the connection");
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("it did not come within {time:?}: {:?}", state.calls);
            }
            state = self
                .news
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

fn read(stream: TcpStream, known: &Known) {
    let mut stream = BufReader::new(stream);
    while let Some(message) = next(&mut stream) {
        let mut state = known.lock();
        if message["response"].as_bool() == Some(true) {
            if let Some(token) = message["token"].as_str() {
                state.answers.insert(token.to_owned(), message.clone());
            }
        } else {
            state.calls.hear(&message);
        }
        drop(state);
        known.news.notify_all();
    }
    known.lock().closed = true;
    known.news.notify_all();
}

/// The next message: `<length>:<JSON>,`.
fn next(stream: &mut impl std::io::BufRead) -> Option<Value> {
    let mut length = Vec::new();
    stream.read_until(b':', &mut length).ok()?;
    length.pop()?;
    let length: usize = std::str::from_utf8(&length).ok()?.parse().ok()?;
    let mut text = vec![0; length + 1];
    stream.read_exact(&mut text).ok()?;
    text.pop()?;
    // A name that is not UTF-8 costs its odd letters only.
    serde_json::from_str(&String::from_utf8_lossy(&text)).ok()
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn messages_are_read_one_by_one() {
        let mut stream = &b"11:{\"a\":\"x,:\"},2:{},"[..];
        assert_eq!(next(&mut stream).expect("one")["a"], "x,:");
        assert!(next(&mut stream).expect("two").is_object());
        assert!(next(&mut stream).is_none());
    }
}
