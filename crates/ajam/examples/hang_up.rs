//! Hangs a channel up, if it is there, and says what came of it:
//!
//! `AJAM_SECRET=… cargo run -p ajam --example hang_up -- http://127.0.0.1:8088/mxml ACCOUNT CHANNEL`

#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::hash::{BuildHasher, RandomState};
use std::sync::mpsc::{self, Sender};
use std::time::{Duration, Instant};
use std::{env, error::Error, thread};

use ajam::ami::{Action, ChannelName, Secret};
use ajam::session::{
    Credentials, Failure, Input, Notice, Outcome, Output, Phase, Post, Reply, Scope, Session,
    SignedOut,
};
use ajam::time::Moment;
use ureq::Agent;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut next = || {
        arguments
            .next()
            .ok_or("say the manager's address, account and channel")
    };
    let (url, username, wanted) = (next()?, next()?, next()?);
    // Not an argument: everybody on the machine can read those.
    let secret = Secret::new(env::var("AJAM_SECRET")?);
    let agent = Agent::new_with_defaults();
    let (answers, arrived) = mpsc::channel();
    let begun = Instant::now();
    let now = || Moment::from_millis(begun.elapsed().as_millis() as i64);
    let mut session = Session::new(RandomState::new().hash_one(begun));
    let mut input = Input::SignIn(Credentials { username, secret }, Scope::Browser);
    // The name of a moment may be another channel's a moment later: what is asked for is the one
    // that a list has named.
    let (mut channel, mut asked, mut outcome) = (None, false, None);
    loop {
        session.handle(input, now(), &mut |notice| match notice {
            Notice::ListedChannel(item, _) if item.channel.channel.as_deref() == Some(&*wanted) => {
                channel = ChannelName::new(&wanted).filter(ChannelName::names_one);
            }
            Notice::Outcome(_, what) => outcome = Some(what.clone()),
            _ => {}
        });
        match outcome {
            Some(Outcome::Done(words)) => {
                println!("Asterisk said: {words}");
                return Ok(());
            }
            Some(other) => return Err(format!("not hung up: {other:?}").into()),
            None => {}
        }
        if session.phase().is_live() && !asked {
            let channel = channel.take().ok_or("there is no such channel")?;
            session.submit(
                Action::Hangup {
                    channel,
                    cause: None,
                },
                now(),
                &mut |_| {},
            );
            asked = true;
        }
        while let Some(output) = session.poll() {
            if let Output::Post(post) = output {
                let (agent, url, answers) = (agent.clone(), url.clone(), answers.clone());
                thread::spawn(move || ask(&agent, &url, post, &answers));
            }
        }
        if let Phase::SignedOut(SignedOut::Refused(words)) = session.phase() {
            return Err(format!("Asterisk refused: {words}").into());
        }
        let due = session.wake_at().map(|at| at.since(now()));
        let wait = due.unwrap_or(Duration::from_secs(60));
        input = arrived.recv_timeout(wait).unwrap_or(Input::Tick);
    }
}

/// Posts a form; the answer becomes an input.
fn ask(agent: &Agent, url: &str, post: Post, answers: &Sender<Input>) {
    let form = agent
        .post(url)
        .content_type("application/x-www-form-urlencoded");
    let answer = form.send(post.body).and_then(|mut answer| {
        let (status, body) = (answer.status().as_u16(), answer.body_mut().read_to_vec()?);
        Ok(Reply {
            status,
            body,
            ..Reply::default()
        })
    });
    let _ = answers.send(match answer {
        Ok(reply) => Input::Replied(post.id, reply),
        Err(error) => Input::Failed(post.id, Failure(error.to_string())),
    });
}
