//! Writes an account for `manager.conf` with the rights that it needs, and no more.

use ajam::ami::Secret;
use ajam::ami::action::{RIGHTS, Unfit, rights_for};
use ajam::session::EVENTS;

/// What an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// See calls, also those that stood before log-in.
    Watch,
    /// The same, and transfer and hang up.
    Act,
    /// All that the page can do.
    Everything,
}

/// What writes Asterisk's files: an administrator, or FreePBX, which leaves room for lines of one's
/// own in files of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// An administrator.
    Asterisk,
    /// FreePBX.
    FreePbx,
}

impl System {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Asterisk, Self::FreePbx];
}

impl Profile {
    /// All there are, the least first.
    pub const ALL: [Self; 3] = [Self::Watch, Self::Act, Self::Everything];

    fn actions(self) -> Vec<&'static str> {
        let watch = ["CoreShowChannels", "CoreSettings", "Status"];
        let act = ["Redirect", "Hangup"];
        match self {
            Self::Watch => watch.to_vec(),
            Self::Act => [&watch[..], &act].concat(),
            Self::Everything => RIGHTS.iter().map(|(name, _)| *name).collect(),
        }
    }
}

/// Write classes from the least powerful on; those not named here come behind.
const LEAST_FIRST: [&str; 2] = ["reporting", "call"];

/// The fewest and least powerful write classes that allow what an account is for, in the order of
/// the alphabet.
pub fn write_classes(profile: Profile) -> Vec<&'static str> {
    let mut chosen: Vec<&'static str> = Vec::new();
    // What leaves no choice first: it may settle the others.
    for is_a_choice in [false, true] {
        for classes in profile.actions().into_iter().map(rights_for) {
            let settled = classes.iter().any(|class| chosen.contains(class));
            if settled || (classes.len() > 1) != is_a_choice {
                continue;
            }
            if let Some(least) = classes.iter().min_by_key(|class| power(class)) {
                let at = chosen.iter().filter(|have| *have < least).count();
                chosen.insert(at, least);
            }
        }
    }
    chosen
}

fn power(class: &str) -> usize {
    let at = LEAST_FIRST.iter().position(|least| *least == class);
    at.unwrap_or(LEAST_FIRST.len())
}

/// The name of an account, fit to stand in `manager.conf`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

/// Longest name, in characters; Asterisk keeps 79.
pub const LONGEST: usize = 40;

impl Name {
    /// Checks what somebody typed; blanks at both ends do not count. ASCII letters, digits and
    /// `. _ -` may stand in it, the first being a letter or a digit. `general` is no account.
    ///
    /// # Errors
    /// What is wrong; nothing for a name that is taken by Asterisk itself.
    pub fn new(typed: &str) -> Result<Self, Option<Unfit>> {
        let text = typed.trim();
        let fits = |at: usize, c: char| {
            c.is_ascii_alphanumeric() || (at > 0 && matches!(c, '.' | '_' | '-'))
        };
        if text.is_empty() {
            return Err(Some(Unfit::Empty));
        }
        if let Some((_, odd)) = text.chars().enumerate().find(|(at, c)| !fits(*at, *c)) {
            return Err(Some(Unfit::Character(odd)));
        }
        if text.len() > LONGEST {
            return Err(Some(Unfit::TooLong));
        }
        if text.eq_ignore_ascii_case("general") {
            return Err(None);
        }
        Ok(Self(text.to_owned()))
    }
}

/// How many random bytes make a secret.
pub const RANDOM: usize = 28;

/// A secret of random bytes, 5 bits of each: 140 bits in all. No two of its characters look alike.
pub fn secret(random: &[u8; RANDOM]) -> Secret {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let text: String = random
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
        .collect();
    Secret::new(text)
}

/// The section for `manager.conf`: name, secret and rights. What else is to be said about it goes
/// below, as comments.
pub fn section(name: &Name, secret: &Secret, profile: Profile) -> String {
    format!(
        "[{}]\nsecret = {}\nread = {EVENTS}\nwrite = {}\n",
        name.0,
        secret.expose(),
        write_classes(profile).join(",")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe;

    #[test]
    fn each_account_gets_the_least_that_allows_what_it_is_for() {
        assert_eq!(
            Profile::ALL.map(write_classes),
            [
                vec!["reporting"],
                vec!["call", "reporting"],
                vec!["call", "originate", "reporting"]
            ]
        );
    }

    #[test]
    fn the_recipe_is_what_the_actions_of_the_page_need() {
        assert_eq!(write_classes(Profile::Watch).join(","), recipe::WATCH);
        assert_eq!(write_classes(Profile::Act).join(","), recipe::WRITE);
    }

    #[test]
    fn who_may_do_everything_may_do_all_that_the_page_asks_for() {
        let chosen = write_classes(Profile::Everything);
        for (action, classes) in RIGHTS {
            assert!(classes.iter().any(|c| chosen.contains(c)), "{action}");
        }
    }

    #[test]
    fn every_action_of_an_account_is_one_that_takes_a_right() {
        for profile in Profile::ALL {
            for action in profile.actions() {
                assert!(!rights_for(action).is_empty(), "{action}");
            }
        }
    }

    #[test]
    fn a_name_that_could_be_more_than_a_name_is_refused() {
        assert_eq!(Name::new(" desk-1 ").map(|n| n.0), Ok("desk-1".to_owned()));
        assert_eq!(Name::new(" "), Err(Some(Unfit::Empty)));
        assert_eq!(Name::new("a]\nx"), Err(Some(Unfit::Character(']'))));
        assert_eq!(Name::new("-a"), Err(Some(Unfit::Character('-'))));
        assert_eq!(Name::new("é"), Err(Some(Unfit::Character('é'))));
        assert_eq!(Name::new(&"a".repeat(41)), Err(Some(Unfit::TooLong)));
        assert_eq!(Name::new("General"), Err(None));
    }

    #[test]
    fn a_section_holds_the_name_the_secret_and_the_classes() {
        let name = Name::new("desk").unwrap_or_else(|_| unreachable!());
        let secret = secret(&[0; RANDOM]);
        assert_eq!(
            section(&name, &secret, Profile::Watch),
            "[desk]\nsecret = aaaaaaaaaaaaaaaaaaaaaaaaaaaa\n\
             read = call,dialplan,system,agent\nwrite = reporting\n"
        );
    }
}
