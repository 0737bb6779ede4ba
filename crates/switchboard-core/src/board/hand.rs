//! Is a hand on the board? While it is, no row leaves its place.
//!
//! The pointer on a row is a hand, and so is the focus in one. A pointer that was left lying there
//! for minutes is none, nor is a focus that nobody has used: the board goes on without them. What
//! then slides under the pointer can't be pressed before that moves.

use std::time::Duration;

use ajam::time::Moment;

/// How long after the pointer last moved, or a key was pressed, a hand is taken to be there.
pub const RESTS: Duration = Duration::from_secs(120);

/// What is known of somebody's hand among rows that are named by `K`.
#[derive(Clone, Debug)]
pub struct Hand<K> {
    pointer: Option<Moment>,
    /// The row on which the pointer last moved; none if the rows were moved on purpose since.
    under: Option<K>,
    focus: Option<Moment>,
}

impl<K> Default for Hand<K> {
    fn default() -> Self {
        Self {
            pointer: None,
            under: None,
            focus: None,
        }
    }
}

impl<K: PartialEq> Hand<K> {
    /// The pointer moved among the rows, on this one.
    pub fn pointed(&mut self, row: Option<K>, now: Moment) {
        self.under = row;
        self.pointer = Some(now);
    }

    /// The pointer left the rows.
    pub fn pointer_left(&mut self) {
        self.under = None;
        self.pointer = None;
    }

    /// The rows were moved under the pointer by the person, who scrolled.
    pub fn scrolled(&mut self, now: Moment) {
        if self.pointer.is_some() {
            self.pointed(None, now);
        }
    }

    /// The focus came to a row, or a key was pressed there.
    pub fn focused(&mut self, now: Moment) {
        self.focus = Some(now);
    }

    /// The focus left the rows.
    pub fn focus_left(&mut self) {
        self.focus = None;
    }

    /// Whether a hand is there.
    pub fn is_there(&self, now: Moment) -> bool {
        [self.pointer, self.focus]
            .into_iter()
            .flatten()
            .any(|at| now.since(at) < RESTS)
    }

    /// Whether this row slid under a pointer that did not move: what is pressed there was meant for
    /// another row.
    pub fn was_slid_under(&self, row: &K) -> bool {
        self.under.as_ref().is_some_and(|under| under != row)
    }
}

#[cfg(test)]
mod tests {
    use ajam::ami::Uniqueid;

    use super::*;

    fn id(id: &str) -> Uniqueid {
        Uniqueid::new(id).unwrap()
    }

    const START: Moment = Moment::from_millis(0);

    #[test]
    fn a_pointer_that_rests_is_a_hand_for_two_minutes() {
        let mut hand = Hand::<Uniqueid>::default();
        assert!(!hand.is_there(START));
        hand.pointed(Some(id("1")), START);
        assert!(hand.is_there(START + RESTS - Duration::from_millis(1)));
        assert!(!hand.is_there(START + RESTS));
        hand.pointed(Some(id("1")), START + RESTS);
        assert!(hand.is_there(START + RESTS));
        hand.pointer_left();
        assert!(!hand.is_there(START + RESTS));
    }

    #[test]
    fn the_focus_in_a_row_is_a_hand_and_each_key_renews_it() {
        let mut hand = Hand::<Uniqueid>::default();
        hand.focused(START);
        hand.focused(START + RESTS / 2);
        assert!(hand.is_there(START + RESTS));
        hand.pointer_left();
        assert!(hand.is_there(START + RESTS), "the pointer is another hand");
        hand.focus_left();
        assert!(!hand.is_there(START + RESTS));
    }

    #[test]
    fn what_slides_under_a_resting_pointer_is_told_from_what_was_pointed_at() {
        let mut hand = Hand::<Uniqueid>::default();
        hand.pointed(Some(id("1")), START);
        assert!(!hand.was_slid_under(&id("1")));
        assert!(hand.was_slid_under(&id("2")));
        // Who scrolls sees what comes to lie under the pointer.
        hand.scrolled(START);
        assert!(!hand.was_slid_under(&id("2")));
    }
}
