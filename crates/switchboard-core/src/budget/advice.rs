//! What the administrator can do to have less sent.

use ajam::ami::Version;
use ajam::ami::version::Filtering;

use super::Report;

/// A smaller share of the bytes is not worth a line, in hundredths.
const WORTH: u64 = 2;
/// How many names are advised at once.
const MOST: usize = 5;

/// Lines for `manager.conf` that would save most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advice {
    /// Events that nothing here reads, the most bytes first, with their hundredths of all bytes of
    /// events.
    pub names: Vec<(String, u64)>,
    /// For the section of the account: keeps them from this account alone. Empty where the server
    /// has no such option, or does not heed it for this log-in.
    pub account: Vec<String>,
    /// For the section `[general]`: keeps them from everybody. None where the server has no such
    /// option.
    pub server: Option<String>,
}

/// What would save most of what came lately, but for the names that are kept back already. `heeded` says whether the account's own filters count:
/// they do not for a log-in by Digest.
pub fn advise(
    report: &Report,
    version: &Version,
    heeded: bool,
    filtered: impl Fn(&str) -> bool,
) -> Advice {
    let share = |bytes: u64| (bytes * 100).checked_div(report.events.amount).unwrap_or(0);
    let names: Vec<(String, u64)> = report
        .lines
        .iter()
        .filter(|line| !line.read && is_plain(&line.name) && !filtered(&line.name))
        .map(|line| (line.name.clone(), share(line.sum.amount)))
        .filter(|(_, share)| *share >= WORTH)
        .take(MOST)
        .collect();
    if names.is_empty() {
        return Advice::default();
    }
    let list = |by: &str| {
        let names: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
        names.join(by)
    };
    let account = match version.filtering() {
        _ if !heeded || !version.has_event_filters() => Vec::new(),
        Some(Filtering::Name) => names
            .iter()
            .map(|(name, _)| format!("eventfilter(action(exclude),name({name})) ="))
            .collect(),
        // The one that every version understands.
        Some(Filtering::Pattern) | None => {
            vec![format!("eventfilter = !^Event: ({})[[:space:]]", list("|"))]
        }
    };
    let server = version
        .can_disable_events()
        .then(|| format!("disabledevents = {}", list(",")));
    Advice {
        names,
        account,
        server,
    }
}

/// Whether a name may stand in a line of a configuration file as it is.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use ajam::time::Moment;

    fn report() -> Report {
        let mut budget = Budget::default();
        let now = Moment::from_millis(0);
        for (name, read, bytes) in [
            ("VarSet", false, 500),
            ("Hangup", true, 390),
            ("DeviceStateChange", false, 90),
            ("Cdr", false, 10),
            ("Odd\n[general]", false, 10),
        ] {
            budget.event(name, read, bytes, now);
        }
        budget.report(10, Moment::from_millis(1000))
    }

    #[test]
    fn what_nothing_reads_and_weighs_most_is_advised_in_the_servers_own_syntax() {
        let by_name = advise(&report(), &Version::new("22.10.1", "11.0.0"), true, |_| {
            false
        });
        assert_eq!(
            by_name.names,
            [("VarSet".into(), 50), ("DeviceStateChange".into(), 9)]
        );
        assert_eq!(
            by_name.account,
            [
                "eventfilter(action(exclude),name(VarSet)) =",
                "eventfilter(action(exclude),name(DeviceStateChange)) ="
            ]
        );
        assert_eq!(
            by_name.server.as_deref(),
            Some("disabledevents = VarSet,DeviceStateChange")
        );
        let by_pattern = advise(&report(), &Version::new("16.24.0", "5.0.4"), true, |_| {
            false
        });
        assert_eq!(
            by_pattern.account,
            ["eventfilter = !^Event: (VarSet|DeviceStateChange)[[:space:]]"]
        );
        assert_eq!(by_pattern.server, None);
    }

    #[test]
    fn a_log_in_that_does_not_heed_the_accounts_filters_is_not_advised_any() {
        let advice = advise(&report(), &Version::new("22.10.1", "11.0.0"), false, |_| {
            false
        });
        assert!(advice.account.is_empty());
        assert!(advice.server.is_some());
    }

    #[test]
    fn a_version_without_filters_is_advised_nothing_it_does_not_know() {
        let advice = advise(&report(), &Version::new("1.8.32.3", "1.1"), true, |_| false);
        assert!(advice.account.is_empty() && advice.server.is_none());
        assert_eq!(advice.names.len(), 2);
    }

    #[test]
    fn what_is_kept_back_already_is_not_advised() {
        let version = Version::new("22.10.1", "11.0.0");
        let advice = advise(&report(), &version, true, |name| name == "VarSet");
        assert_eq!(advice.names, [("DeviceStateChange".into(), 9)]);
    }

    #[test]
    fn where_all_that_comes_is_read_there_is_no_advice() {
        let mut budget = Budget::default();
        budget.event("Hangup", true, 1, Moment::from_millis(0));
        let report = budget.report(10, Moment::from_millis(1000));
        let advice = advise(&report, &Version::new("22.10.1", "11.0.0"), true, |_| false);
        assert_eq!(advice, Advice::default());
    }
}
