//! Getting a console to where it waits for events.

use ajam::ami::Secret;
use ajam::session::{Credentials, Input, Reply, RequestId, Scope};
use ajam::time::Moment;
use switchboard_core::console::{Console, Output};

/// Answers after which a console that does not wait for events never will.
const ENOUGH: usize = 200;

/// A console that is logged in, its `WaitEvent`, and the time by then.
pub(crate) fn console() -> Result<(Console, RequestId, Moment), String> {
    let mut console = Console::new(1);
    let mut now = Moment::from_millis(0);
    console.handle(Input::Start { account: None }, now);
    let mut asked = Vec::new();
    let mut signed_in = false;
    for _ in 0..ENOUGH {
        match console.poll() {
            Some(Output::Post(post)) => {
                let action = field(&post.body, "Action=").to_owned();
                if action == "WaitEvent"
                    && field(&post.body, "Timeout=") != "0"
                    && console.session().phase().is_live()
                {
                    return Ok((console, post.id, now));
                }
                let reply = Reply {
                    status: 200,
                    body: answer(&action, field(&post.body, "ActionID="), signed_in).into_bytes(),
                    ..Reply::default()
                };
                asked.push(action);
                console.handle(Input::Replied(post.id, reply), now);
            }
            Some(_) => {}
            None if signed_in => {
                // It may pause before it asks.
                now = console.wake_at().unwrap_or(now).max(now);
                console.handle(Input::Tick, now);
            }
            None => {
                signed_in = true;
                let credentials = Credentials {
                    username: "bench".to_owned(),
                    secret: Secret::new("bench"),
                };
                console.handle(Input::SignIn(credentials, Scope::Browser), now);
            }
        }
    }
    Err(format!("it does not wait for events; it asked: {asked:?}"))
}

fn field<'a>(body: &'a str, name: &str) -> &'a str {
    body.split('&')
        .find_map(|field| field.strip_prefix(name))
        .unwrap_or_default()
}

/// What an Asterisk says that has nothing to say.
fn answer(action: &str, id: &str, signed_in: bool) -> String {
    let packets: &[&str] = match action {
        _ if !signed_in => &["response='Error' message='Permission denied'"],
        "Ping" => &["response='Success' ping='Pong'"],
        "Challenge" => &["response='Success' challenge='123'"],
        "Login" => &["response='Success' message='Authentication accepted'"],
        "ListCommands" => &["response='Success' redirect='x' hangup='x' coreshowchannels='x'"],
        "CoreSettings" => &["response='Success' amiversion='11.0.0' asteriskversion='22.10.1'"],
        "CoreShowChannels" => &[
            "response='Success' eventlist='start'",
            "event='CoreShowChannelsComplete' eventlist='Complete' listitems='0'",
        ],
        "WaitEvent" => &[
            "response='Success' message='Waiting for Event completed.'",
            "event='WaitEventComplete'",
        ],
        "Events" => &["response='Success' events='On'"],
        _ => &["response='Success' eventlist='start'"],
    };
    let packets: String = packets
        .iter()
        .map(|p| {
            format!(
                "<response type='object' id='unknown'><generic {p} actionid='{id}' /></response>\n"
            )
        })
        .collect();
    format!("<ajax-response>\n{packets}</ajax-response>\n")
}
