//! The set-up check: what is missing on a real server is found, with the file and the line.

use serde_json::json;
use switchboard_e2e::{
    Control::{Button, Field, Link, Radio},
    DEMO, Engine, FrameHost, PATIENCE, Ping, Scope, Stage, Transfer,
    lab::{Ami, Release, Settings, User},
    on_every_server, until,
};

on_every_server!(
    a_server_as_it_should_be_passes_every_check,
    a_manager_that_is_off_is_found_with_file_and_line,
    a_wrong_secret_is_found_with_file_and_section,
    an_account_that_only_watches_is_as_it_should_be,
    missing_rights_are_found_and_nothing_is_to_be_pasted_over_others,
    a_line_for_an_account_keeps_the_rights_that_it_has,
    an_account_that_may_not_read_calls_is_found_by_a_call_without_a_word,
    an_account_that_may_not_read_the_dial_plan_is_found_by_its_calls,
    a_server_that_allows_few_connections_is_found,
    a_session_of_this_browser_is_left_as_it_is,
    what_has_failed_is_shown_first_and_in_sight,
    what_is_worth_changing_comes_before_what_passed_and_in_sight,
    secrets_that_any_account_can_ask_for_are_found,
    an_account_that_can_do_anything_is_told_of,
    the_lines_for_freepbx_switch_the_manager_on_and_make_the_account,
    the_account_for_watching_can_watch_and_no_more,
    the_account_for_acting_can_act_and_no_more,
);

#[test]
fn all_checks_pass_in_firefox_too() {
    passes(&Stage::with(whole(Release::V22), Engine::Firefox));
}

#[test]
fn all_checks_pass_in_webkit_too() {
    passes(&Stage::with(whole(Release::V22), Engine::WebKit));
}

#[test]
fn a_frame_of_another_site_keeps_no_cookie_and_is_told_what_does_without() {
    let stage = open(Stage::settings(Release::V22));
    let frame = FrameHost::around(&address(&stage), 600);
    stage.browser().open(&frame.other_site());
    stage.browser().enter_frame();
    check(&stage, DEMO);
    found(&stage, "HTTP Digest is offered", "Passed", "");
    found(&stage, "The account can log in", "Not checked", "");
    let keeps = "The browser keeps the log-in";
    found(&stage, keeps, "Worth changing", "by Digest instead");
    found(&stage, "Right to hang up", "Not checked", "");
}

fn a_server_as_it_should_be_passes_every_check(release: Release) {
    passes(&Stage::with(whole(release), Engine::Chromium));
}

