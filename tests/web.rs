//! What a person notices of the page, one claim each, in a browser.

#![cfg(target_arch = "wasm32")]

#[path = "support/stage.rs"]
mod stage;
#[allow(dead_code)]
#[path = "../crates/switchboard-core/tests/support/talk.rs"]
mod talk;

use ajam::ami::Secret;
use ajam::session::Credentials;
use ajam::time::Moment;
use stage::{ALL_RIGHTS, Stage, channel, channels};
use switchboard::shell::Visit;
use switchboard_core::doctor::{self, Answer, Doctor, Output, Place};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const ONE: &str = "1795229696.0";

/// Somebody calls.
const RINGS: &str = "event='Newchannel' channel='PJSIP/new-1' channelstate='4' \
                     channelstatedesc='Ring' calleridname='Zoe' calleridnum='030' \
                     connectedlinenum='' connectedlinename='' language='en' accountcode='' \
                     context='default' exten='600' priority='1' uniqueid='9' linkedid='9'";

#[wasm_bindgen_test]
async fn a_hostile_caller_name_is_text_and_makes_no_element() {
    let hostile = "calleridname='&lt;img src=x onerror=alert(1)&gt;&lt;b&gt;Eve' calleridnum='1'";
    let stage = Stage::live(ALL_RIGHTS, &[channel(ONE, hostile)]).await;
    assert_eq!(stage.all("img, .grid-row b, script").len(), 0);
    let caller = stage.text(".grid-row .channels-caller");
    assert!(
        caller.contains("<img src=x onerror=alert(1)><b>Eve"),
        "{caller}"
    );
}

#[wasm_bindgen_test]
async fn a_row_says_all_that_there_is_in_the_columns_by_their_names() {
    let stage = Stage::live(
        ALL_RIGHTS,
        &[channel(ONE, "calleridname='Ann' calleridnum='1'")],
    )
    .await;
    let heads: Vec<_> = stage
        .all("th[role=columnheader]")
        .iter()
        .map(|head| head.text_content().unwrap_or_default())
        .collect();
    assert_eq!(
        heads,
        [
            "Channel",
            "State",
            "Caller",
            "Location",
            "Connected to",
            "Duration",
            "Actions"
        ]
    );
    let cells: Vec<_> = stage
        .all(".grid-row .grid-cell")
        .iter()
        .take(4)
        .map(|cell| cell.text_content().unwrap_or_default().trim().to_owned())
        .collect();
    assert_eq!(
        cells,
        ["PJSIP/line-1795229696.0", "Up", "Ann 1", "600@default:1"]
    );
}

#[wasm_bindgen_test]
async fn a_refused_action_shows_asterisks_words_in_its_row() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(1)).await;
    stage.click(".grid-row .act-hang-up").await;
    stage.click(".popover .danger").await;
    assert!(stage.text(".grid-row .note").contains("asked"));
    stage
        .answer("Hangup", &["response='Error' message='No such channel'"])
        .await;
    let note = stage.text(".grid-row .note");
    assert!(note.contains("No such channel"), "{note}");
}

#[wasm_bindgen_test]
async fn a_hang_up_asks_once_and_escape_asks_for_nothing() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(1)).await;
    stage.click(".grid-row .act-hang-up").await;
    assert!(stage.text(".popover").contains("Hang up"));
    stage.press(".popover", "Escape").await;
    assert_eq!(stage.all(".popover").len(), 0);
    assert!(!stage.asked("Hangup"));
}

#[wasm_bindgen_test]
async fn a_missing_right_disables_the_control_and_is_named() {
    let stage = Stage::live("ping='x'", &channels(1)).await;
    let button = stage.one(".grid-row .act-transfer");
    assert_eq!(
        button.get_attribute("aria-disabled").as_deref(),
        Some("true")
    );
    let about = button.get_attribute("aria-describedby").unwrap_or_default();
    let why = about.split(' ').next().unwrap_or_default();
    let why = stage.text(&format!("#{why}"));
    assert!(why.contains("“call”"), "{why}");
    button.click();
    stage.drawn().await;
    assert_eq!(stage.all(".popover").len(), 0);
}

#[wasm_bindgen_test]
async fn what_was_typed_for_a_transfer_outlives_escape() {
    let stage = Stage::live(ALL_RIGHTS, &channels(1)).await;
    stage.click(".grid-row .act-transfer").await;
    assert_eq!(stage.value("#transfer-context"), "default");
    stage.type_into("#transfer-exten", "801").await;
    stage.press("#transfer-exten", "Escape").await;
    assert_eq!(stage.all(".popover").len(), 0);
    stage.click(".grid-row .act-transfer").await;
    assert_eq!(stage.value("#transfer-exten"), "801");
}

