//! The places.

use ajam::session::Lack;

use super::{cells, say};

/// That no place has this name.
pub fn unknown(named: &str) -> String {
    say!("place.unknown", name = cells::quoted(named))
}

/// Why a place can't show what it is for, or not wholly.
pub fn lack(lack: Lack) -> String {
    match lack {
        Lack::Version(version) => say!("lack.version", version = version),
        Lack::Right(rights) => {
            let rights = rights.join(&say!("why_not.or"));
            say!("lack.right", rights = rights)
        }
        Lack::Absent(action) => say!("lack.absent", action = action),
        Lack::Events(class) => say!("lack.events", class = class),
    }
}

/// The same above rows that are shown all the same.
pub fn lack_of_some(why: Lack) -> String {
    match why {
        Lack::Events(_) => lack(why),
        _ => [lack(why), say!("lack.since")].join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_place_lacks_is_a_sentence_that_names_it() {
        assert_eq!(
            lack(Lack::Right(&["call", "reporting"])),
            "Your account may not list this. It lacks the right “call or reporting” (write)."
        );
        for (why, named) in [
            (Lack::Version(13), "Asterisk 13"),
            (Lack::Absent("ExtensionStateList"), "ExtensionStateList"),
            (Lack::Events("call"), "“call” in read"),
        ] {
            assert!(lack(why).contains(named), "{why:?}: {}", lack(why));
        }
        let some = lack_of_some(Lack::Version(13));
        assert!(some.contains("have changed since"), "{some}");
    }
}
