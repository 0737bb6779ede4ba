//! What an installation may set: `config.json` beside `index.html`.

use std::fmt::{self, Formatter};
use std::time::Duration;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;

/// What stands in the file, checked. Everything may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Origins in lower case; empty if any page may.
    frames: Vec<String>,
    /// How long nobody may be there before the page logs off; never if none.
    pub idle: Option<Duration>,
    /// The context that a transfer goes to unless somebody says otherwise; the channel's own if
    /// none.
    pub transfer_context: Option<String>,
    /// Lines that lead out of the house: what their channels' names begin with, or the contexts in
    /// which calls come in.
    pub trunks: Vec<String>,
    /// The file of contacts, as a path from the page; nothing is asked for if there is none.
    pub contacts: Option<String>,
}

/// What is wrong with `config.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It did not arrive, which is not the same as that there is none.
    Missed(Missed),
    /// It is no JSON, or no object, in the reader's words.
    Unreadable(String, Position),
    /// There is no setting of this name.
    Unknown(String, Position),
    /// What stands for a setting, or for one of a list, is not what it must be.
    Unfit(Setting, String, Position),
}

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Origins: scheme, host and port, and nothing behind.
    Frames,
    /// A number of minutes from 0 to a week.
    Idle,
    /// The name of a context.
    TransferContext,
    /// Beginnings of channel names, or contexts.
    Trunks,
    /// A path from the page.
    Contacts,
}

/// Where in the file, as editors count: from 1, the column in bytes. It is where the value ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// Why `config.json` did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missed {
    /// The request broke, in the browser's words.
    Broken(String),
    /// An HTTP status other than 200, and other than 404, which says that there is none.
    Status(u16),
    /// The answer came from another address.
    Redirected,
    /// There is more of it than settings can be.
    TooLong,
    /// It did not arrive in time.
    Late,
}

/// Who shows this page in a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parents {
    /// Nobody: it has a tab of its own.
    None,
    /// Pages of these origins, the innermost first.
    Known(Vec<String>),
    /// Somebody who does not say.
    Unknown,
}

/// The longest time that may be set.
const LONGEST_IDLE: f64 = 7.0 * 24.0 * 60.0;

impl Config {
    /// Reads the text of the file.
    ///
    /// # Errors
    /// [`Wrong`], which names what is wrong and where.
    pub fn read(text: &str) -> Result<Self, Wrong> {
        let mut json = serde_json::Deserializer::from_str(text);
        let file: File = serde_path_to_error::deserialize(&mut json).map_err(|wrong| {
            let path = wrong.path().to_string();
            Wrong::of(&path, wrong.inner())
        })?;
        // Something more stands behind it.
        json.end().map_err(|wrong| Wrong::of("", &wrong))?;
        let origins = file.frames.unwrap_or_default().into_iter();
        Ok(Self {
            frames: origins.map(|origin| origin.0).collect(),
            idle: file.idle_minutes.and_then(|minutes| minutes.0),
            transfer_context: file.transfer_context.map(|context| context.0),
            trunks: file
                .trunks
                .unwrap_or_default()
                .into_iter()
                .map(|trunk| trunk.0)
                .collect(),
            contacts: file.contacts.map(|path| path.0),
        })
    }

    /// Whether these parents may show a page of `own` origin. Its own server always may.
    pub fn admits(&self, parents: &Parents, own: &str) -> bool {
        match parents {
            Parents::None => true,
            _ if self.frames.is_empty() => true,
            Parents::Known(_) => self.unlisted(parents, own).is_empty(),
            Parents::Unknown => false,
        }
    }

    /// Those of the parents that are not listed.
    pub fn unlisted<'p>(&self, parents: &'p Parents, own: &str) -> Vec<&'p str> {
        let Parents::Known(origins) = parents else {
            return Vec::new();
        };
        let unlisted = origins.iter().filter(|parent| {
            let parent = parent.to_ascii_lowercase();
            parent != own.to_ascii_lowercase() && !self.frames.contains(&parent)
        });
        unlisted.map(String::as_str).collect()
    }
}

/// How long to wait before `config.json` is asked for once more, after so many times in vain:
/// briefly at first, then every half a minute for as long as the page is open.
pub fn again(times: u32) -> Duration {
    Duration::from_millis(250)
        .saturating_mul(1 << times.min(7))
        .min(Duration::from_secs(30))
}

/// After so many times in vain it is said that it did not arrive. What is wrong with one that did
/// is said at once.
pub const PATIENCE: u32 = 3;

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object of settings")]
struct File {
    /// Origins of pages that may show this one in a frame. An empty list: any may.
    frames: Option<Vec<Origin>>,
    /// Minutes without a key or a pointer after which the page logs off. 0: never.
    idle_minutes: Option<Minutes>,
    /// The context of what people dial, where a channel's own is another one.
    transfer_context: Option<ContextName>,
    /// Lines that lead out of the house, by technology and name, or by context.
    trunks: Option<Vec<Trunk>>,
    /// Who is offered beside the extensions: a file beside the page, or in a folder there.
    contacts: Option<Path>,
}