/// Reached by the link, checked with an account and two calls.
fn passes(stage: &Stage) {
    stage.browser().press(Link, "Check the set-up", Scope::Page);
    check(stage, DESK);
    stage.page().await_words("Listening for events");
    let session = stage.session();
    let mut calls = stage.calls();
    calls
        .call("Ngozi Adeyemi", "+2348012345678", "600")
        .expect("a call into a queue");
    until("every check has passed", PATIENCE, || {
        let rows = rows(stage)?;
        let other: Vec<_> = rows.iter().filter(|row| row.state != "Passed").collect();
        if rows.len() == 21 && other.is_empty() {
            Ok(())
        } else {
            Err(format!("{} checks, not passed: {other:#?}", rows.len()))
        }
    });
    until("the session is logged off", PATIENCE, || {
        match stage.ping(&session) {
            Ping::Denied => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
    stage
        .browser()
        .press(Link, "Back to the log-in", Scope::Page);
    stage.page().await_log_in();
}

fn a_manager_that_is_off_is_found_with_file_and_line(release: Release) {
    let settings = Stage::settings(release).add("manager.conf", "[general](+)\nwebenabled = no");
    let stage = open(settings);
    found(
        &stage,
        "The manager answers",
        "Failed",
        "manager.conf, section [general]",
    );
    found(&stage, "The manager answers", "Failed", "webenabled = yes");
    found(&stage, "The account can log in", "Not checked", "");
}

fn a_wrong_secret_is_found_with_file_and_section(release: Release) {
    let stage = open(Stage::settings(release));
    check(&stage, ("demo", "wrong"));
    found(
        &stage,
        "The account can log in",
        "Failed",
        "Authentication failed",
    );
    found(
        &stage,
        "The account can log in",
        "Failed",
        "manager.conf, section [demo]",
    );
    let rows = rows(&stage).expect("the checks");
    let pasted = rows.iter().filter(|row| row.words.contains("secret ="));
    assert_eq!(
        pasted.count(),
        0,
        "a line would take the place of the secret"
    );
    found(&stage, "Right to hang up", "Not checked", "");
}

fn missing_rights_are_found_and_nothing_is_to_be_pasted_over_others(release: Release) {
    let stage = open(with_user(release, "user", "user"));
    check(&stage, ("desk", "s"));
    let list = "Right to list what stood before log-in";
    found(&stage, list, "Failed", "“system or reporting”");
    found(&stage, list, "Failed", "manager.conf, section [desk]");
    let reporting = "; Keep what stands in its line write = and add: reporting";
    let both = "; Keep what stands in its line write = and add: call,reporting";
    found(&stage, list, "Failed", reporting);
    found(&stage, "Right to transfer", "Not given", both);
    found(&stage, "Right to hang up", "Not given", both);
    found(&stage, "Version of Asterisk", "Not seen yet", reporting);
    let read = "; Keep what stands in its line read = and add: call,dialplan,system,agent";
    found(&stage, "Events of class system", "Failed", read);
    stage.page().await_words("Listening for events");
    stage.browser().press(Button, "Stop listening", Scope::Page);
    found(&stage, "Events of class call", "Not seen yet", read);
    found(
        &stage,
        "Secrets in Asterisk's files are out of reach",
        "Passed",
        "may not ask for values",
    );
}

fn a_line_for_an_account_keeps_the_rights_that_it_has(release: Release) {
    let mut settings = Stage::settings(release);
    // A template gives other rights: what counts is the account's own line.
    let section = "[other](!)\nread = log\n\n[desk](other)\nsecret = s\n\
                   read = call,dialplan,user\nwrite = reporting,user\n";
    settings = settings.add("manager.conf", section);
    let stage = open(settings);
    check(&stage, ("desk", "s"));
    found(
        &stage,
        "Right to transfer",
        "Not given",
        "write = reporting,user,call",
    );
    found(
        &stage,
        "Events of class system",
        "Failed",
        "read = call,dialplan,user,system,agent",
    );
}

fn what_has_failed_is_shown_first_and_in_sight(release: Release) {
    let stage = open(with_user(release, "call,dialplan,agent", "call"));
    check(&stage, ("desk", "s"));
    let list = "Right to list what stood before log-in";
    found(&stage, list, "Failed", "");
    found(&stage, "Events of class system", "Failed", "");
    found(&stage, SECRETS, "Worth changing", "");
    let rows = rows(&stage).expect("the checks");
    let first: Vec<&str> = rows.iter().map(|row| row.title.as_str()).take(2).collect();
    assert_eq!(first, [list, "Events of class system"]);
    let at = |title: &str| rows.iter().position(|row| row.title == title);
    assert!(at(SECRETS) < at("The account can log in"), "{rows:#?}");
    let bottom = bottom(&stage, 1);
    assert!(bottom < 1.0, "what has failed is out of sight: {bottom}");
}

/// Whatever it is of: the server's status page is open, and the account has all rights.
fn what_is_worth_changing_comes_before_what_passed_and_in_sight(release: Release) {
    let stage = open(Stage::settings(release));
    stage.browser().resize(1280, 800);
    check(&stage, DEMO);
    found(&stage, "No more rights than needed", "Worth changing", "");
    found(&stage, SECRETS, "Worth changing", "func_env.so");
    found(&stage, "Right to hang up", "Passed", "");
    let rows = rows(&stage).expect("the checks");
    let advised = |row: &&Row| row.state == "Worth changing";
    let count = rows.iter().filter(advised).count();
    assert_eq!(rows.iter().take_while(advised).count(), count, "{rows:#?}");
    let bottom = bottom(&stage, count - 1);
    assert!(
        bottom < 1.0,
        "of {count} the last is out of sight: {bottom}"
    );
}

/// How far down in the window the check at this place ends: 1 is its lower edge.
fn bottom(stage: &Stage, at: usize) -> f64 {
    stage
        .browser()
        .try_script(
            "const row = controls('main ul[aria-label] > li', null, 'body')[arguments[0]];\
             return row.getBoundingClientRect().bottom / innerHeight;",
            vec![json!(at)],
        )
        .expect("a place")
}

fn an_account_that_only_watches_is_as_it_should_be(release: Release) {
    let watcher = with_user(release, "call,dialplan,system,agent", "reporting")
        .add("http.conf", "[general](+)\nenable_status = no")
        .add("modules.conf", GUARD);
    let stage = open(watcher);
    check(&stage, DESK);
    // Guarded as it is, the server does not tell the old line.
    let line = "; Keep what stands in its line write = and add: call,reporting";
    let choice = |act: &str| {
        let (may_not, shall) = (
            "This account only watches: it may not",
            "If this account shall",
        );
        let words = format!("{may_not} {act} calls. {shall} {act} calls");
        let title = format!("Right to {act}");
        found(&stage, &title, "Not given", &words);
        found(&stage, &title, "Not given", line);
    };
    choice("transfer");
    choice("hang up");
    stage.page().await_words("Listening for events");
    stage.browser().press(Button, "Stop listening", Scope::Page);
    stage.page().await_words("2 not given");
    let words = stage.page().text();
    for fault in ["failed", "worth changing", "To be corrected"] {
        assert!(!words.contains(fault), "{fault}: {words}");
    }
}

fn secrets_that_any_account_can_ask_for_are_found(release: Release) {
    let secrets = SECRETS;
    for write in ["reporting", "call"] {
        let stage = open(with_user(release, "call", write));
        check(&stage, ("desk", "s"));
        found(
            &stage,
            secrets,
            "Worth changing",
            "noload => func_config.so",
        );
        found(
            &stage,
            secrets,
            "Worth changing",
            "modules.conf, section [modules]",
        );
    }
    let guarded = with_user(release, "call", "call,reporting").add("modules.conf", GUARD);
    let stage = open(guarded);
    check(&stage, ("desk", "s"));
    found(&stage, secrets, "Passed", "Asterisk gave none");
}

fn an_account_that_can_do_anything_is_told_of(release: Release) {
    let stage = open(Stage::settings(release));
    check(&stage, DEMO);
    let modest = "No more rights than needed";
    found(
        &stage,
        modest,
        "Worth changing",
        "originate, command, config, system",
    );
    let stage = open(whole(release));
    check(&stage, DESK);
    found(&stage, modest, "Passed", "");
}

fn the_lines_for_freepbx_switch_the_manager_on_and_make_the_account(release: Release) {
    let settings = Stage::settings(release).add("manager.conf", "[general](+)\nwebenabled = no");
    let mut stage = open(settings);
    found(&stage, "The manager answers", "Failed", "");
    stage.browser().press(Radio, "FreePBX does", Scope::Page);
    stage.page().await_words("manager_custom.conf");
    let account = write_account(&mut stage, "Watch, transfer and hang up");
    stage.browser().open(&stage.server.page_url());
    stage.page().log_in(("watcher", &account));
    stage.page().await_board();
}

fn an_account_that_may_not_read_calls_is_found_by_a_call_without_a_word(release: Release) {
    let stage = open(with_user(release, "dialplan,system,agent", "reporting"));
    check(&stage, ("desk", "s"));
    stage.page().await_words("Listening for events");
    found(&stage, "Enough connections at once", "Passed", "");
    let mut calls = stage.calls();
    until("the call that no event told of is found", PATIENCE, || {
        // The first list is what others are compared with; it may not have come yet.
        calls.call("Ana", "1", "304").map_err(|e| e.to_string())?;
        let whole = "read = dialplan,system,agent,call";
        row(&stage, "Events of class call", "Failed", whole)
    });
    found(&stage, "Events of class dialplan", "Passed", "");
}

fn an_account_that_may_not_read_the_dial_plan_is_found_by_its_calls(release: Release) {
    let stage = open(with_user(release, "call,system,agent", "reporting"));
    check(&stage, ("desk", "s"));
    stage.page().await_words("Listening for events");
    stage.calls().call("Ana", "1", "304").expect("a call");
    found(&stage, "Events of class call", "Passed", "");
    stage.browser().press(Button, "Stop listening", Scope::Page);
    let whole = "read = call,system,agent,dialplan";
    found(&stage, "Events of class dialplan", "Failed", whole);
    let agent = "manager.conf lets the account read class agent";
    found(&stage, "Events of class agent", "Not seen yet", agent);
}

fn a_server_that_allows_few_connections_is_found(release: Release) {
    let mut stage = open(Stage::settings(release));
    found(&stage, "The manager answers", "Passed", "");
    // The page itself would not load with so few.
    let few = "[general](+)\nsessionlimit = 3";
    stage.server.configure("http.conf", few).expect("a setting");
    stage.server.restart().expect("the server comes back");
    check(&stage, DEMO);
    found(
        &stage,
        "Enough connections at once",
        "Failed",
        "http.conf, section [general]",
    );
    found(
        &stage,
        "Enough connections at once",
        "Failed",
        "sessionlimit = 100",
    );
}

fn a_session_of_this_browser_is_left_as_it_is(release: Release) {
    let stage = Stage::logged_in(release);
    let session = stage.session();
    let board = stage.browser().open_window();
    stage.browser().open(&address(&stage));
    found(&stage, "The account can log in", "Passed", "was left alone");
    found(&stage, "Right to hang up", "Passed", "");
    found(&stage, "Enough connections at once", "Passed", "");
    found(
        &stage,
        "Events of class call",
        "Not seen yet",
        "Not listened for",
    );
    assert_eq!(stage.ping(&session), Ping::Pong);
    stage.browser().show_window(&board);
    stage.page().is_live().expect("the board is still live");
    let call = stage.calls().ring("Ana", "1").expect("a call");
    stage.page().await_agreement(&mut stage.ami());
    stage.page().row(&call.uniqueid).expect("its row");
    assert_eq!(stage.session(), session);
}

fn the_account_for_watching_can_watch_and_no_more(release: Release) {
    let mut stage = open(Stage::settings(release));
    let account = write_account(&mut stage, "Watch");
    let call = stage.calls().ring("Ana", "1").expect("a call");
    stage.browser().open(&stage.server.page_url());
    stage.page().log_in(("watcher", &account));
    stage.page().await_board();
    stage.page().await_agreement(&mut stage.ami());
    for button in ["Transfer", "Hang up"] {
        let row = Scope::Row(&call.uniqueid);
        let disabled: Option<String> =
            stage
                .browser()
                .property(Button, button, row, "ariaDisabled");
        assert_eq!(disabled.as_deref(), Some("true"), "{button}");
    }
    may(&stage, &account, &["CoreShowChannels", "CoreSettings"]);
    let too_much = ["Redirect", "Hangup", "Setvar"];
    may_not(&stage, &account, &[&too_much[..], &NEVER].concat());
}

fn the_account_for_acting_can_act_and_no_more(release: Release) {
    let mut stage = open(Stage::settings(release));
    let account = write_account(&mut stage, "Watch, transfer and hang up");
    let mut calls = stage.calls();
    let call = calls.call("Ana", "1", "304").expect("a call");
    stage.browser().open(&stage.server.page_url());
    stage.page().log_in(("watcher", &account));
    stage.page().await_board();
    stage.page().await_agreement(calls.ami());
    stage.page().transfer(
        &call.uniqueid,
        Transfer {
            exten: "802",
            context: "target",
            both: false,
        },
    );
    calls
        .until(&call.uniqueid, PATIENCE, |one| one.context == "target")
        .expect("it is where it was sent");
    stage.page().await_agreement(calls.ami());
    stage.page().hang_up(&call.uniqueid);
    stage.page().await_words("No calls at the moment.");
    may(
        &stage,
        &account,
        &["CoreShowChannels", "Redirect", "Hangup"],
    );
    may_not(&stage, &account, &NEVER);
}

/// The account of the recipe.
const DESK: (&str, &str) = ("desk", "s");

const SECRETS: &str = "Secrets in Asterisk's files are out of reach";

/// What keeps Asterisk's files from every account.
const GUARD: &str = "noload => func_config.so\nnoload => func_sorcery.so\n\
                     noload => func_curl.so\nnoload => func_env.so";

/// What no account of ours is allowed.
const NEVER: [&str; 6] = [
    "Originate",
    "Command",
    "UpdateConfig",
    "DBPut",
    "Reload",
    "UserEvent",
];

/// The lab's server with nothing left to advise.
fn whole(release: Release) -> Settings {
    with_user(release, "call,dialplan,system,agent", "call,reporting")
        .add("http.conf", "[general](+)\nenable_status = no")
        .add("modules.conf", GUARD)
}

fn with_user(release: Release, read: &str, write: &str) -> Settings {
    let mut settings = Stage::settings(release);
    settings.users.push(User::new("desk", "s", read, write));
    settings
}

fn address(stage: &Stage) -> String {
    format!("{}?doctor", stage.server.page_url())
}

/// A server, and Chromium with the set-up check open.
fn open(settings: Settings) -> Stage {
    let stage = Stage::with(settings, Engine::Chromium);
    stage.browser().open(&address(&stage));
    stage
}

#[track_caller]
fn check(stage: &Stage, (username, secret): (&str, &str)) {
    stage.page().await_words("Account");
    stage.browser().fill("Username", Scope::Page, username);
    stage.browser().fill("Secret", Scope::Page, secret);
    // What needs no account comes first.
    until("the check begins", PATIENCE, || {
        let busy: Option<String> =
            stage
                .browser()
                .property(Button, "Check this account", Scope::Page, "ariaDisabled");
        busy.map_or(Ok(()), Err)
    });
    stage
        .browser()
        .press(Button, "Check this account", Scope::Page);
}

#[derive(Debug, serde::Deserialize)]
struct Row {
    title: String,
    state: String,
    words: String,
}

fn rows(stage: &Stage) -> Result<Vec<Row>, String> {
    stage.browser().try_script(
        "return controls('main ul[aria-label] > li', null, 'body').map((row) => ({\
           title: words(row.querySelector('.check-title')),\
           state: words(row.querySelector('.check-state')),\
           words: words(row),\
         }));",
        vec![json!(null)],
    )
}

fn row(stage: &Stage, title: &str, state: &str, words: &str) -> Result<(), String> {
    let rows = rows(stage)?;
    let row = rows
        .iter()
        .find(|row| row.title == title)
        .ok_or_else(|| format!("no such check in {rows:?}"))?;
    if row.state == state && row.words.contains(words) {
        Ok(())
    } else {
        Err(format!("{row:?}"))
    }
}

/// Waits until a check stands like this, and says this.
#[track_caller]
fn found(stage: &Stage, title: &str, state: &str, words: &str) {
    until(&format!("“{title}” is {state}"), PATIENCE, || {
        row(stage, title, state, words)
    });
}

/// Lets the page write the account `watcher`, adds the text to the server's `manager.conf`, and
/// returns the secret.
#[track_caller]
fn write_account(stage: &mut Stage, profile: &str) -> String {
    let browser = stage.browser();
    browser.fill("Name of the account", Scope::Page, "watcher");
    browser.press(Radio, profile, Scope::Page);
    let text: String = browser.property(Field, "Lines for manager.conf", Scope::Page, "value");
    stage
        .server
        .configure("manager.conf", &text)
        .expect("an account");
    stage.server.cli("manager reload").expect("a reload");
    let secret = text
        .lines()
        .find_map(|line| line.strip_prefix("secret = "))
        .unwrap_or_else(|| panic!("no secret in {text}"));
    assert_eq!(secret.len(), 28, "{text}");
    secret.to_owned()
}

#[track_caller]
fn may(stage: &Stage, secret: &str, actions: &[&str]) {
    let commands = commands(stage, secret);
    for action in actions {
        assert!(commands.get(action).is_some(), "{action} is not allowed");
    }
}

#[track_caller]
fn may_not(stage: &Stage, secret: &str, actions: &[&str]) {
    let commands = commands(stage, secret);
    for action in actions {
        assert!(commands.get(action).is_none(), "{action} is allowed");
    }
}

/// What the account may do, in the server's own words.
#[track_caller]
fn commands(stage: &Stage, secret: &str) -> switchboard_e2e::lab::Packet {
    let mut ami =
        Ami::connect(stage.server.ami_address(), "watcher", secret).expect("the account logs in");
    ami.action("ListCommands", &[]).expect("a list")
}