#[wasm_bindgen_test]
async fn what_was_typed_is_kept_until_asterisk_has_taken_the_transfer() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(1)).await;
    for refused in [true, false] {
        stage.click(".grid-row .act-transfer").await;
        if refused {
            stage.type_into("#transfer-exten", "801").await;
        }
        assert_eq!(stage.value("#transfer-exten"), "801");
        stage.click(".popover .primary").await;
        let answer = match refused {
            true => "response='Error' message='Redirect failed, channel not up'",
            false => "response='Success' message='Redirect successful'",
        };
        stage.answer("Redirect", &[answer]).await;
    }
    stage.click(".grid-row .act-transfer").await;
    assert_eq!(stage.value("#transfer-exten"), "");
}

#[wasm_bindgen_test]
async fn what_was_typed_for_a_transfer_outlives_the_channel() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(1)).await;
    stage.click(".grid-row .act-transfer").await;
    stage.type_into("#transfer-exten", "801").await;
    stage.happen(&[&talk::event("Hangup", ONE)]).await;
    assert_eq!(stage.value("#transfer-exten"), "801");
    assert!(stage.text(".popover .will").contains("has ended"));
}

#[wasm_bindgen_test]
async fn an_unfit_extension_is_named_beside_its_field() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(1)).await;
    stage.click(".grid-row .act-transfer").await;
    stage.type_into("#transfer-exten", "80$").await;
    stage.click(".popover .primary").await;
    assert!(stage.text("#transfer-exten-error").contains("“$”"));
    assert!(!stage.asked("Redirect"));
}

#[wasm_bindgen_test]
async fn a_sorted_column_says_so() {
    let stage = Stage::live(ALL_RIGHTS, &channels(3)).await;
    stage.click("th.channels-caller .grid-sort").await;
    let sorted = |stage: &Stage| stage.one("th.channels-caller").get_attribute("aria-sort");
    assert_eq!(sorted(&stage).as_deref(), Some("ascending"));
    stage.click("th.channels-caller .grid-sort").await;
    assert_eq!(sorted(&stage).as_deref(), Some("descending"));
    assert_eq!(stage.all("[aria-sort]").len(), 1);
}

#[wasm_bindgen_test]
async fn of_a_thousand_channels_only_those_in_sight_are_in_the_page() {
    let stage = Stage::live(ALL_RIGHTS, &channels(1000)).await;
    let rows = stage.all("[data-uniqueid]");
    assert!(rows.len() < 100, "{} rows", rows.len());
    let table = stage.one("[role=grid]");
    assert_eq!(
        table.get_attribute("aria-label").as_deref(),
        Some("Channels")
    );
    assert_eq!(
        table.get_attribute("aria-rowcount").as_deref(),
        Some("1001")
    );
    assert_eq!(rows[0].get_attribute("aria-rowindex").as_deref(), Some("2"));
}

/// Callers and states of all kinds.
fn various(count: usize) -> Vec<String> {
    let one = |number: usize| {
        let name = ["Zoe", "", "Adam", "A long name of somebody"][number % 4];
        let more = format!("calleridname='{name}' calleridnum='{}'", 1000 + number);
        let one = channel(&nth(number), &more);
        match number % 3 {
            0 => one.replace("channelstate='6' channelstatedesc='Up'", "channelstate='5'"),
            _ => one,
        }
    };
    (0..count).map(one).collect()
}

/// All that a row says, and all that its parts say when they are pointed at.
fn said(row: &web_sys::Element) -> String {
    let parts = row.query_selector_all("*").unwrap();
    let parts = (0..parts.length()).filter_map(|at| parts.item(at));
    let told = parts.filter_map(|part| {
        let part: web_sys::Element = part.unchecked_into();
        part.get_attribute("title")
            .or(part.get_attribute("aria-disabled"))
    });
    let told: Vec<String> = told.collect();
    let text = row.text_content().unwrap();
    format!("{text} {:?} {told:?}", row.get_attribute("data-lamp"))
}

