//! Spans of time.

use std::time::Duration;

use super::say;

/// How long a call has lasted: `0:07`, `12:34`, `1:02:03`.
pub fn duration(span: Duration) -> String {
    let seconds = span.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// The same for so many milliseconds.
pub fn millis(millis: u64) -> String {
    duration(Duration::from_millis(millis))
}

/// A span in its largest unit: `8 s`, `3 min`, `2 h`.
pub fn span(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..=119 => say!("span.seconds", count = seconds),
        seconds @ 120..=7199 => say!("span.minutes", count = seconds / 60),
        seconds => say!("span.hours", count = seconds / 3600),
    }
}

/// A time of day: `14:05`.
pub fn of_day(hours: u32, minutes: u32) -> String {
    format!("{hours:02}:{minutes:02}")
}

/// The same with its seconds: `14:05:09`.
pub fn of_day_whole(hours: u32, minutes: u32, seconds: u32) -> String {
    format!("{hours:02}:{minutes:02}:{seconds:02}")
}

/// A date: `2026-11-05`.
pub fn date(year: u32, month: u32, day: u32) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_as_short_as_they_can_be() {
        let of = |seconds| duration(Duration::from_secs(seconds));
        assert_eq!(
            [7, 754, 3723, 360_000].map(of),
            ["0:07", "12:34", "1:02:03", "100:00:00"]
        );
    }

    #[test]
    fn spans_name_one_unit() {
        let of = |seconds| span(Duration::from_secs(seconds));
        assert_eq!(
            [0, 119, 120, 7200].map(of),
            ["0 s", "119 s", "2 min", "2 h"]
        );
    }
}
