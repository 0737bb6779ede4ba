//! Which rows are in sight: only those are in the page, however many there are.

use std::ops::Range;

/// With up to this many rows all of them are in the page.
pub const ALL: usize = 60;

/// Rows kept ready above and below what is seen.
const SPARE: usize = 8;

/// What the person sees of the board, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// How far it is scrolled.
    pub top: f64,
    /// How high it is.
    pub height: f64,
    /// How high a row is.
    pub row: f64,
}

impl Viewport {
    /// The rows that belong into the page, of `len`.
    pub fn rows(&self, len: usize) -> Range<usize> {
        if len <= ALL || self.row <= 0.0 {
            return 0..len.min(ALL);
        }
        let count = (self.height.max(0.0) / self.row).ceil() as usize + 1;
        // The board may have become shorter than it is scrolled.
        let first = ((self.top.max(0.0) / self.row) as usize).min(len.saturating_sub(count));
        first.saturating_sub(SPARE)..(first + count + SPARE).min(len)
    }

    /// The rows of `len` of which at least half is seen, under a header of this height.
    pub fn in_sight(&self, len: usize, header: f64) -> Range<usize> {
        if self.row <= 0.0 {
            return 0..len;
        }
        let top = self.top.max(0.0);
        let room = (self.height - header).max(0.0);
        let first = ((top / self.row).round() as usize).min(len);
        let end = (((top + room) / self.row).round() as usize).min(len);
        first..end.max(first)
    }

    /// Where to scroll so that this row is seen whole, under a header of this height.
    pub fn reveal(&self, index: usize, header: f64) -> f64 {
        let top = index as f64 * self.row;
        let room = (self.height - header).max(self.row);
        if top < self.top {
            top
        } else if top + self.row > self.top + room {
            top + self.row - room
        } else {
            self.top
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEN: Viewport = Viewport {
        top: 3600.0,
        height: 720.0,
        row: 36.0,
    };

    #[test]
    fn few_rows_are_all_there() {
        assert_eq!(SEEN.rows(60), 0..60);
        assert_eq!(SEEN.rows(0), 0..0);
    }

    #[test]
    fn of_many_rows_those_in_sight_and_a_few_more_are_there() {
        assert_eq!(SEEN.rows(1000), 92..129);
        assert_eq!(SEEN.rows(110), 81..110);
    }

    #[test]
    fn a_board_that_became_shorter_than_it_is_scrolled_shows_its_end() {
        assert_eq!(SEEN.rows(80), 51..80);
    }

    #[test]
    fn a_row_is_in_sight_if_half_of_it_is() {
        assert_eq!(SEEN.in_sight(1000, 36.0), 100..119);
        assert_eq!(
            Viewport {
                top: 3619.0,
                ..SEEN
            }
            .in_sight(1000, 36.0),
            101..120
        );
        assert_eq!(SEEN.in_sight(110, 36.0), 100..110);
        assert_eq!(SEEN.in_sight(20, 36.0), 20..20);
    }

    #[test]
    fn a_row_is_revealed_with_as_little_movement_as_can_be() {
        assert_eq!(SEEN.reveal(102, 32.0), 3600.0);
        assert_eq!(SEEN.reveal(2, 32.0), 72.0);
        assert_eq!(SEEN.reveal(500, 32.0), 501.0 * 36.0 - 688.0);
    }
}