#[wasm_bindgen_test]
async fn a_row_says_the_same_whatever_stood_in_its_place_before() {
    let stage = Stage::live(ALL_RIGHTS, &various(400)).await;
    let all = |stage: &Stage| -> std::collections::BTreeMap<String, String> {
        let rows = stage.all("[data-uniqueid]");
        let one = |row: &web_sys::Element| {
            let id = row.get_attribute("data-uniqueid").unwrap();
            (id, said(row))
        };
        rows.iter().map(one).collect()
    };
    stage.click("th.channels-caller .grid-sort").await;
    let first = all(&stage);
    stage.click("th.channels-caller .grid-sort").await;
    assert!(all(&stage).keys().all(|id| !first.contains_key(id)));
    stage.click("th.channels-caller .grid-sort").await;
    assert_eq!(all(&stage), first);
}

#[wasm_bindgen_test]
async fn a_press_that_began_on_another_row_does_nothing() {
    let stage = Stage::live(ALL_RIGHTS, &various(400)).await;
    let init = web_sys::MouseEventInit::new();
    init.set_bubbles(true);
    init.set_detail(1);
    let mouse =
        |name: &str| web_sys::MouseEvent::new_with_mouse_event_init_dict(name, &init).unwrap();
    stage.click("th.channels-caller .grid-sort").await;
    let button = stage.one(".grid-row .act-hang-up");
    let whose = || {
        let row = button.closest(".grid-row").unwrap().unwrap();
        row.get_attribute("data-uniqueid").unwrap()
    };
    let before = whose();
    button.dispatch_event(&mouse("pointerdown")).unwrap();
    stage.click("th.channels-caller .grid-sort").await;
    assert_ne!(whose(), before, "it is another's button now");
    button.dispatch_event(&mouse("click")).unwrap();
    stage.drawn().await;
    assert!(stage.all(".popover").is_empty());
    for event in ["pointerdown", "click"] {
        button.dispatch_event(&mouse(event)).unwrap();
    }
    stage.drawn().await;
    assert_eq!(stage.all(".popover").len(), 1);
}

#[wasm_bindgen_test]
async fn with_few_channels_no_count_is_claimed() {
    let stage = Stage::live(ALL_RIGHTS, &channels(60)).await;
    assert_eq!(stage.all("[data-uniqueid]").len(), 60);
    assert_eq!(
        stage.one("[role=grid]").get_attribute("aria-rowcount"),
        None
    );
}

#[wasm_bindgen_test]
async fn trouble_marks_the_rows_and_is_said_at_the_lamp() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(2)).await;
    assert!(stage.text("[role=status]").contains("Live since"));
    stage.break_line().await;
    assert!(stage.text("[role=status]").contains("Reconnecting"));
    assert_eq!(stage.all(".grid-stale [data-uniqueid]").len(), 2);
    assert!(stage.text(".technical").contains("Failed to fetch"));
    let button = stage.one(".grid-row .act-hang-up");
    assert_eq!(
        button.get_attribute("aria-disabled").as_deref(),
        Some("true")
    );
}

/// The id of a channel of a stage.
fn nth(number: usize) -> String {
    format!("1795229696.{number}")
}

/// Asks for a hang-up that comes to nothing, or to what was wanted, when its call has ended.
async fn outlive(stage: &mut Stage, number: usize, done: bool) {
    let id = nth(number);
    let row = format!("[data-uniqueid='{id}']");
    stage.click(&format!("{row} .act-hang-up")).await;
    stage.click(".popover .danger").await;
    stage.happen(&[&talk::event("Hangup", &id)]).await;
    let on: web_sys::HtmlElement = focused().unchecked_into();
    on.blur().unwrap();
    // What was done stands in the row while that is there.
    while done && !stage.all(&row).is_empty() {
        stage.drawn().await;
    }
    let answer = match done {
        true => "response='Success' message='Channel Hungup'",
        false => "response='Error' message='No such channel'",
    };
    stage.answer("Hangup", &[answer]).await;
}

#[wasm_bindgen_test]
async fn of_what_has_no_row_any_more_only_what_was_done_goes_by_itself() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(3)).await;
    outlive(&mut stage, 0, false).await;
    outlive(&mut stage, 1, true).await;
    let toasts = stage.all(".toast");
    let words: Vec<_> = toasts.iter().filter_map(|one| one.text_content()).collect();
    assert!(
        words[0].contains("✓") && words[0].contains("Hung up"),
        "{words:?}"
    );
    assert!(
        words[1].contains("✗") && words[1].contains("No such channel"),
        "{words:?}"
    );
    pass(switchboard_core::console::ORPHAN_SHOWN);
    while stage.all(".toast").len() == 2 {
        stage.drawn().await;
    }
    pass(switchboard_core::console::ORPHAN_SHOWN * 5);
    ticked(&stage).await;
    assert!(stage.text(".toast").contains("No such channel"));
    stage.click(".toast button").await;
    assert!(stage.all(".toast").is_empty());
}

