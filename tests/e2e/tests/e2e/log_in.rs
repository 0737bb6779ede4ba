//! Logging in, and what each account may.

use switchboard_e2e::{
    Control::{self, Button, Dialog, Field, Status, Table},
    DEMO, Scope, Stage, VIEWER,
    lab::Release,
    on_every_server,
};

on_every_server!(
    logging_in_shows_the_board_the_server_and_the_account,
    a_wrong_secret_keeps_the_name_and_shows_asterisks_words,
    who_may_only_watch_sees_calls_and_is_told_which_right_is_missing,
    assistive_technology_is_told_the_roles_and_names_of_the_contract,
);

fn logging_in_shows_the_board_the_server_and_the_account(release: Release) {
    let stage = Stage::open(release);
    stage.page().log_in(DEMO);
    stage.page().await_board();
    let version = stage
        .server
        .version()
        .expect("the server tells its version");
    stage.page().await_words(&format!("Asterisk {version}"));
    stage.page().await_words("as demo");
    stage.page().await_words("No calls at the moment.");
}

fn a_wrong_secret_keeps_the_name_and_shows_asterisks_words(release: Release) {
    let stage = Stage::open(release);
    stage.page().log_in(("demo", "wrong"));
    stage.page().await_words("Authentication failed");
    let name: String = stage
        .browser()
        .property(Field, "Username", Scope::Page, "value");
    assert_eq!(name, "demo");
    stage.browser().fill("Password", Scope::Page, DEMO.1);
    stage.browser().press(Button, "Log in", Scope::Page);
    stage.page().await_board();
}

fn who_may_only_watch_sees_calls_and_is_told_which_right_is_missing(release: Release) {
    let stage = Stage::open(release);
    stage.page().log_in(VIEWER);
    stage.page().await_board();
    let call = stage
        .calls()
        .ring("Ben Carter", "+12125550101")
        .expect("a call");
    stage.page().await_agreement(&mut stage.ami());
    for (button, right) in [("Transfer", "“call”"), ("Hang up", "“system or call”")] {
        let row = Scope::Row(&call.uniqueid);
        let disabled: Option<String> =
            stage
                .browser()
                .property(Button, button, row, "ariaDisabled");
        assert_eq!(disabled.as_deref(), Some("true"), "{button}");
        let why = stage.browser().description(Button, button, row);
        assert!(
            why.contains(&format!("lacks the right {right}")),
            "{button}: {why}"
        );
        stage.browser().press(Button, button, row);
        assert!(
            !stage.browser().has_any(Dialog),
            "{button} opened something"
        );
    }
    stage.page().await_words("as viewer");
}

fn assistive_technology_is_told_the_roles_and_names_of_the_contract(release: Release) {
    let stage = Stage::open(release);
    let told = |control: Control, name: &str, scope: Scope<'_>, role: &str| {
        let (heard_role, heard_name) = stage.browser().told(control, name, scope);
        assert_eq!((heard_role.as_str(), heard_name.as_str()), (role, name));
    };
    told(Field, "Username", Scope::Page, "textbox");
    told(Field, "Password", Scope::Page, "textbox");
    told(Button, "Log in", Scope::Page, "button");
    stage.page().log_in(DEMO);
    stage.page().await_board();
    told(Status, "Connection", Scope::Page, "status");
    told(Table, "Channels", Scope::Page, "grid");
    told(Button, "Log off", Scope::Page, "button");
    told(Button, "Refresh", Scope::Page, "button");
    let board = stage.page().board().expect("a board");
    assert_eq!(
        board.heads[..6],
        [
            "Channel",
            "State",
            "Caller",
            "Location",
            "Connected to",
            "Duration"
        ]
    );
    let call = stage
        .calls()
        .ring("Amara Okafor", "+442079460321")
        .expect("a call");
    told(Button, "Transfer", Scope::Row(&call.uniqueid), "button");
    told(Button, "Hang up", Scope::Row(&call.uniqueid), "button");
}
