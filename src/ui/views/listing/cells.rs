//! The cells of a row, of which a listing knows what they show.

use std::marker::PhantomData;

use leptos::prelude::*;
use web_sys::{Element, HtmlElement};

use super::Listing;
use crate::ui::grid;

/// The elements of a row that change.
pub(in crate::ui) trait Cells<L: Listing>: Sized + 'static {
    /// Fills a new row. `id` makes the ids of elements inside of it: nothing that came over the wire
    /// is ever part of one.
    fn make(
        listing: L,
        row: &HtmlElement,
        id: &dyn Fn(&str) -> String,
        shown: Showing<L::Line>,
    ) -> Self;

    /// Draws what has changed.
    fn draw(&self, before: Option<Shown<'_, L::Line>>, now: Shown<'_, L::Line>);

    /// What the Tab key reaches in the row that it reaches.
    fn stops(&self) -> Vec<&Element>;
}

/// What a row shows.
pub(in crate::ui) struct Shown<'s, R> {
    pub row: &'s R,
    /// Whether it has ended, and is about to go.
    pub ended: bool,
}

impl<R> Clone for Shown<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Shown<'_, R> {}

impl<'s, R: 'static> Shown<'s, R> {
    fn of(shown: &'s grid::Shown) -> Self {
        Self {
            row: shown.line.get(),
            ended: shown.ended,
        }
    }
}

/// What a row shows, now and later.
pub(in crate::ui) struct Showing<R> {
    pub(super) signal: RwSignal<grid::Shown>,
    of: PhantomData<fn() -> R>,
}

impl<R: 'static> Showing<R> {
    pub(super) fn of(signal: RwSignal<grid::Shown>) -> Self {
        let of = PhantomData;
        Self { signal, of }
    }

    /// What it shows just now; what reads this follows it.
    pub(in crate::ui) fn with<T>(self, look: impl FnOnce(Shown<'_, R>) -> T) -> T {
        self.signal.with(|shown| look(Shown::of(shown)))
    }
}

impl<R> Clone for Showing<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Showing<R> {}

/// The cells of a row, as the grid has them.
pub(super) struct Drawn<L: Listing>(pub L::Cells);

impl<L: Listing> grid::Cells for Drawn<L> {
    fn draw(&self, before: Option<&grid::Shown>, now: &grid::Shown) {
        self.0.draw(before.map(Shown::of), Shown::of(now));
    }

    fn stops(&self) -> Vec<&Element> {
        self.0.stops()
    }
}