/// The page's clock has gone on twice since now.
async fn ticked(stage: &Stage) {
    for _ in 0..2 {
        let before = stage.text(".status-heard");
        while stage.text(".status-heard") == before {
            stage.drawn().await;
        }
    }
}

#[wasm_bindgen_test]
async fn no_result_goes_by_itself_while_the_focus_or_the_pointer_is_there() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(2)).await;
    outlive(&mut stage, 0, true).await;
    stage.one(".toast button").focus().unwrap();
    pass(switchboard_core::console::ORPHAN_SHOWN);
    ticked(&stage).await;
    assert_eq!(stage.all(".toast").len(), 1);
    stage.point("pointerenter", ".toasts").await;
    stage.one("[role=grid]").focus().unwrap();
    ticked(&stage).await;
    assert_eq!(stage.all(".toast").len(), 1);
    stage.point("pointerleave", ".toasts").await;
    while !stage.all(".toast").is_empty() {
        stage.drawn().await;
    }
}

#[wasm_bindgen_test]
async fn escape_dismisses_a_result_and_the_focus_goes_to_the_next_and_then_to_the_table() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(4)).await;
    for number in 0..3 {
        outlive(&mut stage, number, false).await;
    }
    let toasts = stage.all(".toast");
    let on = |toast: &web_sys::Element| toast.contains(Some(&focused()));
    stage.one(".toast:nth-child(2) button").focus().unwrap();
    stage.press(".toast:nth-child(2) button", "Escape").await;
    assert!(on(&toasts[2]), "{}", focused().outer_html());
    stage.press(".toast:last-child button", "Escape").await;
    assert!(on(&toasts[0]), "{}", focused().outer_html());
    stage.click(".toast button").await;
    assert!(stage.all(".toast").is_empty());
    assert_eq!(focused().get_attribute("role").as_deref(), Some("grid"));
}

#[wasm_bindgen_test]
async fn of_many_results_the_newest_are_kept_and_one_press_dismisses_all() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(23)).await;
    for number in 0..2 {
        outlive(&mut stage, number, false).await;
    }
    assert!(stage.all(".toasts-head").is_empty());
    for number in 2..20 {
        outlive(&mut stage, number, false).await;
    }
    let oldest = stage.all(".toast").pop();
    for number in 20..22 {
        outlive(&mut stage, number, false).await;
    }
    assert_ne!(stage.all(".toast").pop(), oldest);
    assert_eq!(stage.all(".toast").len(), 20);
    assert_eq!(stage.text(".toasts-head span"), "20 results");
    stage.one(".toasts-head button").focus().unwrap();
    stage.click(".toasts-head button").await;
    assert!(stage.all(".toast, .toasts-head").is_empty());
    assert_eq!(focused().get_attribute("role").as_deref(), Some("grid"));
}

#[wasm_bindgen_test]
async fn a_focus_in_what_said_that_something_was_wrong_goes_to_the_table() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(2)).await;
    stage.break_line().await;
    stage.one(".notice .button").focus().unwrap();
    stage.click(".notice .button").await;
    stage
        .answer("Ping", &["response='Success' ping='Pong'"])
        .await;
    // The first only displaces the one that the line broke off.
    while !stage.all(".notice").is_empty() {
        match stage.asked("WaitEvent") {
            true => stage.happen(&[]).await,
            false => stage.lists(&channels(2)).await,
        }
    }
    assert_eq!(focused().get_attribute("role").as_deref(), Some("grid"));
}

#[wasm_bindgen_test]
async fn a_wrong_secret_keeps_the_name_and_shows_asterisks_words() {
    let mut stage = Stage::begin(ALL_RIGHTS).await;
    stage.type_into("#username", "demo").await;
    stage.type_into("#secret", "wrong").await;
    stage.click(".log-in .primary").await;
    for _ in 0..2 {
        stage
            .answer("Challenge", &["response='Success' challenge='1'"])
            .await;
    }
    stage
        .answer(
            "Login",
            &["response='Error' message='Authentication failed'"],
        )
        .await;
    assert!(
        stage
            .text("#secret-error")
            .contains("Authentication failed")
    );
    assert_eq!(stage.value("#username"), "demo");
}

