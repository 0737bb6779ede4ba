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

/// `4 results`, where there are several.
pub fn results(count: usize) -> String {
    say!("count.results", count = count)
}

/// `6 channels`.
pub fn channels(count: usize) -> String {
    match count {
        0 => say!("count.no_channels"),
        1 => say!("count.one_channel"),
        _ => say!("count.channels", count = count),
    }
}

/// How many rows have ended and keep their places under a hand.
pub fn ended(count: usize) -> String {
    say!("count.ended", count = count)
}

/// How long ago the server was heard.
pub fn last_word(ago: Duration) -> String {
    if ago.as_secs() == 0 {
        say!("count.last_word_now")
    } else {
        say!("count.last_word", span = time::span(ago))
    }
}

/// The page's title: the calls while they are true, a mark while they may not be; the place, once
/// there is anything at one; and whose calls they are.
pub fn title(phase: &Phase, place: &str, calls: usize, server: &str) -> String {
    let app = say!("app.name");
    let place = if phase.has_board() { place } else { "" };
    let server = if server == app { "" } else { server };
    let parts = [place, &app, server].into_iter();
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let name = parts.join(" – ");
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
    fn the_title_says_the_place_and_counts_the_calls_only_while_they_are_true() {
        let live = Phase::Live {
            since: Moment::default(),
        };
        for (phase, calls, server, said) in [
            (&live, 3, "pbx", "(3) Traffic – Switchboard – pbx"),
            (&live, 0, "", "Traffic – Switchboard"),
            (&Phase::TakenOver, 3, "", "(!) Traffic – Switchboard"),
            (&Phase::Loading, 3, "pbx", "Switchboard – pbx"),
        ] {
            assert_eq!(title(phase, "Traffic", calls, server), said);
        }
    }
}
