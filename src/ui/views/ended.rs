//! The calls that are over: what became of each.

use leptos::prelude::*;
use switchboard_core::board::ended::{Column, Ended as Row, EndedAs, KEPT, KEPT_OVER_RELOAD};
use switchboard_core::board::{Table, Tables};
use switchboard_core::console::{Act, Console};
use switchboard_core::route::Place;
use switchboard_core::trunks::Direction;
use switchboard_core::words::{cells, ended as words, say};

use super::listing::texts::Texts;
use super::listing::{Listing, ListingView, NoMatch};
use crate::shell::save;
use crate::ui::kit::{Button, Empty, Icon};
use crate::ui::state::use_board;
use crate::ui::store::{Store, use_store};

pub(super) fn view() -> AnyView {
    let store = use_store();
    let table = Ended::of(store).table();
    let any = move || table.drawn_len().get() > 0;
    let save = move || {
        let csv = store.look(|c| {
            let rows = c.tables().ended.living_rows();
            words::csv(rows, &store.trunks(), |at| store.date_and_time(at))
        });
        save::text(&say!("ended.file"), "text/csv", &csv.unwrap_or_default());
    };
    let tools = move || {
        any().then(|| {
            view! {
                <p class="ended-tools">
                    <Button press=save>{say!("ended.save")}</Button>
                    <span>{say!("ended.kept", count = KEPT, over_reload = KEPT_OVER_RELOAD)}</span>
                </p>
            }
        })
    };
    view! {
        {tools}
        <ListingView
            listing=Ended::of(store)
            label=say!("ended.title")
            class=Signal::stored("ended")
        >
            <Nothing any=Signal::derive(any) />
        </ListingView>
    }
    .into_any()
}

/// Why no row is here.
#[component]
fn Nothing(
    /// Whether one is.
    any: Signal<bool>,
) -> impl IntoView {
    let (board, store) = (use_board(), use_store());
    move || {
        let (_, kept) = board.found.get();
        (!any.get()).then(|| match kept {
            0 => view! { <Empty word=say!("ended.none")>""</Empty> }.into_any(),
            _ => {
                let typed = move || cells::quoted(&store.typed());
                let word = move || say!("empty.nothing_matches", typed = typed());
                view! { <NoMatch word=Signal::derive(word) /> }.into_any()
            }
        })
    }
}

/// The calls that are over, in the order of their table.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Ended(Store);

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui) struct Line {
    row: Row,
    /// When it ended.
    time: String,
    way: Option<Direction>,
    missed: bool,
}

impl Listing for Ended {
    const PLACE: Place = Place::Ended;
    const ATTRIBUTE: &'static str = "data-ended";
    const STATE: Option<Column> = Some(Column::State);
    const WORDS: Option<fn(&Row) -> String> = Some(words::result);

    type Record = Row;
    type Line = Line;
    type Act = Act;
    type Cells = Texts;

    fn of(store: Store) -> Self {
        Self(store)
    }

    fn store(self) -> Store {
        self.0
    }

    fn rows(tables: &Tables) -> &Table<Row> {
        &tables.ended
    }

    fn rows_mut(tables: &mut Tables) -> &mut Table<Row> {
        &mut tables.ended
    }

    fn line(self, _: &Console, row: &Row) -> Line {
        Line {
            way: row.direction(&self.0.trunks()),
            missed: row.is_missed(&self.0.trunks()),
            row: row.clone(),
            time: self.0.time_of_day(row.ended),
        }
    }

    fn text(line: &Line, by: Column) -> String {
        words::cell(&line.row, by, line.way, |_| line.time.clone())
    }

    fn look(line: &Line) -> (Icon, &'static str) {
        match &line.row.result {
            _ if line.missed => (Icon::Cross, "missed"),
            EndedAs::Unanswered(_) | EndedAs::LeftQueue(_) => (Icon::Dash, "other"),
            EndedAs::Talked | EndedAs::Conference(_) => (Icon::Tick, "talked"),
            EndedAs::Mailbox => (Icon::Parked, "mailbox"),
            EndedAs::Alone(_) | EndedAs::Unseen => (Icon::Dash, "other"),
        }
    }

    fn header(by: Column) -> String {
        words::header(by)
    }

    fn enter(self, id: &String) -> bool {
        self.0.popovers.open_ended(self.0, id);
        true
    }

    fn open(self) -> Option<String> {
        self.0.popovers.at(Self::PLACE)
    }

    fn drawn(self) {
        self.0.popovers.follow(self.0);
    }

    fn left(self) {
        self.0.popovers.close(self.0);
    }
}
