//! The set-up check: a page of its own, so that nothing else speaks to Asterisk meanwhile.

mod account;
mod checks;
mod writer;

use leptos::prelude::*;
use switchboard_core::doctor::{Check, Doctor, Entry, Stage, State};
use switchboard_core::words::{doctor as words, doctor::tell};

use crate::shell::{Visit, surroundings};
use crate::ui::kit::{Button, Icon, Picture};
use account::Account;
use checks::{Checks, List};
use writer::Writer;

/// A handle to the check. What looks at it is drawn anew whenever anything has happened.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Checkup {
    visit: StoredValue<Visit, LocalStorage>,
    happened: RwSignal<()>,
}

impl Checkup {
    /// The check that `open` begins.
    pub(in crate::ui) fn begin(open: impl FnOnce(Box<dyn Fn()>) -> Visit) -> Self {
        let happened = RwSignal::new(());
        Self {
            visit: StoredValue::new_local(open(Box::new(move || happened.set(())))),
            happened,
        }
    }

    fn look<R>(self, look: impl FnOnce(&Doctor) -> R) -> R {
        self.happened.track();
        self.visit.with_value(|visit| visit.look(look))
    }

    fn visit(self) -> Visit {
        self.visit.get_value()
    }

    fn entry<R: Default>(self, at: usize, look: impl FnOnce(&Entry) -> R) -> R {
        self.look(|doctor| doctor.entries().get(at).map(look).unwrap_or_default())
    }

    fn state(self, at: usize) -> State {
        let state = self.entry(at, |entry| Some(entry.finding.state()));
        state.unwrap_or(State::Waiting)
    }

    fn is_busy(self) -> bool {
        self.look(|doctor| doctor.stage() != Stage::Ready)
    }

    fn is_listening(self) -> bool {
        self.look(|doctor| doctor.listening().is_some())
    }
}

fn use_checkup() -> Checkup {
    expect_context()
}

/// The page of the check.
#[component]
pub(in crate::ui) fn DoctorPage(checkup: Checkup) -> impl IntoView {
    provide_context(checkup);
    document().set_title(&tell!("doctor.heading"));
    view! {
        <div class="page">
            <header class="header">
                <span class="mark">
                    <Picture icon=Icon::Mark />
                </span>
                <h1 class="server">{tell!("doctor.heading")}</h1>
                <a class="link back" href=surroundings::address(&window())>
                    {tell!("doctor.back")}
                </a>
            </header>
            <main class="doctor">
                <p class="doctor-intro">{tell!("doctor.intro")}</p>
                <Outcome />
                <Checks heading=tell!("doctor.to_mend") list=List::ToMend />
                <Checks heading=tell!("doctor.advised") list=List::Advised />
                <Account />
                <Checks heading=tell!("doctor.checks") list=List::Server />
                <Checks heading=tell!("doctor.account_checks") list=List::Account />
                <Writer />
            </main>
        </div>
    }
}

/// What came of it so far, and the button to begin anew.
#[component]
fn Outcome() -> impl IntoView {
    let checkup = use_checkup();
    let again = move || {
        if !untrack(|| checkup.is_busy()) {
            checkup.visit().start();
        }
    };
    view! {
        <div class="doctor-result">
            <p class="result" role="status">
                {move || checkup.look(sentence)}
            </p>
            <Button off=Signal::derive(move || checkup.is_busy()) press=again>
                {tell!("doctor.again")}
            </Button>
        </div>
    }
}

fn sentence(doctor: &Doctor) -> String {
    let doing = match doctor.stage() {
        _ if doctor.listening().is_some() => tell!("doctor.now_listening"),
        Stage::Ready if doctor.entries().iter().any(|e| e.fix.is_some()) => tell!("doctor.reload"),
        Stage::Ready => String::new(),
        Stage::Leaving => tell!("doctor.leaving"),
        Stage::Probing | Stage::SigningIn | Stage::Examining => tell!("doctor.busy"),
    };
    format!("{}. {doing}", words::summary(doctor.entries()))
}

/// The check at a place.
fn check(at: usize) -> Option<Check> {
    Check::all().nth(at)
}