#[wasm_bindgen_test]
async fn the_focus_falls_to_the_table_when_its_row_goes_and_an_arrow_leads_to_the_neighbour() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(3)).await;
    stage.row(ONE).focus().unwrap();
    stage.drawn().await;
    stage.happen(&[&talk::event("Hangup", ONE)]).await;
    // The focus is a hand: the row stays, and goes when that has rested for a while.
    assert_eq!(stage.all(".grid-row.grid-row-ended").len(), 1);
    pass(switchboard_core::board::hand::RESTS);
    while stage.all("[data-uniqueid]").len() == 3 {
        gloo_timers::future::sleep(std::time::Duration::from_millis(300)).await;
    }
    stage.drawn().await;
    let focused = || {
        let document = web_sys::window().unwrap().document().unwrap();
        document.active_element().unwrap()
    };
    assert_eq!(focused().get_attribute("role").as_deref(), Some("grid"));
    stage.press("[role=grid]", "t").await;
    assert!(stage.all("form.transfer").is_empty(), "no call is meant");
    stage.press("[role=grid]", "ArrowDown").await;
    assert!(focused().get_attribute("data-uniqueid").is_some());
}

#[wasm_bindgen_test]
async fn a_row_that_ends_under_the_pointer_stays_where_it_is_until_the_pointer_goes() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(3)).await;
    let order = |stage: &Stage| -> Vec<_> {
        let rows = stage.all("[data-uniqueid]");
        rows.iter()
            .filter_map(|row| row.get_attribute("data-uniqueid"))
            .collect()
    };
    let before = order(&stage);
    stage.point("pointermove", ".grid-body").await;
    stage.happen(&[&talk::event("Hangup", ONE)]).await;
    gloo_timers::future::sleep(switchboard_core::board::FADE * 2).await;
    assert_eq!(order(&stage), before);
    assert!(stage.row(ONE).class_list().contains("grid-row-ended"));
    stage.happen(&[RINGS]).await;
    assert_eq!(order(&stage)[..3], before[..]);
    stage.point("pointerleave", ".grid-body").await;
    assert_eq!(order(&stage).len(), 3);
    assert!(!order(&stage).contains(&ONE.to_owned()));
}

#[wasm_bindgen_test]
async fn a_call_that_rings_and_is_not_found_is_named_and_shown_by_one_key() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(3)).await;
    stage.type_into("#find", "zzz").await;
    stage.happen(&[RINGS]).await;
    assert!(stage.text(".ring-bar").contains("Zoe 030"));
    assert!(stage.text("[aria-live]").contains("Zoe 030"));
    stage.press(".page", "r").await;
    assert_eq!(stage.value("#find"), "");
    let document = web_sys::window().unwrap().document().unwrap();
    let focused = document.active_element().unwrap();
    assert_eq!(focused.get_attribute("data-uniqueid").as_deref(), Some("9"));
    assert!(stage.all(".ring-bar").is_empty());
}

#[wasm_bindgen_test]
async fn a_call_that_rings_in_sight_is_read_out_once() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(3)).await;
    stage.happen(&[RINGS]).await;
    assert!(stage.all(".ring-bar").is_empty(), "its row is in sight");
    assert!(stage.text("[aria-live]").contains("Zoe 030"));
    // Somebody else calls.
    let other = RINGS.replace("Zoe", "Adam").replace("'9'", "'10'");
    let other = other.replace("new-1", "new-2");
    stage.happen(&[&other]).await;
    let said = stage.text("[aria-live]");
    assert!(said.contains("Adam") && !said.contains("Zoe"), "{said}");
    stage.happen(&[&talk::event("Hangup", "10")]).await;
    assert_eq!(stage.text("[aria-live]"), said, "the first is told no more");
}

#[wasm_bindgen_test]
async fn the_board_has_the_focus_after_a_log_in_and_enter_leads_to_what_a_row_can_do() {
    let stage = Stage::live(ALL_RIGHTS, &channels(2)).await;
    let document = web_sys::window().unwrap().document().unwrap();
    let focused = || document.active_element().unwrap();
    assert_eq!(focused().get_attribute("role").as_deref(), Some("grid"));
    stage.press("[role=grid]", "ArrowDown").await;
    let first = stage.all("[data-uniqueid]")[0].clone();
    assert_eq!(focused(), first);
    stage.press("[data-uniqueid]", "Enter").await;
    assert!(focused().class_list().contains("act-transfer"));
    stage.press(".act-transfer", "Escape").await;
    assert_eq!(focused(), first);
    stage.type_into("#find", "100").await;
    stage.press("[data-uniqueid]", "Escape").await;
    assert_eq!(stage.value("#find"), "");
}

