//! What components read, and what they may ask for.

use std::time::Duration;

use ajam::ami::action::{Context, Exten};
use ajam::session::{Abilities, Apart, Credentials, Input, Missing, Phase, Scope, Views};
use ajam::time::Moment;
use leptos::prelude::*;
use switchboard_core::acts::Prospect;
use switchboard_core::board::{AnyTable, Column, Ring, Sort};
use switchboard_core::budget::Work;
use switchboard_core::config::{Config, Wrong};
use switchboard_core::console::{Command, Console, Orphan};
use switchboard_core::route::{Place, Route, Search};
use switchboard_core::words::{ringing, time};

use super::dom;
use super::frame::Frame;
use super::grid::{Grid, Table};
use super::route::Router;
use super::toast::Toasts;
use super::views::channels::Channels;
use super::views::channels::acts::Popovers;
use crate::shell::{Link, fault, memory, precise};

/// Up to this width the style sheet shows no locations.
const NARROW: f64 = 760.0;

/// How often what a row says of its age changes.
const TICK: Duration = Duration::from_secs(1);

/// Up to so many rows that ring are looked through whenever anything has happened.
const RINGS: usize = 100;

/// Numbers of the board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub calls: usize,
    pub channels: usize,
    /// Rows that pass the filter, fading ones included.
    pub shown: usize,
    /// Those of them that live.
    pub found: usize,
    /// Whether these numbers are of anything that was ever told.
    pub listed: bool,
}

/// The signals that components read. Only [`Store::commit`] and the handlers here write them.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub phase: RwSignal<Phase>,
    pub account: RwSignal<Option<String>>,
    pub abilities: RwSignal<Abilities>,
    /// What does not come though it was asked for.
    pub missing: RwSignal<Missing>,
    /// How often everything is listed in place of it.
    pub lists_every: RwSignal<Option<Duration>>,
    pub listing: RwSignal<bool>,
    /// Whether that mends a doubt.
    pub resynchronising: RwSignal<bool>,
    /// Whether, and why, the log-in is of this tab only.
    pub apart: RwSignal<Option<Apart>>,
    /// What is wrong with the installation's settings.
    pub settings: RwSignal<Option<Wrong>>,
    pub last_word: RwSignal<Option<Moment>>,
    pub tally: RwSignal<Tally>,
    pub sort: RwSignal<Sort<Column>>,
    pub find: RwSignal<String>,
    /// Once a second.
    pub clock: RwSignal<Moment>,
    /// The same for what stands in a row: it stands still while that is only what was last known.
    pub row_clock: RwSignal<Moment>,
    /// The calls that ring out of sight.
    pub rings: RwSignal<Vec<Ring>>,
    /// What a screen reader is to say, once.
    pub said: RwSignal<String>,
    pub keys: RwSignal<bool>,
    /// Whether a person wants the column.
    pub location: RwSignal<bool>,
    /// Whether it is known what to write there.
    pub located: RwSignal<bool>,
}

/// A handle to all that the page shows. It is copied freely, and lives as long as the page.
#[derive(Clone, Copy)]
pub struct Store {
    line: StoredValue<Option<Link>, LocalStorage>,
    /// Whether it is part of another page, and bare.
    embedded: StoredValue<Option<bool>>,
    transfers: StoredValue<Option<String>>,
    pub(super) seen: Seen,
    pub(super) router: Router,
    pub(super) frame: Frame,
    grid: Grid<Channels>,
    pub(super) popovers: Popovers,
    pub(super) toasts: Toasts,
}

