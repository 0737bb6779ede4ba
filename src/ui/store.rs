//! What components read, and what they may ask for.

use std::collections::HashSet;
use std::time::Duration;

use ajam::ami::Uniqueid;
use ajam::ami::action::{Context, Exten};
use ajam::session::{
    Abilities, Apart, Credentials, Input, Lack, Missing, Phase, Scope, Topic, Topics,
};
use ajam::time::Moment;
use leptos::prelude::*;
use switchboard_core::acts::consult::Wish;
use switchboard_core::acts::{self, Arrival, Phone, Prospect, Reached};
use switchboard_core::board::{Column, Ring};
use switchboard_core::budget::Work;
use switchboard_core::config::{Config, Wrong};
use switchboard_core::console::{Command, Console, ConsultId, Orphan};
use switchboard_core::directory::{Directory, Suggestion};
use switchboard_core::route::{Place, Route, Search};
use switchboard_core::trunks::Trunks;
use switchboard_core::words::{outcome, time};

use super::arrival;
use super::dom;
use super::frame::Frame;
use super::route::Router;
use super::toast::Toasts;
use super::views;
use super::views::acts::Popovers;
use super::views::consult::{self, Bands};
use super::views::listing::AnyListing;
use crate::shell::{Link, fault, memory, precise};

/// Up to this width the style sheet shows no locations.
const NARROW: f64 = 760.0;

/// How often what a row says of its age changes.
const TICK: Duration = Duration::from_secs(1);