#[wasm_bindgen_test]
async fn a_row_is_marked_while_a_form_is_open_at_it() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(3)).await;
    stage
        .row(ONE)
        .query_selector(".act-transfer")
        .unwrap()
        .unwrap()
        .unchecked_into::<web_sys::HtmlElement>()
        .click();
    stage.drawn().await;
    let marked = |stage: &Stage| stage.one(".grid-row-open").get_attribute("data-uniqueid");
    assert_eq!(marked(&stage).as_deref(), Some(ONE));
    stage.happen(&[&talk::event("Hangup", ONE)]).await;
    assert_eq!(marked(&stage).as_deref(), Some(ONE));
    stage.press(".popover", "Escape").await;
    assert!(stage.all(".grid-row-open").is_empty());
}

#[wasm_bindgen_test]
async fn no_calls_is_a_sentence_and_no_match_can_be_cleared() {
    let stage = Stage::live(ALL_RIGHTS, &[]).await;
    assert!(stage.text(".empty").contains("No calls"));
    drop(stage);
    let stage = Stage::live(ALL_RIGHTS, &channels(2)).await;
    stage.type_into("#find", "zzz").await;
    assert!(stage.text(".empty").contains("zzz"));
    stage.click(".empty .button").await;
    assert_eq!(stage.all("[data-uniqueid]").len(), 2);
}

#[wasm_bindgen_test]
async fn a_row_is_found_in_any_case_and_any_script() {
    let names = "calleridname='ΟΔΥΣΣΕΥΣ MÜLLER' calleridnum='1'";
    let stage = Stage::live(ALL_RIGHTS, &[channel(ONE, names)]).await;
    for typed in ["οδυσσευς", "müller", "Οδυσσ MÜLL"] {
        stage.type_into("#find", typed).await;
        assert_eq!(stage.all("[data-uniqueid]").len(), 1, "{typed}");
    }
    for typed in ["muller", "mueller", "Οδυσσεύς"] {
        stage.type_into("#find", typed).await;
        assert_eq!(stage.all("[data-uniqueid]").len(), 1, "{typed}");
    }
    stage.type_into("#find", "moller").await;
    assert_eq!(stage.all("[data-uniqueid]").len(), 0);
}

#[wasm_bindgen_test]
async fn the_title_counts_the_calls() {
    let _stage = Stage::live(ALL_RIGHTS, &channels(3)).await;
    let title = web_sys::window().unwrap().document().unwrap().title();
    assert!(title.starts_with("(3) Channels – "), "{title}");
}

/// What stands behind the `#` of the address, as soon as that is no longer `before`.
async fn address(before: &str) -> String {
    let location = web_sys::window().unwrap().location();
    while location.hash().unwrap() == before {
        stage::frame().await;
    }
    location.hash().unwrap()
}

/// Somebody types another address.
async fn come_to(stage: &Stage, address: &str) {
    let location = web_sys::window().unwrap().location();
    let come = stage::next("hashchange");
    location.set_hash(address).unwrap();
    come.await;
    stage.drawn().await;
}

fn focused() -> web_sys::Element {
    let document = web_sys::window().unwrap().document().unwrap();
    document.active_element().unwrap()
}

#[wasm_bindgen_test]
async fn what_is_typed_and_sorted_stands_in_the_address_without_an_entry_for_each_letter() {
    let stage = Stage::live(ALL_RIGHTS, &channels(2)).await;
    let history = web_sys::window().unwrap().history().unwrap();
    let before = history.length().unwrap();
    for typed in ["ä", "ä+", "ä+1"] {
        stage.type_into("#find", typed).await;
    }
    assert_eq!(address("").await, "#/channels?find=%C3%A4%2B1");
    stage.click("th.channels-caller .grid-sort").await;
    let sorted = address("#/channels?find=%C3%A4%2B1").await;
    assert_eq!(sorted, "#/channels?find=%C3%A4%2B1&sort=caller");
    assert_eq!(history.length().unwrap(), before);
    stage.click("th.channels-duration .grid-sort").await;
    assert_eq!(address(&sorted).await, "#/channels?find=%C3%A4%2B1");
}

