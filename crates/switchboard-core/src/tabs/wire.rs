//! A message between pages as a list of texts: what a browser hands over without copying it about,
//! and what reads to nothing where it is not ours.

use std::borrow::Cow;

use ajam::session::{Over, Share, Trouble, Views};

use super::{Message, Said};

impl Message {
    /// The message as texts, in order.
    pub fn parts(&self) -> Vec<Cow<'_, str>> {
        let mut parts = vec![
            Cow::from(&self.build),
            self.opened.to_string().into(),
            self.from.to_string().into(),
            self.term.to_string().into(),
        ];
        self.said.write(&mut parts);
        parts
    }

    /// The message of these texts; none if they are not one.
    pub fn of_parts(parts: Vec<String>) -> Option<Self> {
        let mut parts = Parts(parts.into_iter());
        let message = Self {
            build: parts.next()?,
            opened: parts.next()?.parse().ok()?,
            from: parts.next()?.parse().ok()?,
            term: parts.next()?.parse().ok()?,
            said: Said::read(&mut parts)?,
        };
        parts.next().is_none().then_some(message)
    }
}

type Writer<'a> = Vec<Cow<'a, str>>;

struct Parts(std::vec::IntoIter<String>);

impl Parts {
    fn next(&mut self) -> Option<String> {
        self.0.next()
    }
}

fn put<'a>(parts: &mut Writer<'a>, name: &'static str, value: Option<&'a str>) {
    parts.push(name.into());
    parts.extend(value.map(Cow::from));
}

impl Said {
    fn write<'a>(&'a self, parts: &mut Writer<'a>) {
        match self {
            Self::Hello => put(parts, "hello", None),
            Self::Here => put(parts, "here", None),
            Self::Lead => put(parts, "lead", None),
            Self::Bye => put(parts, "bye", None),
            Self::Shows(views) => put(parts, "shows", Some(seen(*views))),
            Self::Share(share) => {
                put(parts, "share", None);
                write_share(share, parts);
            }
        }
    }

    fn read(parts: &mut Parts) -> Option<Self> {
        Some(match parts.next()?.as_str() {
            "hello" => Self::Hello,
            "here" => Self::Here,
            "lead" => Self::Lead,
            "bye" => Self::Bye,
            "shows" => Self::Shows(read_views(parts)?),
            "share" => Self::Share(read_share(parts)?),
            _ => return None,
        })
    }
}

fn write_share<'a>(share: &'a Share, parts: &mut Writer<'a>) {
    match share {
        Share::Body(body) => put(parts, "body", Some(body)),
        Share::Epoch { account, views } => {
            put(parts, "epoch", Some(seen(*views)));
            parts.extend(account.as_deref().map(Cow::from));
        }
        Share::Classes(views) => put(parts, "classes", Some(seen(*views))),
        Share::Hello => put(parts, "hello", None),
        Share::Account(account) => put(parts, "account", account.as_deref()),
        Share::InTime => put(parts, "in time", None),
        Share::Late => put(parts, "late", None),
        Share::Broken(trouble) => {
            put(parts, "broken", None);
            write_trouble(trouble, parts);
        }
        Share::SignedOut(over) => {
            let over = match over {
                Over::LoggedOff => "logged off",
                Over::Idle => "idle",
                Over::Expired => "expired",
            };
            put(parts, "signed out", Some(over));
        }
        Share::NeedSecret => put(parts, "need secret", None),
        Share::Doubt => put(parts, "doubt", None),
        Share::Active => put(parts, "active", None),
    }
}

fn read_share(parts: &mut Parts) -> Option<Share> {
    Some(match parts.next()?.as_str() {
        "body" => Share::Body(parts.next()?),
        "epoch" => Share::Epoch {
            views: read_views(parts)?,
            account: parts.next(),
        },
        "classes" => Share::Classes(read_views(parts)?),
        "hello" => Share::Hello,
        "account" => Share::Account(parts.next()),
        "in time" => Share::InTime,
        "late" => Share::Late,
        "broken" => Share::Broken(read_trouble(parts)?),
        "signed out" => Share::SignedOut(match parts.next()?.as_str() {
            "logged off" => Over::LoggedOff,
            "idle" => Over::Idle,
            "expired" => Over::Expired,
            _ => return None,
        }),
        "need secret" => Share::NeedSecret,
        "doubt" => Share::Doubt,
        "active" => Share::Active,
        _ => return None,
    })
}

fn seen(views: Views) -> &'static str {
    if views.location {
        "location"
    } else {
        "no location"
    }
}

fn read_views(parts: &mut Parts) -> Option<Views> {
    let location = match parts.next()?.as_str() {
        "location" => true,
        "no location" => false,
        _ => return None,
    };
    Some(Views { location })
}

