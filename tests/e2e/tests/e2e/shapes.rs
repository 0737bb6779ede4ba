//! Calls of every shape, with real telephones: one row each, with the right people in the right words,
//! as it happens and after a reload.

use fantoccini::key::Key;
use switchboard_e2e::{
    Control, House, PATIENCE, Scope,
    lab::{
        Originate, Release,
        phones::number::{self, CONFERENCE, GROUP, MENU, PARK, SERVICE},
    },
    on_every_server, until,
};

on_every_server!(
    whoever_rings_and_answers_is_one_row,
    who_waits_or_is_parked_is_one_row,
    a_call_that_a_telephone_moves_on_stays_its_row,
    a_conference_is_one_row,
    local_channels_are_nobody,
    who_listens_is_a_row_of_its_own,
    a_call_is_moved_and_ended_from_its_row,
);

const MUELLER: &str = "Müller GmbH 0301234567";

/// A house, with the page at the calls.
fn open(release: Release) -> House {
    let house = House::open(release);
    house
        .stage
        .browser()
        .press(Control::Link, "Calls", Scope::Page);
    house
}

impl Says for House {
    #[track_caller]
    fn says(&self, rows: &[[&str; 3]]) {
        self.page().await_calls(rows);
    }

    /// The same behind a reload, when no event has told of it.
    #[track_caller]
    fn says_anew(&self, rows: &[[&str; 3]]) {
        self.says(rows);
        self.stage.browser().reload();
        self.says(rows);
    }

    /// Ends all calls, and waits until the page shows none.
    #[track_caller]
    fn is_quiet(&self) {
        self.phones.hang_up_all().expect("all hang up");
        self.says(&[]);
    }
}

/// What a house says of its calls.
trait Says {
    fn says(&self, rows: &[[&str; 3]]);
    fn says_anew(&self, rows: &[[&str; 3]]);
    fn is_quiet(&self);
}

fn whoever_rings_and_answers_is_one_row(release: Release) {
    let house = open(release);
    let phones = &house.phones;
    house.ring("mueller", "201");
    house.says_anew(&[[MUELLER, "Anna Berger 201", "Ringing"]]);
    house.phone("201").answer().expect("201 answers");
    house.says_anew(&[[MUELLER, "Anna Berger 201", "Talking"]]);
    house.phone("201").hold().expect("201 holds");
    house.says(&[[MUELLER, "Anna Berger 201", "On hold"]]);
    house.is_quiet();

    // A group, of which one takes the call of another.
    phones
        .ring("mueller", GROUP, &["205", "206", "207"])
        .expect("they ring");
    let all = "Eva Klein, Faruk Yıldız, Grete Holm dialled 220";
    house.says_anew(&[[MUELLER, all, "Ringing"]]);
    // However many ring, the caller is meant.
    let browser = house.stage.browser();
    browser.press(Control::Button, "Hang up", Scope::Page);
    house.page().await_words("Grete Holm 207 stop ringing.");
    browser.press(Control::Button, "Cancel", Scope::Dialog);
    house
        .phone("201")
        .call(&number::pick_up("206"))
        .expect("201 picks up");
    house.phone("201").until_talking().expect("201 talks");
    house.says(&[[MUELLER, "Anna Berger 201 · dialled 220", "Talking"]]);
    house.is_quiet();

    // The telephone sends the caller on (302).
    house.phone("mueller").call("201").expect("a call is made");
    house.phone("201").forward("204").expect("201 forwards");
    house.phone("204").until_ringing().expect("204 rings");
    house.says(&[[MUELLER, "Дмитрий Соколов 204 · dialled 201", "Ringing"]]);
    house.is_quiet();
}

fn who_waits_or_is_parked_is_one_row(release: Release) {
    let house = open(release);
    let phones = &house.phones;
    phones
        .ring("mueller", SERVICE, &["206", "211"])
        .expect("they ring");
    until("both agents are shown", PATIENCE, || {
        let calls = house.page().calls()?;
        let [[from, to, state]] = &calls[..] else {
            return Err(format!("{calls:?}"));
        };
        let is = from == MUELLER && to.contains("Faruk Yıldız") && to.contains("佐藤 花子");
        (is && state.starts_with("Waiting in "))
            .then_some(())
            .ok_or(format!("{calls:?}"))
    });
    house.phone("211").answer().expect("211 answers");
    house.says(&[[MUELLER, "佐藤 花子 211 · dialled 320", "Talking"]]);
    house.is_quiet();

    house.talk("mueller", "201");
    house.phone("201").transfer(PARK).expect("201 parks");
    house.phone("201").until_idle().expect("201 is free");
    until("the caller is parked", PATIENCE, || {
        let calls = house.page().calls()?;
        let parked = |[from, _, state]: &[String; 3]| from == MUELLER && state == "Parked 701";
        let is = calls.len() == 1 && calls.iter().all(parked);
        is.then_some(()).ok_or(format!("{calls:?}"))
    });
    house.is_quiet();

    house.phone("mueller").call(MENU).expect("a call is made");
    house.says(&[[MUELLER, MENU, "In a menu"]]);
    house.is_quiet();

    let mailbox = number::mailbox_of("204");
    house
        .phone("mueller")
        .call(&mailbox)
        .expect("a call is made");
    house.says(&[[MUELLER, &mailbox, "Leaves a message"]]);
    house.is_quiet();
}

