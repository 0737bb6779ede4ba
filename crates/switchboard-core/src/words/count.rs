//! Numbers of things, and the page's title.

use std::time::Duration;

use ajam::session::Phase;

use super::{say, time};

/// `3 calls`.
pub fn calls(count: usize) -> String {
    match count {
        0 => say!("count.no_calls"),
        1 => say!("count.one_call"),
        _ => say!("count.calls", count = count),
    }
}

/// `6 channels`.
pub fn channels(count: usize) -> String {
    match count {
        0 => say!("count.no_channels"),
        1 => say!("count.one_channel"),
        _ => say!("count.channels", count = count),
    }
}

/// How long ago the server was heard.
pub fn last_word(ago: Duration) -> String {
    if ago.as_secs() == 0 {
        say!("count.last_word_now")
    } else {
        say!("count.last_word", span = time::span(ago))
    }
}

/// The page's title: the calls while they are true, a mark while they may not be.
pub fn title(phase: &Phase, calls: usize, server: &str) -> String {
    let app = say!("app.name");
    let name = if server.is_empty() || server == app {
        app
    } else {
        format!("{app} – {server}")
    };
    match phase {
        Phase::Live { .. } if calls > 0 => say!("title.calls", count = calls, name = name),
        Phase::Late { .. } | Phase::Reconnecting { .. } | Phase::TakenOver | Phase::Outdated => {
            say!("title.trouble", name = name)
        }
        _ => say!("title.plain", name = name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ajam::time::Moment;

    #[test]
    fn the_title_counts_the_calls_only_while_they_are_true() {
        let since = Moment::default();
        assert_eq!(
            title(&Phase::Live { since }, 3, "pbx"),
            "(3) Switchboard – pbx"
        );
        assert_eq!(title(&Phase::Live { since }, 0, ""), "Switchboard");
        assert_eq!(title(&Phase::TakenOver, 3, ""), "(!) Switchboard");
        assert_eq!(title(&Phase::Loading, 3, ""), "Switchboard");
    }
}