fn write_trouble<'a>(trouble: &'a Trouble, parts: &mut Writer<'a>) {
    let (name, words) = match trouble {
        Trouble::Network(words) => ("network", Some(words.as_str())),
        Trouble::NoAnswer => ("no answer", None),
        Trouble::ManagerOff => ("manager off", None),
        Trouble::Http(status) => {
            put(parts, "http", None);
            return parts.push(status.to_string().into());
        }
        Trouble::NotAsterisk => ("not asterisk", None),
        Trouble::Cut => ("cut", None),
        Trouble::TooLarge => ("too large", None),
        Trouble::Refused(words) => ("refused", Some(words.as_str())),
        Trouble::SessionEnded => ("session ended", None),
        Trouble::TakenOver => ("taken over", None),
        Trouble::CookieNotKept => ("cookie", None),
        Trouble::Restarting => ("restarting", None),
        Trouble::Full(words) => ("full", Some(words.as_str())),
        Trouble::NoDigest => ("no digest", None),
    };
    put(parts, name, words);
}

fn read_trouble(parts: &mut Parts) -> Option<Trouble> {
    Some(match parts.next()?.as_str() {
        "network" => Trouble::Network(parts.next()?),
        "no answer" => Trouble::NoAnswer,
        "manager off" => Trouble::ManagerOff,
        "http" => Trouble::Http(parts.next()?.parse().ok()?),
        "not asterisk" => Trouble::NotAsterisk,
        "cut" => Trouble::Cut,
        "too large" => Trouble::TooLarge,
        "refused" => Trouble::Refused(parts.next()?),
        "session ended" => Trouble::SessionEnded,
        "taken over" => Trouble::TakenOver,
        "cookie" => Trouble::CookieNotKept,
        "restarting" => Trouble::Restarting,
        "full" => Trouble::Full(parts.next()?),
        "no digest" => Trouble::NoDigest,
        _ => return None,
    })
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn saying(said: Said) -> Message {
        Message {
            build: "a.wasm".to_owned(),
            opened: -3,
            from: u32::MAX,
            term: 7,
            said,
        }
    }

    fn texts(message: &Message) -> Vec<String> {
        message.parts().into_iter().map(Cow::into_owned).collect()
    }

    #[test]
    fn every_message_arrives_as_it_was_said() {
        let words = || "words <of> \u{202e} others".to_owned();
        let troubles = [
            Trouble::Network(words()),
            Trouble::NoAnswer,
            Trouble::ManagerOff,
            Trouble::Http(503),
            Trouble::NotAsterisk,
            Trouble::Cut,
            Trouble::TooLarge,
            Trouble::Refused(words()),
            Trouble::SessionEnded,
            Trouble::TakenOver,
            Trouble::CookieNotKept,
            Trouble::Restarting,
            Trouble::Full(words()),
            Trouble::NoDigest,
        ];
        let mut shares = vec![
            Share::Body(words()),
            Share::Epoch {
                account: None,
                views: Views::ALL,
            },
            Share::Epoch {
                account: Some(words()),
                views: Views::NONE,
            },
            Share::Classes(Views::ALL),
            Share::Classes(Views::NONE),
            Share::Hello,
            Share::Account(None),
            Share::Account(Some(String::new())),
            Share::InTime,
            Share::Late,
            Share::SignedOut(Over::LoggedOff),
            Share::SignedOut(Over::Idle),
            Share::SignedOut(Over::Expired),
            Share::NeedSecret,
            Share::Doubt,
            Share::Active,
        ];
        shares.extend(troubles.map(Share::Broken));
        let mut all: Vec<Said> = shares.into_iter().map(Said::Share).collect();
        all.extend([Said::Hello, Said::Here, Said::Lead, Said::Bye]);
        all.extend([Views::ALL, Views::NONE].map(Said::Shows));
        for said in all {
            let message = saying(said);
            assert_eq!(Message::of_parts(texts(&message)), Some(message));
        }
    }

    #[test]
    fn what_is_not_ours_is_no_message() {
        let whole = texts(&saying(Said::Share(Share::Broken(Trouble::Http(503)))));
        for length in 0..whole.len() {
            assert_eq!(Message::of_parts(whole[..length].to_vec()), None);
        }
        for at in 1..whole.len() {
            let mut parts = whole.clone();
            parts[at] = "?".to_owned();
            assert_eq!(Message::of_parts(parts), None, "{at}");
        }
        let longer = whole.iter().cloned().chain(["more".to_owned()]);
        assert_eq!(Message::of_parts(longer.collect()), None);
    }
}