impl Store {
    /// A store that shows nothing yet.
    pub(super) fn new() -> Self {
        Self {
            line: StoredValue::new_local(None),
            embedded: StoredValue::new(None),
            transfers: StoredValue::default(),
            seen: Seen {
                phase: RwSignal::new(Phase::Starting),
                account: RwSignal::default(),
                abilities: RwSignal::default(),
                missing: RwSignal::default(),
                lists_every: RwSignal::default(),
                listing: RwSignal::default(),
                resynchronising: RwSignal::default(),
                apart: RwSignal::default(),
                settings: RwSignal::default(),
                last_word: RwSignal::default(),
                tally: RwSignal::default(),
                sort: RwSignal::default(),
                find: RwSignal::default(),
                clock: RwSignal::default(),
                row_clock: RwSignal::default(),
                rings: RwSignal::default(),
                said: RwSignal::default(),
                keys: RwSignal::default(),
                location: RwSignal::new(true),
                located: RwSignal::new(true),
            },
            router: Router::new(),
            frame: Frame::new(),
            grid: Grid::new(),
            popovers: Popovers::new(),
            toasts: Toasts::new(),
        }
    }

    /// Gives the store its line.
    pub(super) fn attach(self, link: Link) {
        self.line.set_value(Some(link));
        if !self.embedded() {
            self.seen.location.set(memory::shows_location());
        }
        let named = match untrack(|| self.router.route()) {
            Route::At(Place::Channels, search) => search,
            _ => Search::default(),
        };
        let known = memory::sort(Place::Channels.name());
        self.show_search(named.find(), named.sort().or(known.as_deref()));
        self.note_search();
        self.shows();
        self.commit();
    }

    /// Searches as the route says, if that was changed elsewhere.
    pub(super) fn follow(self, route: &Route) {
        if let Route::At(Place::Channels, search) = route
            && self.channels() != *route
        {
            self.show_search(search.find(), search.sort());
            self.note_search();
            self.commit();
        }
    }

    fn show_search(self, find: &str, sort: Option<&str>) {
        // Nobody sees by what the rows would be sorted.
        let sort = sort.and_then(Sort::named).unwrap_or_default();
        let hidden = sort.column == Column::Location && !self.seen.location.get_untracked();
        let sort = if hidden { Sort::default() } else { sort };
        self.touch(|console| {
            let board = &mut console.tables_mut().channels;
            board.set_sort(sort);
            board.set_filter(find);
            memory::remember_sort(Place::Channels.name(), board.sort_name().as_deref());
        });
        set(self.seen.find, find.to_owned());
    }

    /// The channels, as they are searched and sorted just now.
    fn channels(self) -> Route {
        let sort = self.look(|console| console.board().sort_name()).flatten();
        let find = self.seen.find.get_untracked();
        Route::At(Place::Channels, Search::new(&find, sort))
    }

    fn note_search(self) {
        self.router.note(self.channels());
    }

    /// Forgets what was searched for, and goes to where everybody begins.
    pub(super) fn forget_search(self) {
        self.touch(|console| console.tables_mut().channels.set_filter(""));
        set(self.seen.find, String::new());
        self.router.reset(self.channels());
    }

    /// Whether there is anything to show.
    pub(super) fn has_board(self) -> bool {
        self.seen.phase.with_untracked(Phase::has_board)
    }

    /// Whether the board is in sight. While it is not, nothing of it is drawn.
    pub(super) fn shows_board(self) -> bool {
        untrack(|| self.router.place()) == Some(Place::Channels)
    }

    /// Does this where the board is in sight: goes there first, if need be.
    pub(super) fn at_board(self, then: impl FnOnce() + 'static) {
        if self.shows_board() {
            return then();
        }
        self.router
            .go(untrack(|| self.router.last(Place::Channels)));
        // When it is drawn.
        set_timeout(then, Duration::ZERO);
    }

    /// The table of channels.
    pub(super) fn table(self) -> Table<Channels> {
        self.grid.of(Channels(self))
    }

    fn link(self) -> Option<Link> {
        self.line.try_get_value().flatten()
    }

    pub(super) fn look<R>(self, look: impl FnOnce(&Console) -> R) -> Option<R> {
        self.link().map(|link| link.look(look))
    }

    pub(super) fn touch<R>(self, touch: impl FnOnce(&mut Console) -> R) -> Option<R> {
        self.link().map(|link| link.touch(touch))
    }

