//! The connection: what the lamp, the banner and the log-in form say of it.

use std::time::Duration;

use ajam::ami::action::rights_for;
use ajam::session::{GREATEST_BODY, LogOff, Missing, Next, Phase, SignedOut, Trouble};

use super::{cells, say, time};

/// Beside the lamp. `since` is the time of day since when it is live.
pub fn lamp(phase: &Phase, since: &str) -> String {
    match phase {
        Phase::Starting => say!("lamp.starting"),
        Phase::SignedOut(_) => say!("lamp.signed_out"),
        Phase::SigningIn => say!("lamp.signing_in"),
        Phase::Loading => say!("lamp.loading"),
        Phase::Live { .. } => say!("lamp.live", time = since),
        Phase::Late { .. } => say!("lamp.late"),
        Phase::Reconnecting {
            next: Next::Listing,
            ..
        } => say!("lamp.resynchronising"),
        Phase::Reconnecting { attempt, .. } => {
            say!("lamp.reconnecting", attempt = (*attempt).max(1))
        }
        Phase::TakenOver => say!("lamp.taken_over"),
        Phase::Outdated => say!("lamp.outdated"),
    }
}

/// Beside the lamp where no events come, and everything is listed so often.
pub fn polled(every: Duration) -> String {
    say!("lamp.polled", span = time::span(every))
}

/// What is wrong, for somebody who answers calls.
pub fn trouble(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Network(_) => say!("trouble.network"),
        Trouble::NoAnswer => say!("trouble.no_answer"),
        Trouble::ManagerOff => say!("trouble.manager_off"),
        Trouble::Http(_) => say!("trouble.http"),
        Trouble::NotAsterisk => say!("trouble.not_asterisk"),
        Trouble::Cut => say!("trouble.cut"),
        Trouble::TooLarge => say!("trouble.too_large"),
        Trouble::Refused(words) => say!("trouble.refused", words = cells::quoted(words)),
        Trouble::SessionEnded => say!("trouble.session_ended"),
        Trouble::TakenOver => say!("trouble.taken_over"),
        Trouble::CookieNotKept => say!("trouble.cookie"),
        Trouble::Restarting => say!("trouble.restarting"),
        Trouble::Full(_) => say!("trouble.full"),
        Trouble::NoDigest => say!("trouble.no_digest"),
    }
}

/// What is wrong, for somebody who looks after the server.
pub fn technical(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Network(words) => say!("technical.network", words = cells::quoted(words)),
        Trouble::NoAnswer => say!("technical.no_answer"),
        Trouble::ManagerOff => say!("technical.manager_off"),
        Trouble::Http(status) => say!("technical.http", status = status),
        Trouble::NotAsterisk => say!("technical.not_asterisk"),
        Trouble::Cut => say!("technical.cut"),
        Trouble::TooLarge => say!("technical.too_large", most = GREATEST_BODY / 1_000_000),
        Trouble::Refused(words) => say!("technical.refused", words = cells::quoted(words)),
        Trouble::SessionEnded => say!("technical.session_ended"),
        Trouble::TakenOver => say!("technical.taken_over"),
        Trouble::CookieNotKept => say!("technical.cookie"),
        Trouble::Restarting => say!("technical.restarting"),
        Trouble::Full(words) => say!("technical.full", words = cells::shown(words)),
        Trouble::NoDigest => say!("technical.no_digest"),
    }
}