#[wasm_bindgen_test]
async fn an_address_says_what_is_searched_for_and_how_it_is_sorted() {
    let anna = channel("1", "calleridname='Anna'");
    let bert = channel("2", "calleridname='Bert'");
    let named = "#/channels?find=anna&sort=-state";
    let stage = Stage::live_at(named, &[anna, bert]).await;
    assert_eq!(stage.value("#find"), "anna");
    assert_eq!(stage.all("[data-uniqueid]").len(), 1);
    let sorted = stage.one("th.channels-state").get_attribute("aria-sort");
    assert_eq!(sorted.as_deref(), Some("descending"));
    come_to(&stage, "#/channels?find=bert&sort=nonsense").await;
    assert_eq!(stage.value("#find"), "bert");
    let sorted = stage.one("th.channels-duration").get_attribute("aria-sort");
    assert_eq!(sorted.as_deref(), Some("ascending"));
    come_to(&stage, "").await;
    assert_eq!(stage.all("[data-uniqueid]").len(), 2);
}

#[wasm_bindgen_test]
async fn an_address_that_is_unknown_says_so_and_leads_to_the_channels() {
    let named = "#/%3Cimg%20src=x%3E?find=anna";
    let stage = Stage::live_at(named, &channels(2)).await;
    let words = stage.text("#place");
    assert!(words.contains("no place called “<img src=x>”"), "{words}");
    assert!(stage.all("#place img, [data-uniqueid]").is_empty());
    assert!(stage.all("[aria-current]").is_empty());
    assert_eq!(focused().id(), "place");
    stage.click("#place a").await;
    assert_eq!(stage.all("[data-uniqueid]").len(), 2);
    assert_eq!(stage.text("[aria-current=page]"), "Channels");
}

#[wasm_bindgen_test]
async fn the_board_is_left_and_found_again_as_it_was() {
    let mut stage = Stage::live(ALL_RIGHTS, &channels(3)).await;
    stage.type_into("#find", "100").await;
    stage.row(ONE).focus().unwrap();
    stage.press("[data-uniqueid]", "b").await;
    assert_eq!(focused().id(), "place");
    assert_eq!(stage.text("[aria-current=page]"), "Traffic");
    assert!(stage.text("#place").contains("Over the last"));
    assert_eq!(stage.all("[inert] [role=grid]").len(), 1);
    // Nothing is drawn where nobody sees it.
    stage.happen(&[&RINGS.replace("030", "100")]).await;
    assert_eq!(stage.all("[data-uniqueid]").len(), 3);
    stage.press("#place", "Escape").await;
    while stage.all("[data-uniqueid]").len() == 3 {
        stage.drawn().await;
    }
    assert!(stage.all("[inert]").is_empty());
    assert_eq!(focused(), *stage.row(ONE));
    assert_eq!(stage.value("#find"), "100");
}

#[wasm_bindgen_test]
async fn away_from_the_board_every_call_that_rings_is_named_and_one_key_leads_to_it() {
    let mut stage = Stage::live_at("#/traffic", &channels(3)).await;
    assert!(stage.all(".ring-bar, [data-uniqueid]").is_empty());
    stage.happen(&[RINGS]).await;
    assert!(stage.text(".ring-bar").contains("Zoe 030"));
    stage.press("#place", "r").await;
    while focused().get_attribute("data-uniqueid").as_deref() != Some("9") {
        stage.drawn().await;
    }
    assert!(stage.all(".ring-bar, #place").is_empty());
    assert_eq!(address("#/traffic").await, "#/channels");
}

#[wasm_bindgen_test]
async fn what_is_typed_into_find_leads_to_the_channels_and_goes_on_there() {
    let stage = Stage::live_at("#/traffic", &channels(3)).await;
    stage.one("#find").focus().unwrap();
    stage.type_into("#find", "zzz").await;
    assert!(stage.text(".empty").contains("zzz"));
    assert_eq!(focused().id(), "find");
    assert_eq!(address("#/traffic").await, "#/channels?find=zzz");
    stage.click(".places a").await;
    assert_eq!(stage.value("#find"), "zzz");
}

