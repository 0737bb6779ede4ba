//! What an installation may set: `config.json` beside `index.html`.

use std::time::Duration;

use serde::Deserialize;

/// `config.json`, as it stands. Every field may be left out.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Raw {
    /// Origins of pages that may show this one in a frame. None, or an empty list: any may.
    pub frames: Option<Vec<String>>,
    /// Minutes without a key or a pointer after which the page logs off. None or 0: never.
    pub idle_minutes: Option<f64>,
}

/// The same, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Origins in lower case; empty if any page may.
    frames: Vec<String>,
    /// How long nobody may be there before the page logs off; never if none.
    pub idle: Option<Duration>,
}

/// What is wrong with `config.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is no JSON, or holds what it should not, in the reader's words.
    Unreadable(String),
    /// A line of `frames` is no origin: scheme, host and port, and nothing behind.
    Origin(String),
    /// `idle_minutes` is no number of minutes from 0 to a week.
    Idle(String),
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
    /// Checks what stands in the file.
    ///
    /// # Errors
    /// [`Wrong`], which names what is wrong.
    pub fn check(raw: &Raw) -> Result<Self, Wrong> {
        let frames = raw.frames.iter().flatten().map(|text| origin(text));
        let minutes = raw.idle_minutes.unwrap_or(0.0);
        if !(0.0..=LONGEST_IDLE).contains(&minutes) {
            return Err(Wrong::Idle(minutes.to_string()));
        }
        Ok(Self {
            frames: frames.collect::<Result<_, _>>()?,
            idle: (minutes > 0.0).then(|| Duration::from_secs_f64(minutes * 60.0)),
        })
    }

    /// Whether these parents may show a page of `own` origin. Its own server always may.
    pub fn admits(&self, parents: &Parents, own: &str) -> bool {
        let own = own.to_ascii_lowercase();
        let admitted = |parent: &String| {
            let parent = parent.to_ascii_lowercase();
            parent == own || self.frames.contains(&parent)
        };
        match parents {
            Parents::None => true,
            _ if self.frames.is_empty() => true,
            Parents::Known(origins) => origins.iter().all(admitted),
            Parents::Unknown => false,
        }
    }
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
        let raw: Raw = serde_json::from_str(json).map_err(|error| error.to_string())?;
        Config::check(&raw).map_err(|wrong| format!("{wrong:?}"))
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
        assert!(!config.admits(&Parents::Unknown, own));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (json, words) in [
            ("{\"frames\": [\"crm.example\"]}", "crm.example"),
            ("{\"frames\": [\"https://crm.example/x\"]}", "/x"),
            ("{\"frames\": [\"*\"]}", "*"),
            ("{\"idle_minutes\": -1}", "-1"),
            ("{\"idle_minutes\": \"5\"}", "string"),
            ("{\"frame\": []}", "frame"),
        ] {
            let wrong = read(json).expect_err(json);
            assert!(wrong.contains(words), "{json}: {wrong}");
        }
        let config = read("{\"idle_minutes\": 0.5}").expect("fits");
        assert_eq!(config.idle, Some(Duration::from_secs(30)));
    }
}