    pub(super) fn now(self) -> Moment {
        self.link().map_or_else(Moment::default, |link| link.now())
    }

    /// The time of day of a moment.
    pub(super) fn time_of_day(self, at: Moment) -> String {
        self.link().map_or_else(String::new, |link| {
            let date = link.clock(at);
            time::of_day(date.get_hours(), date.get_minutes())
        })
    }

    /// What the console holds has changed: it will be drawn, at most once a frame.
    pub fn changed(self) {
        self.frame.request(self);
    }

    /// Draws what the console holds. The only place where that is copied.
    pub fn commit(self) {
        let Some(link) = self.link() else { return };
        let (now, begun) = (link.now(), precise());
        self.frame.done(now);
        link.touch(|console| console.commit(now));
        link.look(|console| self.copy(console));
        // It went on while the rows stood still, or before there were any.
        let stands = now.since(self.seen.row_clock.get_untracked()) >= TICK;
        if stands && self.shows_board() && self.seen.phase.with_untracked(Phase::is_live) {
            self.seen.row_clock.set(now);
        }
        self.table().draw();
        self.listen_for_rings();
        self.popovers.follow(self);
        let orphans: Vec<Orphan> = link.touch(Console::take_orphans);
        self.toasts.add(self, &orphans);
        link.spent(Work::Draw, begun);
    }

    /// What can be told of a page that nobody looks at: whether the line is live, and how many
    /// calls there are. The board waits.
    pub(super) fn glance(self) {
        self.look(|console| {
            set(self.seen.phase, console.session().phase().clone());
            let tally = self.seen.tally.get_untracked();
            let calls = console.pbx().calls();
            set(self.seen.tally, Tally { calls, ..tally });
        });
    }

    fn copy(self, console: &Console) {
        let (session, board, pbx) = (console.session(), console.board(), console.pbx());
        let seen = self.seen;
        set(seen.phase, session.phase().clone());
        set(seen.account, session.account().map(str::to_owned));
        set(seen.abilities, session.abilities().clone());
        set(seen.missing, session.missing());
        set(seen.lists_every, session.lists_every());
        set(seen.listing, session.is_listing());
        set(seen.resynchronising, session.is_resynchronising());
        set(
            seen.apart,
            session.apart().filter(|_| session.phase().has_board()),
        );
        set(seen.last_word, session.last_word());
        set(
            seen.located,
            session.knows_locations() || !session.phase().is_live(),
        );
        set(seen.sort, board.sort());
        set(
            seen.tally,
            Tally {
                calls: pbx.calls(),
                channels: board.living(),
                shown: board.len(),
                found: board.found(),
                listed: pbx.was_listed(),
            },
        );
    }

    /// Finds the calls that ring out of sight. A new one is told to those who do not see the bar.
    pub(super) fn listen_for_rings(self) {
        let rings = self.look(|console| {
            let board = console.board();
            // Of very many, the tick counts.
            (board.rows_ringing() <= RINGS).then(|| self.rings_unseen(console))
        });
        if let Some(Some(rings)) = rings {
            self.show_rings(rings);
        }
    }

    fn rings_unseen(self, console: &Console) -> Vec<Ring> {
        let mut viewport = self.table().viewport();
        if !self.shows_board() {
            viewport.height = 0.0;
        }
        let mut rings = console
            .board()
            .ringing_unseen(&viewport, self.table().head());
        if !console.session().phase().is_live() {
            rings.clear();
        }
        rings
    }

    fn show_rings(self, rings: Vec<Ring>) {
        let known = self.seen.rings.get_untracked();
        let is_new = |ring: &&Ring| known.iter().all(|old| old.id != ring.id);
        if let Some(ring) = rings.iter().find(is_new) {
            self.seen.said.set(ringing::told(ring));
        } else if rings.is_empty() {
            // Nobody's number stays in the page when it is logged off.
            set(self.seen.said, String::new());
        }
        set(self.seen.rings, rings);
    }