/// Numbers of the board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub calls: usize,
    pub channels: usize,
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
    /// What Asterisk tells of just now.
    pub known: RwSignal<Topics>,
    /// Of what it can't tell, or not wholly, and why.
    pub lacks: RwSignal<Vec<(Topic, Lack)>>,
    pub listing: RwSignal<bool>,
    /// Whether that mends a doubt.
    pub resynchronising: RwSignal<bool>,
    /// Whether, and why, the log-in is of this tab only.
    pub apart: RwSignal<Option<Apart>>,
    /// What is wrong with the installation's settings.
    pub settings: RwSignal<Option<Wrong>>,
    /// Where the contacts are, if there are any.
    pub contacts_file: RwSignal<Option<String>>,
    /// What is wrong with the contacts, in words.
    pub contacts: RwSignal<Option<String>>,
    pub last_word: RwSignal<Option<Moment>>,
    pub tally: RwSignal<Tally>,
    /// How many rows Find has found that live, and of how many.
    pub found: RwSignal<(usize, usize)>,
    /// How many rows of the table in sight have ended and stay under a hand.
    pub kept: RwSignal<usize>,
    /// Once a second.
    pub clock: RwSignal<Moment>,
    /// The same for what stands in a row: it stands still while that is only what was last known.
    pub row_clock: RwSignal<Moment>,
    /// The calls that ring out of sight.
    pub rings: RwSignal<Vec<Ring>>,
    /// Who calls one's own phone.
    pub arrival: RwSignal<Option<Arrival>>,
    /// Whether the browser is to ring then, too.
    pub bell: RwSignal<bool>,
    /// The calls on which somebody is asked first.
    pub consults: RwSignal<Bands>,
    /// What a screen reader is to say, once.
    pub said: RwSignal<String>,
    pub keys: RwSignal<bool>,
    /// One's own phone, as this browser remembers it.
    pub phone: RwSignal<Option<Phone>>,
    /// Whether somebody sets it.
    pub my_phone: RwSignal<bool>,
    /// Whether somebody wants to call a number.
    pub new_call: RwSignal<bool>,
    /// Counts the drawings while one of these two is open: what the console knows may be another.
    pub beat: RwSignal<u32>,
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
    directory: StoredValue<Directory>,
    trunks: StoredValue<Trunks>,
    /// The rows that rang when it was last looked: what rings beside them is new.
    pub(super) heard: StoredValue<HashSet<Uniqueid>>,
    pub(super) seen: Seen,
    pub(super) router: Router,
    pub(super) frame: Frame,
    /// The tables of the places.
    listings: StoredValue<Vec<AnyListing>, LocalStorage>,
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
            directory: StoredValue::default(),
            trunks: StoredValue::default(),
            heard: StoredValue::default(),
            seen: Seen {
                phase: RwSignal::new(Phase::Starting),
                account: RwSignal::default(),
                abilities: RwSignal::default(),
                missing: RwSignal::default(),
                lists_every: RwSignal::default(),
                known: RwSignal::default(),
                lacks: RwSignal::default(),
                listing: RwSignal::default(),
                resynchronising: RwSignal::default(),
                apart: RwSignal::default(),
                settings: RwSignal::default(),
                contacts_file: RwSignal::default(),
                contacts: RwSignal::default(),
                last_word: RwSignal::default(),
                tally: RwSignal::default(),
                found: RwSignal::default(),
                kept: RwSignal::default(),
                clock: RwSignal::default(),
                row_clock: RwSignal::default(),
                rings: RwSignal::default(),
                arrival: RwSignal::default(),
                bell: RwSignal::default(),
                consults: RwSignal::default(),
                said: RwSignal::default(),
                keys: RwSignal::default(),
                phone: RwSignal::default(),
                my_phone: RwSignal::default(),
                new_call: RwSignal::default(),
                beat: RwSignal::default(),
                location: RwSignal::new(true),
                located: RwSignal::new(true),
            },
            router: Router::new(),
            frame: Frame::new(),
            listings: StoredValue::new_local(Vec::new()),
            popovers: Popovers::new(),
            toasts: Toasts::new(),
        }
    }

    /// Gives the store its line.
    pub(super) fn attach(self, link: Link) {
        self.line.set_value(Some(link));
        self.seen.phone.set(memory::phone());
        self.seen.bell.set(memory::wants_bell());
        if !self.embedded() {
            self.seen.location.set(memory::shows_location());
        }
        self.listings.set_value(views::listings(self));
        let here = untrack(|| self.router.route());
        self.each_listing(|listing| {
            self.touch(|console| listing.give_words(console.tables_mut()));
            let place = listing.place();
            let search = match &here {
                Route::At(at, search) if *at == place => search.clone(),
                _ => Search::default(),
            };
            let known = || memory::sort(place.name());
            let sort = search.sort().map(str::to_owned).or_else(known);
            self.show_search(listing, search.find(), sort.as_deref());
        });
        if let Some(link) = self.link() {
            link.recall();
        }
        self.show_views();
        self.commit();
    }

    /// Searches as the route says, if that was changed elsewhere.
    pub(super) fn follow(self, route: &Route) {
        if let Route::At(place, search) = route
            && let Some(listing) = self.listing(*place)
            && self.search_in(&listing) != *search
        {
            self.show_search(&listing, search.find(), search.sort());
            self.commit();
        }
    }

    fn show_search(self, listing: &AnyListing, find: &str, sort: Option<&str>) {
        let sort = sort.filter(|sort| !listing.hides(sort));
        self.touch(|console| {
            let rows = listing.rows_mut(console.tables_mut());
            rows.set_sort_named(sort);
            rows.set_filter(find);
        });
        self.note_search(listing);
    }

    /// What a table shows is another now.
    fn note_search(self, listing: &AnyListing) {
        let (place, search) = (listing.place(), self.search_in(listing));
        memory::remember_sort(place.name(), search.sort());
        self.router.note(Route::At(place, search));
    }

    /// What a table shows just now.
    fn search_in(self, listing: &AnyListing) -> Search {
        let search = self.look(|console| {
            let rows = listing.rows(console.tables());
            Search::new(rows.typed(), rows.sort_name())
        });
        search.unwrap_or_default()
    }

    /// Forgets what was searched for, and goes to where everybody begins.
    pub(super) fn forget_search(self) {
        let mut routes = Vec::new();
        self.each_listing(|listing| {
            self.touch(|console| listing.rows_mut(console.tables_mut()).set_filter(""));
            routes.push(Route::At(listing.place(), self.search_in(listing)));
        });
        self.router.reset(routes);
    }

    /// Whether there is anything to show.
    pub(super) fn has_board(self) -> bool {
        self.seen.phase.with_untracked(Phase::has_board)
    }

    /// Whether this place is in sight.
    pub(super) fn shows(self, place: Place) -> bool {
        untrack(|| self.router.place()) == Some(place)
    }

    /// Does this where a place is in sight: goes there first, if need be.
    pub(super) fn at(self, place: Place, then: impl FnOnce() + 'static) {
        if self.shows(place) {
            return then();
        }
        self.router.go(untrack(|| self.router.last(place)));
        // When it is drawn.
        set_timeout(then, Duration::ZERO);
    }

    /// The place whose table Find serves: where the page is, or the channels from where there is none.
    pub(super) fn searched(self) -> Place {
        let here = self.router.place();
        here.filter(|place| place.has_table())
            .unwrap_or(Place::Channels)
    }

    /// What stands in Find.
    pub(super) fn typed(self) -> String {
        self.router.search(self.searched()).find().to_owned()
    }

    /// The table of a place, if it has one.
    pub(super) fn listing(self, place: Place) -> Option<AnyListing> {
        let listings = self.listings.try_get_value()?;
        listings.into_iter().find(|one| one.place() == place)
    }

    fn each_listing(self, act: impl FnMut(&AnyListing)) {
        let listings = self.listings.try_get_value().unwrap_or_default();
        listings.iter().for_each(act);
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

    /// The same with its seconds.
    pub(super) fn time_of_day_whole(self, at: Moment) -> String {
        self.link().map_or_else(String::new, |link| {
            let date = link.clock(at);
            time::of_day_whole(date.get_hours(), date.get_minutes(), date.get_seconds())
        })
    }

    /// The date and the time of day of a moment.
    pub(super) fn date_and_time(self, at: Moment) -> String {
        self.link().map_or_else(String::new, |link| {
            let date = link.clock(at);
            let day = time::date(date.get_full_year(), date.get_month() + 1, date.get_date());
            format!("{day} {}", self.time_of_day_whole(at))
        })
    }

    /// What the console holds has changed: it will be drawn, at most once a frame.
    pub fn changed(self) {
        self.frame.request(self);
    }

    /// Whether an answer is being read, and the rest of it comes in the next turns.
    pub(super) fn reads(self) -> bool {
        self.link().is_some_and(|link| link.reads())
    }

    /// Draws what the console holds. The only place where that is copied.
    pub fn commit(self) {
        let Some(link) = self.link() else { return };
        let (now, begun) = (link.now(), precise());
        self.frame.done(now);
        link.touch(|console| console.commit(now));
        link.look(|console| self.copy(console));
        link.look(|console| consult::copy(self, console));
        // It went on while the rows stood still, or before there were any.
        let stands = now.since(self.seen.row_clock.get_untracked()) >= TICK;
        if stands && self.shows_a_table() && self.seen.phase.with_untracked(Phase::is_live) {
            self.seen.row_clock.set(now);
        }
        self.each_listing(|listing| listing.draw());
        let mut orphans: Vec<Orphan> = link.touch(Console::take_orphans);
        orphans.extend(self.told(&link));
        self.toasts.add(self, &orphans);
        link.spent(Work::Draw, begun);
    }

    /// Says what has been told beside rows to those who see none, and gives what is over and has its
    /// row out of sight, because it does not match what stands in Find.
    fn told(self, link: &Link) -> Vec<Orphan> {
        let told = link.touch(Console::take_told);
        if told.is_empty() {
            return Vec::new();
        }
        let words: Vec<_> = told.iter().map(|(_, news)| outcome::orphan(news)).collect();
        self.seen.said.set(words.join(". "));
        let unseen = told.into_iter().filter(|(id, news)| {
            let under_way = news
                .note
                .reached
                .as_ref()
                .is_some_and(Reached::is_under_way);
            !under_way && link.look(|console| !self.is_in_reach(console, id))
        });
        unseen.map(|(_, news)| news).collect()
    }

    /// Whether the row of a channel, or that of its call where calls are in sight, matches what stands
    /// in Find.
    fn is_in_reach(self, console: &Console, channel: &Uniqueid) -> bool {
        if self.shows(Place::Calls) {
            let call = console.calls().of(channel);
            return call.is_some_and(|call| console.tables().calls.place(call).is_some());
        }
        console.board().place(channel).is_some()
    }

    /// What can be told of a page that nobody looks at: whether the line is live, and how many
    /// calls there are. The board waits.
    pub(super) fn glance(self) {
        self.touch(|console| {
            console.glance();
            set(self.seen.phase, console.session().phase().clone());
            let tally = self.seen.tally.get_untracked();
            let calls = console.calls().len();
            set(self.seen.tally, Tally { calls, ..tally });
            arrival::look(self, console);
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
        let topics = Topic::ALL.iter().copied();
        set(
            seen.known,
            topics
                .clone()
                .filter(|topic| session.knows(*topic))
                .collect(),
        );
        let lacks = topics.filter_map(|topic| Some((topic, session.lack(topic)?)));
        set(seen.lacks, lacks.collect());
        set(seen.listing, session.is_listing());
        set(seen.resynchronising, session.is_resynchronising());
        set(
            seen.apart,
            session.apart().filter(|_| session.phase().has_board()),
        );
        set(seen.last_word, session.last_word());
        set(
            seen.located,
            session.knows(Topic::Locations) || !session.phase().is_live(),
        );
        arrival::look(self, console);
        if self.asks() {
            seen.beat.update(|beat| *beat = beat.wrapping_add(1));
        }
        if let Some(listing) = self.listing(untrack(|| self.searched())) {
            let rows = listing.rows(console.tables());
            set(seen.found, rows.counts());
            set(seen.kept, rows.kept());
        }
        set(
            seen.tally,
            Tally {
                calls: console.calls().len(),
                channels: board.living(),
                listed: pbx.was_listed(),
            },
        );
    }

    /// Has the browser ring as one's own phone does, or not any more.
    pub(super) fn set_bell(self, wanted: bool) {
        memory::want_bell(wanted);
        self.seen.bell.set(wanted);
    }

    /// Whether somebody sets a phone, or wants to call a number.
    fn asks(self) -> bool {
        self.seen.my_phone.get_untracked() || self.seen.new_call.get_untracked()
    }

    fn shows_a_table(self) -> bool {
        untrack(|| self.router.place()).is_some_and(Place::has_table)
    }

    /// A second has passed.
    pub(super) fn tick(self) {
        if document().hidden() || fault::is_stopped() {
            return;
        }
        let now = self.now();
        self.seen.clock.set(now);
        if self.shows_a_table() && self.seen.phase.with_untracked(Phase::is_live) {
            self.seen.row_clock.set(now);
        }
        self.each_listing(|listing| listing.tick());
    }

    /// Asks for an act that hits whom it was said to.
    pub(super) fn ask_as_shown(self, command: Command, shown: Prospect) {
        if let Some(link) = self.link() {
            link.act(|console, now| console.ask_as_shown(command, shown, now));
        }
        self.commit();
    }

    /// The same though nobody knows whether its number is there.
    pub(super) fn ask_unchecked(self, command: Command, shown: Prospect) {
        if let Some(link) = self.link() {
            link.act(|console, now| console.ask_unchecked(command, shown, now));
        }
        self.commit();
    }

    /// Has the second of these two ask at a number first, while the first waits.
    pub(super) fn consult(
        self,
        (customer, colleague): (&Uniqueid, &Uniqueid),
        to: (Exten, Context),
    ) {
        if let Some(link) = self.link() {
            link.act(|console, now| console.consult((customer, colleague), to, now));
        }
        self.commit();
    }

    /// Asks for what can be wanted while somebody is asked.
    pub(super) fn wish(self, id: ConsultId, wish: Wish) {
        if let Some(link) = self.link() {
            link.act(|console, now| console.wish(id, wish, now));
        }
        self.commit();
    }

    /// Asks which parking lots there are.
    pub(super) fn look_at_lots(self) {
        if let Some(link) = self.link() {
            link.act(Console::look_at_lots);
        }
    }

    /// Has one's own phone called for this, if it still hits whom it was said to.
    pub(super) fn call_phone(self, phone: Phone, wish: acts::Wish, shown: Prospect) {
        if let Some(leg) = self.touch(Console::next_channel) {
            self.ask_as_shown(Command::Phone { leg, phone, wish }, shown);
        }
    }

    /// Somebody wants to say which phone is theirs.
    pub(super) fn open_my_phone(self) {
        self.seen.new_call.set(false);
        self.seen.my_phone.set(true);
    }

    /// Somebody wants to call a number.
    pub(super) fn open_new_call(self) {
        if self.has_board() {
            self.seen.new_call.set(true);
        }
    }

    /// Sets one's own phone, or forgets it, now and after the next start.
    pub(super) fn set_phone(self, phone: Option<Phone>) {
        memory::remember_phone(phone.as_ref());
        self.seen.phone.set(phone);
        self.changed();
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

    /// The lines that lead out of the house.
    pub(super) fn trunks(self) -> Trunks {
        self.trunks.get_value()
    }

    /// Who may be meant by what is typed, to be called.
    pub(super) fn suggest(self, typed: &str, most: usize) -> Vec<Suggestion> {
        let now = self.now();
        let found = self.directory.with_value(|directory| {
            self.link().map(|link| {
                link.touch(|console| console.catch_up(now));
                link.look(|c| directory.suggest(typed, c.tables(), link.fold(), most))
            })
        });
        found.unwrap_or_default()
    }

    /// Takes in the contacts.
    pub(super) fn set_contacts(self, contacts: Directory, wrong: Option<String>) {
        let _ = self.directory.try_set_value(contacts);
        set(self.seen.contacts, wrong);
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
            self.trunks.set_value(Trunks::new(config.trunks));
            set(self.seen.contacts_file, config.contacts);
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
    pub(super) fn show_views(self) {
        // The place of the calls tells what runs on them.
        let location = self.shows(Place::Calls)
            || self.seen.location.get_untracked() && dom::window_width() > NARROW;
        let mut topics = match location {
            true => Topics::CALLS,
            false => Topics::CALLS.without(Topic::Locations),
        };
        if self.asks() || untrack(|| self.popovers.seeks_a_number()) {
            topics = topics.with(Topic::Extensions);
        }
        let (away, now) = (!self.shows(Place::Calls), self.now());
        self.touch(|console| console.set_calls_away(away, now));
        let here = untrack(|| self.router.place()).and_then(|place| self.listing(place));
        let here = here.map(|listing| listing.topics()).unwrap_or_default();
        if let Some(link) = self.link() {
            link.shows(here.iter().fold(topics, |all, topic| all.with(*topic)));
        }
    }

    /// Shows or hides the column of locations, now and after the next start.
    pub(super) fn show_location(self, location: bool) {
        self.seen.location.set(location);
        memory::show_location(location);
        let by = self.look(|console| console.board().sort().column);
        if !location && by == Some(Column::Location) {
            self.sort_by(Place::Channels, "");
        }
        self.show_views();
    }

    /// Sorts the table of a place; as everybody begins if it has no order of this name.
    pub(super) fn sort_by(self, place: Place, name: &str) {
        if let Some(listing) = self.listing(place) {
            self.touch(|console| {
                let rows = listing.rows_mut(console.tables_mut());
                rows.set_sort_named(Some(name));
            });
            self.note_search(&listing);
            self.commit();
        }
    }

    /// Puts the table in sight in order, under whatever hand.
    pub(super) fn tidy(self) {
        if let Some(listing) = self.listing(untrack(|| self.searched())) {
            let now = self.now();
            self.touch(|console| listing.rows_mut(console.tables_mut()).tidy(now));
            listing.moved();
            self.commit();
        }
    }

    /// Finds rows of the table that Find serves, and goes to them.
    pub(super) fn find(self, typed: &str) {
        self.find_at(untrack(|| self.searched()), typed);
    }

    /// Finds rows of the table of a place, and goes to them.
    pub(super) fn find_at(self, place: Place, typed: &str) {
        if let Some(listing) = self.listing(place) {
            self.touch(|console| listing.rows_mut(console.tables_mut()).set_filter(typed));
            self.router.go(Route::At(place, self.search_in(&listing)));
            self.commit();
        }
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