#[wasm_bindgen_test]
async fn away_from_the_board_no_form_of_a_row_stays_open() {
    let stage = Stage::live(ALL_RIGHTS, &channels(1)).await;
    stage.click(".grid-row .act-transfer").await;
    stage.type_into("#transfer-exten", "801").await;
    come_to(&stage, "#/traffic").await;
    assert!(stage.all(".popover").is_empty());
    come_to(&stage, "#/channels").await;
    stage.click(".grid-row .act-transfer").await;
    assert_eq!(stage.value("#transfer-exten"), "801");
}

#[wasm_bindgen_test]
async fn what_a_channel_said_is_nowhere_in_a_style_or_an_id() {
    let odd = "a\"]b'c";
    let item =
        channel("odd", "calleridnum='1'").replace("uniqueid='odd'", "uniqueid='a&quot;]b&apos;c'");
    let stage = Stage::live(ALL_RIGHTS, &[item]).await;
    let rows = stage.all("[data-uniqueid]");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].get_attribute("data-uniqueid").as_deref(), Some(odd));
    assert!(
        stage
            .all("[id*='odd'], [id*='c']")
            .iter()
            .all(|e| !e.id().contains(odd))
    );
}

/// An examination in which Asterisk said this to a log-in, in the page.
fn refused_log_in(words: &str) -> web_sys::HtmlElement {
    let mut doctor = Doctor::default();
    let now = Moment::from_millis(0);
    let mut tell = |input| {
        doctor.handle(input, now);
        let mut asked = None;
        while let Some(output) = doctor.poll() {
            if let Output::Ask(ask) = output
                && ask.body.is_some()
            {
                asked = Some(ask.id);
            }
        }
        asked
    };
    let refusal = format!("response='Error' message='{words}'");
    let replies = [
        Some(talk::DENIED),
        None,
        Some(talk::DENIED),
        Some("response='Success' challenge='1'"),
        Some("response='Success' challenge='1'"),
        Some(&refusal),
    ];
    let mut asked = tell(doctor::Input::Start(Place::default()));
    for reply in replies {
        let input = match (reply, asked) {
            (Some(packet), Some(id)) => doctor::Input::Replied(
                id,
                Answer {
                    status: 200,
                    body: talk::body(&[packet]).into_bytes(),
                    ..Answer::default()
                },
            ),
            _ => doctor::Input::SignIn(Credentials {
                username: "demo".to_owned(),
                secret: Secret::new("x"),
            }),
        };
        asked = tell(input);
    }
    let document = web_sys::window().unwrap().document().unwrap();
    let root: web_sys::HtmlElement = document.create_element("div").unwrap().unchecked_into();
    document.body().unwrap().append_child(&root).unwrap();
    switchboard::ui::mount_doctor(&root, |changed| Visit::offline(doctor, changed));
    root
}

#[wasm_bindgen_test]
fn asterisks_words_are_text_in_the_set_up_check_too() {
    let root = refused_log_in("&lt;img src=x onerror=alert(1)&gt;");
    assert!(root.query_selector("img, script").unwrap().is_none());
    let failed = root
        .query_selector(".check.failed")
        .unwrap()
        .expect("a failure");
    let words = failed.text_content().unwrap_or_default();
    assert!(words.contains("Asterisk refused: <img src=x"), "{words}");
    assert!(words.contains("manager.conf, section [demo]"), "{words}");
    root.remove();
}

#[wasm_bindgen_test]
async fn an_account_is_not_written_for_a_name_that_could_be_more() {
    let root = refused_log_in("no");
    stage::frame().await;
    let find = |selector: &str| root.query_selector(selector).unwrap().unwrap();
    let lines: web_sys::HtmlTextAreaElement = find("#writer-lines").unchecked_into();
    let name: web_sys::HtmlInputElement = find("#writer-name").unchecked_into();
    assert!(lines.value().starts_with("[reception]\nsecret = "));
    name.set_value("a]x");
    name.dispatch_event(&web_sys::Event::new("input").unwrap())
        .unwrap();
    stage::frame().await;
    assert_eq!(lines.value(), "");
    let why = find("#writer-error").text_content().unwrap_or_default();
    assert!(why.contains("“]”"), "{why}");
    root.remove();
}

/// Puts the browser's clocks forward.
fn pass(time: std::time::Duration) {
    let put = js_sys::Function::new_no_args(&format!(
        "for (const clock of [performance, Date]) {{
           const now = clock.now.bind(clock);
           clock.now = () => now() + {};
         }}",
        time.as_millis()
    ));
    put.call0(&wasm_bindgen::JsValue::UNDEFINED).unwrap();
}