    /// A second has passed.
    pub(super) fn tick(self) {
        if document().hidden() || fault::is_stopped() {
            return;
        }
        let now = self.now();
        self.seen.clock.set(now);
        if self.shows_board() && self.seen.phase.with_untracked(Phase::is_live) {
            self.seen.row_clock.set(now);
        }
        self.table().refresh_hold();
        if let Some(rings) = self.look(|console| self.rings_unseen(console)) {
            self.show_rings(rings);
        }
    }

    /// Asks for an act that hits whom it was said to.
    pub(super) fn ask_as_shown(self, command: Command, shown: Prospect) {
        if let Some(link) = self.link() {
            link.act(|console, now| console.ask_as_shown(command, shown, now));
        }
        self.commit();
    }

    /// Asks whether a number can be dialled.
    pub(super) fn look_up(self, exten: Exten, context: Context) {
        if let Some(link) = self.link() {
            link.act(|console, now| console.look_up(exten, context, now));
        }
        self.changed();
    }

    /// The context that a transfer goes to unless somebody says otherwise, if one is set.
    pub(super) fn transfer_context(self) -> Option<String> {
        self.transfers.get_value()
    }

    /// Whether the page is part of another: a slim line stands over the board, and nothing else.
    pub(super) fn embedded(self) -> bool {
        self.embedded.get_value().is_some()
    }

    /// Whether not even that does.
    pub(super) fn is_bare(self) -> bool {
        self.embedded.get_value() == Some(true)
    }

    pub(super) fn embed(self, bare: bool) {
        self.embedded.set_value(Some(bare));
    }

    /// Takes the installation's settings in.
    pub(super) fn settle(self, settings: Result<Config, (Wrong, Option<Config>)>) {
        let (config, wrong) = match settings {
            Ok(config) => (Some(config), None),
            Err((wrong, known)) => (known, Some(wrong)),
        };
        if let Some(config) = config {
            self.touch(|console| console.set_idle_limit(config.idle));
            self.transfers.set_value(config.transfer_context);
        }
        set(self.seen.settings, wrong);
    }

    fn input(self, input: Input) {
        if let Some(link) = self.link() {
            link.input(input);
        }
        self.commit();
    }

    pub(super) fn sign_in(self, credentials: Credentials, scope: Scope) {
        self.input(Input::SignIn(credentials, scope));
    }

    pub(super) fn sign_out(self) {
        self.input(Input::SignOut);
    }

    pub(super) fn refresh(self) {
        self.input(Input::Refresh);
    }

    /// Tells the console what is in sight.
    pub(super) fn shows(self) {
        let location = self.seen.location.get_untracked() && dom::window_width() > NARROW;
        if let Some(link) = self.link() {
            link.shows(Views { location });
        }
    }

    /// Shows or hides the column of locations, now and after the next start.
    pub(super) fn show_location(self, location: bool) {
        self.seen.location.set(location);
        memory::show_location(location);
        if !location && self.seen.sort.get_untracked().column == Column::Location {
            self.sort_by(Sort::default());
        }
        self.shows();
    }

    pub(super) fn sort_by(self, sort: Sort<Column>) {
        self.touch(|console| {
            let board = &mut console.tables_mut().channels;
            board.set_sort(sort);
            memory::remember_sort(Place::Channels.name(), board.sort_name().as_deref());
        });
        self.note_search();
        self.commit();
    }

    /// Finds channels, and goes to them.
    pub(super) fn find(self, typed: String) {
        self.touch(|console| console.tables_mut().channels.set_filter(&typed));
        self.seen.find.set(typed);
        self.router.go(self.channels());
        self.commit();
    }
}

/// The store of the page.
pub(super) fn use_store() -> Store {
    expect_context()
}

/// Writes only what differs: a write redraws.
pub(super) fn set<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, new: T) {
    if signal.with_untracked(|old| *old != new) {
        signal.set(new);
    }
}