struct Origin(String);
struct Minutes(Option<Duration>);
struct ContextName(String);
struct Trunk(String);
struct Path(String);

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Fit(|text| origin(text).map(Self), |_| None))
    }
}

impl<'de> Deserialize<'de> for Minutes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Fit(|_| None, |minutes| idle(minutes).map(Self)))
    }
}

impl<'de> Deserialize<'de> for ContextName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let context = |text: &str| is_context(text).then(|| Self(text.to_owned()));
        from.deserialize_any(Fit(context, |_| None))
    }
}

impl<'de> Deserialize<'de> for Trunk {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let trunk = |text: &str| is_trunk(text).then(|| Self(text.to_owned()));
        from.deserialize_any(Fit(trunk, |_| None))
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let path = |text: &str| is_path(text).then(|| Self(text.to_owned()));
        from.deserialize_any(Fit(path, |_| None))
    }
}

/// What makes something of a text, and what of a number. An error says what stood there: it is for
/// [`words`](crate::words) to say what should.
struct Fit<V>(fn(&str) -> Option<V>, fn(f64) -> Option<V>);

impl<V> Visitor<'_> for Fit<V> {
    type Value = V;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("something else")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<V, E> {
        (self.0)(text).ok_or_else(|| E::custom(text))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<V, E> {
        (self.1)(number).ok_or_else(|| E::custom(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<V, E> {
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<V, E> {
        self.visit_f64(number as f64)
    }

    fn visit_bool<E: Error>(self, it: bool) -> Result<V, E> {
        Err(E::custom(it))
    }
}

impl Wrong {
    fn of(path: &str, wrong: &serde_json::Error) -> Self {
        let place = Position {
            line: wrong.line(),
            column: wrong.column(),
        };
        // The reader's words end with the place.
        let words = wrong.to_string();
        let place_too = format!(" at line {} column {}", place.line, place.column);
        let words = words.trim_end_matches(&place_too).to_owned();
        if wrong.classify() != Category::Data {
            return Self::Unreadable(words, place);
        }
        let name = path.split(['.', '[']).next().unwrap_or_default();
        match Setting::named(name) {
            Some(setting) => Self::Unfit(setting, words, place),
            None if name.is_empty() => Self::Unreadable(words, place),
            None => Self::Unknown(name.to_owned(), place),
        }
    }
}

impl Setting {
    /// Its name in the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Frames => "frames",
            Self::Idle => "idle_minutes",
            Self::TransferContext => "transfer_context",
            Self::Trunks => "trunks",
            Self::Contacts => "contacts",
        }
    }

    fn named(name: &str) -> Option<Self> {
        let all = [
            Self::Frames,
            Self::Idle,
            Self::TransferContext,
            Self::Trunks,
            Self::Contacts,
        ];
        all.into_iter().find(|setting| setting.name() == name)
    }
}

/// Letters, digits and `. _ @ -`, up to 79, as Asterisk keeps them.
fn is_context(text: &str) -> bool {
    let fit = |c: char| c.is_ascii_alphanumeric() || "._@-".contains(c);
    (1..=79).contains(&text.len()) && text.chars().all(fit)
}

/// `PJSIP/provider`, or the name of a context.
fn is_trunk(text: &str) -> bool {
    match text.split_once('/') {
        Some((technology, name)) => {
            let fit = |c: char| c.is_ascii_graphic() && c != ',' && c != '&';
            !name.is_empty() && !technology.is_empty() && text.len() <= 79 && text.chars().all(fit)
        }
        None => is_context(text),
    }
}

/// `contacts.json` or `private/contacts.json`: below the page, and nowhere else.
fn is_path(text: &str) -> bool {
    let fit = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let step = |step: &str| step.starts_with(|c: char| c != '.') && step.chars().all(fit);
    text.len() <= 200 && text.split('/').all(step)
}

fn idle(minutes: f64) -> Option<Option<Duration>> {
    let fits = (0.0..=LONGEST_IDLE).contains(&minutes);
    fits.then(|| {
        let idle = Duration::from_millis((minutes * 60_000.0) as u64);
        (minutes > 0.0).then_some(idle)
    })
}

/// `https://crm.example:8443`, in lower case.
fn origin(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    let host = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"))
        .unwrap_or_default();
    let fits = !host.is_empty()
        && host
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-:[]_".contains(c));
    if !fits {
        return None;
    }
    // Browsers leave the usual port out of an origin.
    let usual = [("https://", ":443"), ("http://", ":80")];
    for (scheme, port) in usual {
        if lower.starts_with(scheme)
            && let Some(short) = lower.strip_suffix(port)
        {
            return Some(short.to_owned());
        }
    }
    Some(lower)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Config, Wrong> {
        Config::read(json)
    }

    #[test]
    fn without_a_list_any_page_may_show_it() {
        for json in ["{}", "{\"frames\": []}", "{\"frames\": null}"] {
            let config = read(json).expect(json);
            assert!(config.admits(&Parents::Unknown, "http://pbx"));
            assert_eq!(config.idle, None);
        }
    }

    #[test]
    fn with_a_list_every_page_around_must_be_on_it() {
        let config = read("{\"frames\": [\"https://CRM.example:443\"]}").expect("fits");
        let known = |list: &[&str]| Parents::Known(list.iter().map(ToString::to_string).collect());
        let own = "http://pbx:8088";
        assert!(config.admits(&Parents::None, own));
        assert!(config.admits(&known(&["https://crm.example"]), own));
        assert!(config.admits(&known(&["http://pbx:8088", "https://crm.example"]), own));
        assert!(!config.admits(
            &known(&["https://crm.example", "https://evil.example"]),
            own
        ));
        assert!(!config.admits(&known(&["https://crm.example.evil"]), own));
        assert!(!config.admits(&known(&["null"]), own));
        let parents = known(&["https://crm.example", "https://evil.example"]);
        assert_eq!(config.unlisted(&parents, own), ["https://evil.example"]);
        assert!(!config.admits(&Parents::Unknown, own));
    }

    #[test]
    fn what_is_wrong_is_named() {
        use Setting::*;
        for (json, setting, words) in [
            ("{\"frames\": [\"crm.example\"]}", Frames, "crm.example"),
            (
                "{\"frames\": [\"https://crm.example/x\"]}",
                Frames,
                "https://crm.example/x",
            ),
            ("{\"frames\": [\"*\"]}", Frames, "*"),
            ("{\"idle_minutes\": -1}", Idle, "-1"),
            ("{\"idle_minutes\": 10081}", Idle, "10081"),
            ("{\"idle_minutes\": \"5\"}", Idle, "5"),
            ("{\"idle_minutes\": true}", Idle, "true"),
            ("{\"frames\": [5]}", Frames, "5"),
            ("{\"frames\": {}}", Frames, "map"),
            ("{\"transfer_context\": \"a,b\"}", TransferContext, "a,b"),
            ("{\"transfer_context\": 5}", TransferContext, "5"),
            ("{\"trunks\": [\"PJSIP/\"]}", Trunks, "PJSIP/"),
            ("{\"trunks\": [5]}", Trunks, "5"),
            (
                "{\"contacts\": \"https://crm.example/all.json\"}",
                Contacts,
                "https://crm.example/all.json",
            ),
            ("{\"contacts\": \"../all.json\"}", Contacts, "../all.json"),
            ("{\"contacts\": \"\"}", Contacts, ""),
            ("{\"contacts\": true}", Contacts, "true"),
        ] {
            match read(json) {
                Err(Wrong::Unfit(of, told, _)) if of == setting && told.contains(words) => {}
                other => panic!("{json}: {other:?}"),
            }
        }
        let wrong = read("{\"frame\": []}").expect_err("no setting");
        assert!(
            matches!(&wrong, Wrong::Unknown(name, _) if name == "frame"),
            "{wrong:?}"
        );
        for json in [
            "",
            "[]",
            "5",
            "{\"frames\": [}",
            "{} {}",
            "{\"frames\":[],\"frames\":[]}",
        ] {
            let wrong = read(json).expect_err(json);
            assert!(matches!(wrong, Wrong::Unreadable(..)), "{json}: {wrong:?}");
        }
    }

    #[test]
    fn where_it_is_wrong_is_told_by_line_and_column() {
        let lines = "{\n  \"idle_minutes\": 5,\n  \"frames\": [\n    \"crm.example\"\n  ]\n}";
        let place = |json| match read(json).expect_err(json) {
            Wrong::Unreadable(_, place) | Wrong::Unknown(_, place) | Wrong::Unfit(_, _, place) => {
                (place.line, place.column)
            }
            Wrong::Missed(why) => panic!("{why:?}"),
        };
        assert_eq!(place(lines), (4, 17));
        assert_eq!(place("{\n  \"frames\": [,]\n}"), (2, 14));
        assert_eq!(
            place("{\n  \"idle_minutes\": 5,\n  \"frame\": []\n}"),
            (3, 9)
        );
    }

    #[test]
    fn what_is_right_is_taken() {
        let config = read("{\"transfer_context\": \"from-internal\"}").expect("fits");
        assert_eq!(config.transfer_context.as_deref(), Some("from-internal"));
        for none in ["{\"idle_minutes\": 0}", "{\"idle_minutes\": null}"] {
            assert_eq!(read(none).expect("fits").idle, None);
        }
        let config = read("{\"idle_minutes\": 0.5}").expect("fits");
        assert_eq!(config.idle, Some(Duration::from_secs(30)));
    }
}