/// The banner over rows that may be out of date. `silent` is how long Asterisk was not heard,
/// `wait` how long until the next try; none while trying. `listing` is whether the server is
/// reached and lists, `known` whether it ever did: else there are no rows.
pub fn stale(
    why: &Trouble,
    silent: Option<Duration>,
    wait: Option<Duration>,
    (listing, known): (bool, bool),
) -> String {
    let wrong = format!("{}.", trouble(why));
    let silent = silent
        .filter(|silent| silent.as_secs() > 0)
        .map(|silent| say!("banner.silent", span = time::span(silent)));
    let next = match wait.filter(|wait| !wait.is_zero()) {
        Some(wait) if known => say!("banner.stale", span = time::span(up(wait))),
        Some(wait) => say!("banner.untold", span = time::span(up(wait))),
        None if listing => say!("banner.listing"),
        None if known => say!("banner.stale_now"),
        None => say!("banner.untold_now"),
    };
    let parts = [Some(wrong), silent, Some(next)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The banner over rows while an answer is overdue.
pub fn late(silent: Option<Duration>) -> String {
    let silent = silent.unwrap_or_default();
    say!("banner.late", span = time::span(silent))
}

/// To whole seconds: a countdown ends with 1, not with 0.
fn up(wait: Duration) -> Duration {
    Duration::from_secs(wait.as_secs() + u64::from(wait.subsec_millis() > 0))
}

/// Above the log-in form: why it is shown. Nothing the first time.
pub fn signed_out(why: &SignedOut) -> Option<String> {
    Some(match why {
        SignedOut::NotYet | SignedOut::Refused(_) => return None,
        SignedOut::LoggedOff(LogOff::Asked) => say!("log_in.off_asked"),
        SignedOut::LoggedOff(LogOff::Confirmed) => say!("log_in.off_confirmed"),
        SignedOut::LoggedOff(LogOff::Unconfirmed) => say!("log_in.off_unconfirmed"),
        SignedOut::Expired => say!("log_in.expired"),
        SignedOut::Unreachable(why) => format!("{}.", trouble(why)),
        SignedOut::Idle(LogOff::Unconfirmed) => {
            let parts = [say!("log_in.idle"), say!("log_in.off_unconfirmed")];
            parts.join(" ")
        }
        SignedOut::Idle(_) => say!("log_in.idle"),
        SignedOut::Elsewhere => say!("log_in.elsewhere"),
    })
}

/// Asterisk's refusal of a log-in.
pub fn refused(words: &str) -> String {
    let words = words.trim_end_matches('.');
    let told = cells::quoted(words);
    // `manager.c`: what it says of a wrong name, a wrong secret and an address that is kept out; and
    // what HTTP says of them to a log-in by Digest.
    match words {
        "Authentication failed" | "Unauthorized" => say!("log_in.wrong", words = told),
        "Login Already In Use" => say!("log_in.in_use", words = told),
        _ => say!("log_in.refused", words = told),
    }
}

/// The rights of which an account needs one for an action: `system or call`.
pub fn rights(action: &str) -> String {
    rights_for(action).join(&say!("why_not.or"))
}

/// What the PBX does not tell this account, and what would mend it. Nothing where all is told;
/// locations are of interest only where somebody wants to see them.
pub fn missing(missing: Missing, every: Option<Duration>, location: bool) -> Option<String> {
    let span = time::span(every.unwrap_or_default());
    let names = match (missing.newchannel, missing.hangup) {
        (true, true) => "Newchannel, Hangup",
        (true, false) => "Newchannel",
        (false, _) => "Hangup",
    };
    Some(match missing {
        Missing { calls: true, .. } => say!("banner.missing_calls", span = span),
        Missing {
            hangup, newchannel, ..
        } if hangup || newchannel => {
            say!("banner.missing_events", span = span, names = names)
        }
        Missing { newexten: true, .. } if location => say!("banner.missing_locations"),
        _ => return None,
    })
}

/// What is missing from the board of an account that can list nothing.
pub fn unlisted() -> String {
    say!("banner.unlisted", rights = rights("Status"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_says_what_is_wrong_since_when_and_what_comes_next() {
        let words = stale(
            &Trouble::Network("x".to_owned()),
            Some(Duration::from_secs(8)),
            Some(Duration::from_millis(2100)),
            (false, true),
        );
        assert_eq!(
            words,
            "The PBX can't be reached. Nothing received from the PBX for 8 s. \
             Showing what was last known. Trying again in 3 s."
        );
    }

    #[test]
    fn nothing_is_said_to_be_shown_where_nothing_was_ever_told() {
        let words = |wait| stale(&Trouble::ManagerOff, None, wait, (false, false));
        assert!(
            words(Some(Duration::from_secs(3)))
                .ends_with("No calls are known yet. Trying again in 3 s.")
        );
        assert!(words(None).ends_with("No calls are known yet. Trying again now."));
    }

    #[test]
    fn what_does_not_come_is_named_and_locations_only_to_who_wants_them() {
        let every = Some(Duration::from_secs(10));
        let none = Missing::default();
        let told = |what| missing(what, every, true).unwrap_or_default();
        let calls = Missing {
            calls: true,
            ..none
        };
        assert!(told(calls).contains("“call”"));
        let hangup = Missing {
            hangup: true,
            ..none
        };
        assert!(told(hangup).contains("Hangup"));
        let newexten = Missing {
            newexten: true,
            ..none
        };
        assert!(told(newexten).contains("“dialplan”"));
        assert_eq!(missing(newexten, None, false), None);
        assert_eq!(missing(none, None, true), None);
        assert_eq!(polled(Duration::from_secs(10)), "Updated every 10 s");
    }

    #[test]
    fn a_refused_log_in_is_told_in_asterisks_own_words() {
        assert!(refused("Authentication failed").contains("Authentication failed"));
    }
}
