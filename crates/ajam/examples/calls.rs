//! Prints the channels of an Asterisk, and then what happens to them:
//!
//! `AJAM_SECRET=… cargo run -p ajam --example calls -- http://127.0.0.1:8088/mxml ACCOUNT`

#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::hash::{BuildHasher, RandomState};
use std::sync::mpsc::{self, Sender};
use std::time::{Duration, Instant};
use std::{env, error::Error, thread};

use ajam::ami::{EventKind, Secret};
use ajam::session::{
    Credentials, Failure, Input, Notice, Output, Phase, Post, Reply, Scope, Session, SignedOut,
};
use ajam::time::Moment;
use ureq::Agent;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut next = || arguments.next().ok_or("which mxml, and which account?");
    let (url, username) = (next()?, next()?);
    // Not an argument: everybody on the machine can read those.
    let secret = Secret::new(env::var("AJAM_SECRET")?);
    let agent = Agent::new_with_defaults();
    let (answers, arrived) = mpsc::channel();
    let begun = Instant::now();
    let now = || Moment::from_millis(begun.elapsed().as_millis() as i64);
    let mut session = Session::new(RandomState::new().hash_one(begun));
    let mut input = Input::SignIn(Credentials { username, secret }, Scope::Browser);
    loop {
        session.handle(input, now(), &mut |notice| tell(&notice));
        while let Some(output) = session.poll() {
            if let Output::Post(post) = output {
                let (agent, url, answers) = (agent.clone(), url.clone(), answers.clone());
                thread::spawn(move || ask(&agent, &url, post, &answers));
            }
        }
        if let Phase::SignedOut(SignedOut::Refused(words)) = session.phase() {
            return Err(format!("Asterisk refused: {words}").into());
        }
        let due = session.wake_at().unwrap_or(now() + Duration::from_secs(60));
        let wait = due.since(now());
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

fn tell(notice: &Notice<'_, '_>) {
    let (what, block) = match notice {
        Notice::ListedChannel(item, _) => ("is there", &item.channel),
        Notice::Happened(event) => match &event.kind {
            EventKind::Newchannel(block) => ("begins", block),
            EventKind::BridgeEnter { channel, .. } => ("talks", channel),
            EventKind::Hangup { channel, .. } => ("ends", channel),
            _ => return,
        },
        _ => return,
    };
    let [name, number] = [&block.channel, &block.caller_num].map(|it| it.as_deref().unwrap_or(""));
    println!("{name} {what} ({number})");
}