fn a_call_that_a_telephone_moves_on_stays_its_row(release: Release) {
    let house = open(release);
    house.talk("mueller", "201");
    house.phone("201").transfer("204").expect("201 transfers");
    house.phone("204").answer().expect("204 answers");
    house.says(&[[MUELLER, "Дмитрий Соколов 204", "Talking"]]);
    // After asking: meanwhile there are two calls.
    house.phone("204").attend("205").expect("204 asks 205");
    house.phone("205").answer().expect("205 answers");
    house.says(&[
        [MUELLER, "Дмитрий Соколов 204", "On hold"],
        ["Дмитрий Соколов 204", "Eva Klein 205", "Talking"],
    ]);
    house.phone("204").until_both_talk().expect("both talk");
    house
        .phone("204")
        .complete()
        .expect("204 brings them together");
    house.phone("204").until_idle().expect("204 is free");
    until("the two talk", PATIENCE, || {
        let calls = house.page().calls()?;
        let is = matches!(&calls[..], [[from, to, state]]
            if from == MUELLER && to.starts_with("Eva Klein 205") && state == "Talking");
        is.then_some(()).ok_or(format!("{calls:?}"))
    });
    house.is_quiet();
}

fn a_conference_is_one_row(release: Release) {
    let house = open(release);
    let members = ["mueller", "201", "202", "203"];
    house
        .phones
        .confer(CONFERENCE, &members)
        .expect("they meet");
    house.says_anew(&[[
        "Müller GmbH, Anna Berger, Ben Carter and 1 more",
        "Conference 650 4 people",
        "In a conference",
    ]]);
    // Opened, it tells of each of them, and each can be asked to leave.
    let browser = house.stage.browser();
    browser.key(Key::Down);
    browser.key(Key::Enter);
    let page = house.page();
    page.await_words("Chloé Dubois");
    browser.script::<()>(
        "const people = [...document.querySelectorAll('[role=dialog] [role=group]')];\
         const own = people.find((one) => words(one).includes('Chloé'));\
         [...own.querySelectorAll('button')].find((one) => words(one) === 'Hang up').click();",
        vec![],
    );
    page.await_words("Chloé Dubois\u{2069} 203 will be hung up.");
    page.await_words("stay in the call");
    browser.press(Control::Button, "Hang up", Scope::Dialog);
    until("one has left", PATIENCE, || {
        let calls = page.calls()?;
        let is = calls.len() == 1 && calls[0][1] == "Conference 650 3 people";
        is.then_some(()).ok_or(format!("{calls:?}"))
    });
    house.is_quiet();
}

fn local_channels_are_nobody(release: Release) {
    let mut house = open(release);
    for way in ["Local/201@internal", "Local/201@internal/n"] {
        let call = Originate::to_application(way, "Dial", "PJSIP/mueller,60").caller("", "");
        house.ami.originate(&call).expect("a call is made");
        house.phone("201").answer().expect("201 answers");
        house.phone("mueller").answer().expect("mueller answers");
        until("it is one call of two people", PATIENCE, || {
            let calls = house.page().calls()?;
            let is = matches!(&calls[..], [[from, to, state]]
                if format!("{from} {to}").contains("201") && state == "Talking");
            is.then_some(()).ok_or(format!("{calls:?}"))
        });
        house.is_quiet();
    }
}

fn who_listens_is_a_row_of_its_own(release: Release) {
    let house = open(release);
    house.talk("mueller", "201");
    let spy = number::spy_on("201");
    house.phone("202").call(&spy).expect("a call is made");
    house.says_anew(&[
        [MUELLER, "Anna Berger 201", "Talking"],
        ["Ben Carter 202", &spy, "Listens in"],
    ]);
    house.is_quiet();
}

/// Found by the first letters of a name.
fn a_call_is_moved_and_ended_from_its_row(release: Release) {
    let house = open(release);
    house.talk("mueller", "201");
    house.says(&[[MUELLER, "Anna Berger 201", "Talking"]]);
    let browser = house.stage.browser();
    browser.fill("Find", Scope::Page, "zzz");
    house.page().await_words("matches “zzz”");
    browser.fill("Find", Scope::Page, "muel");
    browser.press(Control::Button, "Transfer", Scope::Page);
    browser.fill("Extension", Scope::Dialog, "204");
    let page = house.page();
    page.await_words("goes to 204. Anna Berger 201 will be hung up.");
    browser.press(Control::Button, "Transfer", Scope::Dialog);
    page.await_words("204 is ringing");
    // What becomes of it stands in the row, and lies over none of its words.
    for width in [390, 1280] {
        browser.resize(width, 800);
        until("the result stands by itself", PATIENCE, || {
            let under: Vec<String> = browser.try_script(
                "const note = document.querySelector('[data-call] .note');\
                 if (!note) throw new Error('the row says nothing of it');\
                 const at = note.getBoundingClientRect();\
                 const hits = (one) => { const is = one.getBoundingClientRect();\
                     return is.width && is.left < at.right && is.right > at.left\
                         && is.top < at.bottom && is.bottom > at.top; };\
                 const texts = note.closest('[role=row]').querySelectorAll('bdi');\
                 return [...texts].filter(hits).map(words).filter(Boolean);",
                vec![],
            )?;
            under
                .is_empty()
                .then_some(())
                .ok_or(format!("over {under:?}"))
        });
    }
    house.phone("204").answer().expect("204 answers");
    house.says(&[[MUELLER, "Дмитрий Соколов 204", "Talking"]]);
    house.page().await_words("204 answered");
    browser.press(Control::Button, "Hang up", Scope::Page);
    house.page().await_words("will be hung up");
    browser.press(Control::Button, "Hang up", Scope::Dialog);
    house.phone("204").until_idle().expect("204 is free");
    house.says(&[]);
}
