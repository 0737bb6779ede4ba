//! What an installation may set: `config.json` beside `index.html`.

use std::time::Duration;

/// What stands behind a name in `config.json`.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`: as if it were left out.
    Nothing,
    /// A number, and how it is written.
    Number(f64, String),
    /// A text.
    Text(String),
    /// A list of nothing but texts.
    Texts(Vec<String>),
    /// Anything else, as JSON.
    Other(String),
}

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
}

/// What is wrong with `config.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It did not arrive, which is not the same as that there is none.
    Missed(Missed),
    /// It is no JSON, or no object, in the reader's words.
    Unreadable(String),
    /// There is no setting of this name.
    Unknown(String),
    /// A line of `frames`, or all of it, is no origin: scheme, host and port, and nothing behind.
    Origin(String),
    /// `transfer_context` is no name of a context.
    Context(String),
    /// `idle_minutes` is no number of minutes from 0 to a week.
    Idle(String),
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
    /// Checks what stands in the file: names and what stands behind them.
    ///
    /// # Errors
    /// [`Wrong`], which names what is wrong.
    pub fn check(entries: Vec<(String, Value)>) -> Result<Self, Wrong> {
        let mut config = Self::default();
        for (name, value) in entries {
            match (name.as_str(), value) {
                ("frames" | "idle_minutes" | "transfer_context", Value::Nothing) => {}
                // Origins of pages that may show this one in a frame. An empty list: any may.
                ("frames", Value::Texts(frames)) => {
                    let frames = frames.iter().map(|text| origin(text));
                    config.frames = frames.collect::<Result<_, _>>()?;
                }
                // Minutes without a key or a pointer after which the page logs off. 0: never.
                ("idle_minutes", Value::Number(minutes, text)) => {
                    config.idle = idle(minutes, text)?;
                }
                // The context of what people dial, where a channel's own is another one.
                ("transfer_context", Value::Text(context)) if is_context(&context) => {
                    config.transfer_context = Some(context);
                }
                ("transfer_context", value) => return Err(Wrong::Context(value.json())),
                ("frames", value) => return Err(Wrong::Origin(value.json())),
                ("idle_minutes", value) => return Err(Wrong::Idle(value.json())),
                _ => return Err(Wrong::Unknown(name)),
            }
        }
        Ok(config)
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

impl Value {
    fn json(self) -> String {
        match self {
            Self::Nothing => "null".to_owned(),
            Self::Text(text) => text,
            Self::Texts(texts) => texts.join(", "),
            Self::Number(_, json) | Self::Other(json) => json,
        }
    }
}

/// Letters, digits and `. _ @ -`, up to 79, as Asterisk keeps them.
fn is_context(text: &str) -> bool {
    let fit = |c: char| c.is_ascii_alphanumeric() || "._@-".contains(c);
    (1..=79).contains(&text.len()) && text.chars().all(fit)
}

fn idle(minutes: f64, text: String) -> Result<Option<Duration>, Wrong> {
    if !(0.0..=LONGEST_IDLE).contains(&minutes) {
        return Err(Wrong::Idle(text));
    }
    let idle = Duration::from_millis((minutes * 60_000.0) as u64);
    Ok((minutes > 0.0).then_some(idle))
}

/// `https://crm.example:8443`, in lower case.
fn origin(text: &str) -> Result<String, Wrong> {
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
        return Err(Wrong::Origin(text.to_owned()));
    }
    // Browsers leave the usual port out of an origin.
    let usual = [("https://", ":443"), ("http://", ":80")];
    for (scheme, port) in usual {
        if lower.starts_with(scheme)
            && let Some(short) = lower.strip_suffix(port)
        {
            return Ok(short.to_owned());
        }
    }
    Ok(lower)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Config, String> {
        let object: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(json).map_err(|error| error.to_string())?;
        let value = |value: serde_json::Value| match &value {
            serde_json::Value::Null => Value::Nothing,
            serde_json::Value::Number(number) => {
                Value::Number(number.as_f64().unwrap_or(-1.0), number.to_string())
            }
            serde_json::Value::String(text) => Value::Text(text.clone()),
            serde_json::Value::Array(list) => {
                let texts = list.iter().map(|text| text.as_str().map(str::to_owned));
                let texts: Option<Vec<String>> = texts.collect();
                texts.map_or_else(|| Value::Other(value.to_string()), Value::Texts)
            }
            _ => Value::Other(value.to_string()),
        };
        let entries = object.into_iter().map(|(name, it)| (name, value(it)));
        Config::check(entries.collect()).map_err(|wrong| format!("{wrong:?}"))
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
        for (json, words) in [
            ("{\"frames\": [\"crm.example\"]}", "crm.example"),
            ("{\"frames\": [\"https://crm.example/x\"]}", "/x"),
            ("{\"frames\": [\"*\"]}", "*"),
            ("{\"idle_minutes\": -1}", "-1"),
            ("{\"idle_minutes\": \"5\"}", "Idle"),
            ("{\"frames\": [5]}", "[5]"),
            ("{\"frames\": {}}", "Origin"),
            ("{\"frame\": []}", "Unknown(\"frame\")"),
            ("{\"transfer_context\": \"a,b\"}", "Context(\"a,b\")"),
            ("{\"transfer_context\": 5}", "Context(\"5\")"),
        ] {
            let wrong = read(json).expect_err(json);
            assert!(wrong.contains(words), "{json}: {wrong}");
        }
        let config = read("{\"transfer_context\": \"from-internal\"}").expect("fits");
        assert_eq!(config.transfer_context.as_deref(), Some("from-internal"));
        let config = read("{\"idle_minutes\": 0.5}").expect("fits");
        assert_eq!(config.idle, Some(Duration::from_secs(30)));
    }
}
