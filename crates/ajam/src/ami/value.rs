//! Values with a closed vocabulary, each with room for what is not in it.

/// `ChannelState` (`include/asterisk/channelstate.h`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChannelState {
    /// 0, down and available.
    #[default]
    Down,
    /// 1, down but reserved.
    Rsrvd,
    /// 2, off hook.
    OffHook,
    /// 3, digits (or equivalent) have been dialled.
    Dialing,
    /// 4, the line is ringing: this side waits for the other to answer.
    Ring,
    /// 5, the remote end is ringing.
    Ringing,
    /// 6, the line is up.
    Up,
    /// 7, the line is busy.
    Busy,
    /// 8, digits have been dialled while off hook.
    DialingOffhook,
    /// 9, an incoming call was detected and waits to ring.
    PreRing,
    /// Any other number.
    Unknown(u8),
}

impl ChannelState {
    /// From the number in `ChannelState`.
    pub fn from_number(text: &str) -> Option<Self> {
        Some(match text.trim().parse::<u8>().ok()? {
            0 => Self::Down,
            1 => Self::Rsrvd,
            2 => Self::OffHook,
            3 => Self::Dialing,
            4 => Self::Ring,
            5 => Self::Ringing,
            6 => Self::Up,
            7 => Self::Busy,
            8 => Self::DialingOffhook,
            9 => Self::PreRing,
            other => Self::Unknown(other),
        })
    }

    /// From the words in `ChannelStateDesc`, or in `State` of 1.4 (`main/channel.c`,
    /// `ast_state2str`).
    pub fn from_words(text: &str) -> Option<Self> {
        ALL.into_iter()
            .find(|state| state.words().eq_ignore_ascii_case(text.trim()))
    }

    /// The number Asterisk uses for it.
    pub fn number(self) -> u8 {
        match self {
            Self::Down => 0,
            Self::Rsrvd => 1,
            Self::OffHook => 2,
            Self::Dialing => 3,
            Self::Ring => 4,
            Self::Ringing => 5,
            Self::Up => 6,
            Self::Busy => 7,
            Self::DialingOffhook => 8,
            Self::PreRing => 9,
            Self::Unknown(other) => other,
        }
    }

    /// Asterisk's own words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Down => "Down",
            Self::Rsrvd => "Rsrvd",
            Self::OffHook => "OffHook",
            Self::Dialing => "Dialing",
            Self::Ring => "Ring",
            Self::Ringing => "Ringing",
            Self::Up => "Up",
            Self::Busy => "Busy",
            Self::DialingOffhook => "Dialing Offhook",
            Self::PreRing => "Pre-ring",
            Self::Unknown(_) => "Unknown",
        }
    }
}

const ALL: [ChannelState; 10] = [
    ChannelState::Down,
    ChannelState::Rsrvd,
    ChannelState::OffHook,
    ChannelState::Dialing,
    ChannelState::Ring,
    ChannelState::Ringing,
    ChannelState::Up,
    ChannelState::Busy,
    ChannelState::DialingOffhook,
    ChannelState::PreRing,
];

/// Seconds in a `HH:MM:SS` duration, as `CoreShowChannels` writes it (`main/manager.c`,
/// `action_coreshowchannels`). Hours may have more than two digits; 1.8 may leave it empty.
pub fn duration_seconds(text: &str) -> Option<u64> {
    let mut total = 0u64;
    let mut parts = 0;
    for part in text.trim().split(':') {
        total = total.checked_mul(60)?.checked_add(part.parse().ok()?)?;
        parts += 1;
    }
    (parts == 3).then_some(total)
}

/// Where a channel is parked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parked {
    /// The parking lot.
    pub lot: String,
    /// The space to dial to take it.
    pub space: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_read_from_numbers_and_from_words_agree() {
        for state in ALL {
            assert_eq!(
                ChannelState::from_number(&state.number().to_string()),
                Some(state)
            );
            assert_eq!(ChannelState::from_words(state.words()), Some(state));
        }
        assert_eq!(
            ChannelState::from_number("17"),
            Some(ChannelState::Unknown(17))
        );
        assert_eq!(ChannelState::from_number("up"), None);
    }

    #[test]
    fn durations_read_as_seconds() {
        assert_eq!(duration_seconds("00:00:02"), Some(2));
        assert_eq!(duration_seconds("123:04:05"), Some(443_045));
        assert_eq!(duration_seconds(""), None);
        assert_eq!(duration_seconds("99999999999999999999:00:00"), None);
    }
}
