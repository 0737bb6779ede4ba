//! Examinations of a scripted Asterisk.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::collections::BTreeMap;

use ajam::ami::Secret;
use ajam::session::{Credentials, Failure, Trouble};
use ajam::time::Moment;
use support::talk::{DENIED, body, happened, listed};
use switchboard_core::doctor::{
    Answer, AskId, Check, Doctor, Entry, Finding, Input, Output, Place, Section, Stage, State,
    Target,
};

const WALL: i64 = 1_795_234_696_000;
const SUCCESS: &str = "response='Success' ping='Pong' timestamp='1795234696.4'";
const BOOTED: &str = "event='FullyBooted' privilege='system,all' status='Fully Booted'";
/// As 22 answers, less what is of no matter here.
const RIGHTS: &str = "response='Success' coreshowchannels='List. (Priv: system,reporting,all)' \
     redirect='Redirect. (Priv: call,all)' hangup='Hangup. (Priv: system,call,all)'";
/// The same, of an account that may ask for values.
const ASKS: &str = "response='Success' coreshowchannels='List. (Priv: system,reporting,all)' \
     redirect='Redirect. (Priv: call,all)' hangup='Hangup. (Priv: system,call,all)' \
     getvar='Get. (Priv: call,reporting,all)'";
const SETTINGS: &str = "response='Success' amiversion='11.0.0' asteriskversion='22.10.1'";

/// A doctor and what it waits for.
struct Visit {
    doctor: Doctor,
    now: Moment,
    open: BTreeMap<AskId, (Target, String)>,
    posted: Vec<String>,
    cookie_dropped: bool,
    /// How the last request was to be sent.
    by_get: bool,
    keepalive: bool,
}

impl Visit {
    fn begin(place: Place) -> Self {
        let mut visit = Self {
            doctor: Doctor::default(),
            now: Moment::from_millis(0),
            open: BTreeMap::new(),
            posted: Vec::new(),
            cookie_dropped: false,
            by_get: false,
            keepalive: false,
        };
        visit.input(Input::Start(place));
        visit
    }

    /// A page over the network whose browser has no session; everything that needs no account is
    /// as it should be.
    fn ready() -> Self {
        let mut visit = Self::begin(place());
        visit.input(Input::Worker(true));
        visit.answer("Ping", &[DENIED]);
        visit.get(Target::Amxml, |answer| {
            answer.status = 401;
            answer.authenticate = Some("Digest algorithm=MD5, realm=\"asterisk\"".to_owned());
        });
        visit.get(Target::StatusPage, |answer| answer.status = 404);
        visit.get(Target::Root, |answer| answer.path = place().page);
        visit
    }

    /// Logged in, and every right there is.
    fn examining(events: &[&str]) -> Self {
        let mut visit = Self::ready();
        visit.sign_in();
        visit.answer("Ping", &[DENIED]);
        visit.challenge();
        let mut login = vec!["response='Success' message='Authentication accepted'"];
        login.extend(events);
        visit.answer("Login", &login);
        visit.answer("Ping", &[SUCCESS]);
        visit
    }

    /// The same, with all that is looked up.
    fn listening() -> Self {
        let mut visit = Self::examining(&[BOOTED]);
        visit.answer("ListCommands", &[RIGHTS]);
        visit.answer("CoreSettings", &[SETTINGS]);
        visit.crowd(12);
        visit
    }

    fn crowd(&mut self, answered: usize) {
        for number in 0..12 {
            if number < answered {
                self.answer("ListCommands", &[RIGHTS]);
            } else {
                self.fail("ListCommands");
            }
        }
    }

    /// The second challenge of a session is the first.
    fn challenge(&mut self) {
        for _ in 0..2 {
            self.answer("Challenge", &["response='Success' challenge='123'"]);
        }
    }

    fn sign_in(&mut self) {
        self.input(Input::SignIn(Credentials {
            username: "desk".to_owned(),
            secret: Secret::new("hunter2"),
        }));
    }

    fn input(&mut self, input: Input) {
        self.doctor.handle(input, self.now);
        while let Some(output) = self.doctor.poll() {
            match output {
                Output::Ask(ask) => {
                    let body = ask.body.unwrap_or_default();
                    self.posted.push(body.clone());
                    (self.by_get, self.keepalive) = (ask.by_get, ask.keepalive);
                    self.open.insert(ask.id, (ask.target, body));
                }
                Output::Abort(id) => {
                    self.open.remove(&id);
                }
                Output::DropCookie => self.cookie_dropped = true,
            }
        }
    }

    fn take(&mut self, begin: &str, target: Target) -> AskId {
        let found = self
            .open
            .iter()
            .find(|(_, (to, body))| *to == target && body.starts_with(begin))
            .map(|(id, _)| *id);
        let id = found.unwrap_or_else(|| panic!("no {begin} for {target:?} in {:?}", self.open));
        self.open.remove(&id);
        id
    }

    fn post(&mut self, action: &str) -> AskId {
        self.take(&format!("Action={action}&"), Target::Mxml)
    }

    fn asks(&self, action: &str) -> bool {
        let begin = format!("Action={action}&");
        self.open.values().any(|(_, body)| body.starts_with(&begin))
    }

    fn answer(&mut self, action: &str, packets: &[&str]) {
        self.reply(action, 200, body(packets).into_bytes());
    }

    fn reply(&mut self, action: &str, status: u16, body: Vec<u8>) {
        let id = self.post(action);
        let answer = Answer {
            status,
            body,
            date: Some(WALL),
            wall: WALL,
            ..Answer::default()
        };
        self.input(Input::Replied(id, answer));
    }

    fn happen(&mut self, events: &[&str]) {
        let body = happened(events).into_bytes();
        self.reply("WaitEvent", 200, body);
    }

    fn fail(&mut self, action: &str) {
        let id = self.post(action);
        self.input(Input::Failed(id, Failure("Failed to fetch".to_owned())));
    }

    fn get(&mut self, target: Target, change: impl FnOnce(&mut Answer)) {
        let id = self.take("", target);
        let mut answer = Answer {
            status: 200,
            ..Answer::default()
        };
        change(&mut answer);
        self.input(Input::Replied(id, answer));
    }

    fn sleep(&mut self) {
        let at = self.doctor.wake_at().expect("something to wake for");
        self.now = self.now.max(at);
        self.input(Input::Tick);
    }

    fn entry(&self, check: Check) -> &Entry {
        let found = self.doctor.entries().iter().find(|e| e.check == check);
        found.unwrap_or_else(|| panic!("there is no {check:?}"))
    }

    fn finding(&self, check: Check) -> &Finding {
        &self.entry(check).finding
    }

    /// File, section and lines that mend a check.
    fn fix(&self, check: Check) -> (&'static str, String, Vec<String>) {
        let entry = self.entry(check);
        assert!(
            matches!(
                entry.finding.state(),
                State::Failed | State::Advice | State::Optional | State::NotGiven | State::Unknown
            ),
            "{entry:?}"
        );
        let fix = entry.fix.clone().unwrap_or_else(|| panic!("{entry:?}"));
        assert_eq!(fix.add, None, "{entry:?}");
        let section = match fix.section {
            Section::Named(name) => name,
            Section::Account => "?".to_owned(),
        };
        (fix.file, section, fix.lines)
    }

    /// What to add to which line, where there is no line to paste.
    fn add(&self, check: Check) -> String {
        let fix = self.entry(check).fix.clone();
        let fix = fix.unwrap_or_else(|| panic!("no fix for {check:?}"));
        assert_eq!(fix.lines, Vec::<String>::new(), "{check:?}");
        let (line, classes) = fix
            .add
            .unwrap_or_else(|| panic!("nothing to add for {check:?}"));
        format!("{} {}", line.name(), classes.join(","))
    }

    /// Asked for what stands behind a name in the files, the server says this.
    fn value(&mut self, of: &str, value: &str) {
        let posted = self.posted.last().cloned().unwrap_or_default();
        assert!(posted.contains(of), "{posted} asks for no {of}");
        self.answer(
            "Getvar",
            &[&format!("response='Success' variable='x' value='{value}'")],
        );
    }

    fn not_passed(&self) -> Vec<&Entry> {
        let passed = |e: &&Entry| e.finding.state() != State::Passed;
        self.doctor.entries().iter().filter(passed).collect()
    }
}

fn place() -> Place {
    Place {
        page: "/static/switchboard/index.html".to_owned(),
        encrypted: true,
        loopback: false,
    }
}

fn event(name: &str, class: &str) -> String {
    format!("event='{name}' privilege='{class},all' channel='PJSIP/1' uniqueid='1.1'")
}

#[test]
fn all_that_is_as_it_should_be_is_passed() {
    let mut visit = Visit::listening();
    visit.happen(&[&event("Newchannel", "call"), &event("Newexten", "dialplan")]);
    visit.sleep();
    assert_eq!(visit.doctor.stage(), Stage::Examining);
    visit.happen(&[&event("QueueCallerJoin", "agent")]);
    assert_eq!(visit.not_passed(), Vec::<&Entry>::new());
    assert_eq!(visit.doctor.stage(), Stage::Leaving);
    visit.answer("Logoff", &["response='Goodbye'"]);
    assert_eq!(visit.doctor.stage(), Stage::Ready);
    assert!(visit.cookie_dropped && visit.open.is_empty());
}

#[test]
fn one_thing_is_asked_at_a_time_until_connections_are_counted() {
    let mut visit = Visit::begin(place());
    let mut most = visit.open.len();
    visit.answer("Ping", &[DENIED]);
    for target in [Target::Amxml, Target::StatusPage, Target::Root] {
        most = most.max(visit.open.len());
        visit.get(target, |_| {});
    }
    assert_eq!((most, visit.open.len()), (1, 0));
    let mut visit = Visit::examining(&[BOOTED]);
    let one_more = |visit: &Visit| visit.asks("WaitEvent") && visit.open.len() == 2;
    assert!(one_more(&visit), "{:?}", visit.open);
    visit.answer("ListCommands", &[RIGHTS]);
    assert!(one_more(&visit), "{:?}", visit.open);
    visit.answer("CoreSettings", &[SETTINGS]);
    assert_eq!(visit.open.len(), 13);
}

#[test]
fn each_way_the_manager_can_be_missing_is_told_with_its_lines() {
    // File and line; nothing where no line of Asterisk's would mend it.
    let table = [
        (404, "", "manager.conf", "webenabled = yes"),
        (403, "", "http.conf", "type = restriction"),
        (502, "", "", ""),
        (200, "<html>Sign in</html>", "", ""),
    ];
    for (status, body, file, line) in table {
        let mut visit = Visit::begin(place());
        visit.reply("Ping", status, body.as_bytes().to_vec());
        let entry = visit.entry(Check::Manager);
        assert_eq!(entry.finding.state(), State::Failed, "{status}");
        if file.is_empty() {
            assert_eq!(entry.fix, None, "{status}");
        } else {
            let (found, _, lines) = visit.fix(Check::Manager);
            assert_eq!(found, file);
            assert!(lines.iter().any(|l| l == line), "{status}: {lines:?}");
        }
        assert_eq!(*visit.finding(Check::Login), Finding::Skipped);
        assert_eq!(visit.doctor.stage(), Stage::Ready);
    }
    let mut visit = Visit::begin(place());
    visit.fail("Ping");
    let (file, section, lines) = visit.fix(Check::Manager);
    assert_eq!((file, section.as_str()), ("http.conf", "general"));
    assert_eq!(lines[0], "enabled = yes");
}

#[test]
fn an_old_server_that_takes_no_post_is_asked_by_get() {
    let mut visit = Visit::begin(place());
    visit.reply("Ping", 501, Vec::new());
    assert!(visit.by_get);
    let required = "response='Error' message='Authentication Required'";
    visit.answer("Ping", &[required]);
    assert_eq!(*visit.finding(Check::Manager), Finding::AnswersGet);
    assert_eq!(visit.doctor.stage(), Stage::Ready);
}

#[test]
fn a_page_that_goes_logs_off_and_outlives_itself_for_that() {
    let mut visit = Visit::listening();
    assert!(!visit.keepalive);
    visit.input(Input::Leave);
    assert!(visit.asks("Logoff") && visit.keepalive, "{:?}", visit.open);
}

#[test]
fn no_answer_in_time_is_a_finding_too() {
    let mut visit = Visit::begin(place());
    visit.sleep();
    assert_eq!(
        *visit.finding(Check::Manager),
        Finding::Trouble(Trouble::NoAnswer)
    );
}

#[test]
fn plain_http_is_fine_on_the_machine_itself_and_worth_changing_elsewhere() {
    let transport = |encrypted, loopback| {
        let place = Place {
            encrypted,
            loopback,
            ..place()
        };
        Visit::begin(place).finding(Check::Transport).state()
    };
    assert_eq!(transport(true, false), State::Passed);
    assert_eq!(transport(false, true), State::Passed);
    assert_eq!(transport(false, false), State::Advice);
}

#[test]
fn advice_names_the_line_that_fits_this_server() {
    let mut visit = Visit::begin(Place {
        page: "/pbx/static/sb/index.html".to_owned(),
        ..Place::default()
    });
    visit.answer("Ping", &[DENIED]);
    visit.get(Target::Amxml, |_| {});
    visit.get(Target::StatusPage, |_| {});
    visit.get(Target::Root, |answer| answer.status = 404);
    let (_, _, lines) = visit.fix(Check::Root);
    assert_eq!(lines, ["redirect = /pbx/ /pbx/static/sb/index.html"]);
    assert_eq!(visit.fix(Check::StatusPage).2, ["enable_status = no"]);
}

#[test]
fn a_clock_that_is_off_is_told_by_how_much() {
    let mut visit = Visit::begin(place());
    let id = visit.post("Ping");
    let answer = Answer {
        status: 200,
        body: body(&[DENIED]).into_bytes(),
        date: Some(WALL),
        wall: WALL - 90_000,
        ..Answer::default()
    };
    visit.input(Input::Replied(id, answer));
    assert_eq!(*visit.finding(Check::Clock), Finding::OutOfStep(90));
}

#[test]
fn a_refused_log_in_gives_no_line_that_would_take_the_place_of_the_secret() {
    let mut visit = Visit::ready();
    visit.sign_in();
    visit.answer("Ping", &[DENIED]);
    visit.challenge();
    visit.answer(
        "Login",
        &["response='Error' message='Authentication failed'"],
    );
    let refused = Finding::Refused {
        words: "Authentication failed".to_owned(),
        account: "desk".to_owned(),
    };
    assert_eq!(*visit.finding(Check::Login), refused);
    assert_eq!(visit.entry(Check::Login).fix, None);
    assert_eq!(*visit.finding(Check::Cookie), Finding::Skipped);
    assert_eq!(visit.doctor.stage(), Stage::Ready);
}

#[test]
fn an_account_in_use_is_told_apart_from_a_wrong_secret() {
    let mut visit = Visit::ready();
    visit.sign_in();
    visit.answer("Ping", &[DENIED]);
    visit.answer(
        "Challenge",
        &["response='Error' message='Login Already In Use'"],
    );
    assert_eq!(visit.fix(Check::Login).2, ["allowmultiplelogin = yes"]);
}

#[test]
fn a_lost_cookie_is_not_taken_for_a_wrong_secret() {
    let mut visit = Visit::ready();
    visit.sign_in();
    visit.answer("Ping", &[DENIED]);
    visit.answer("Challenge", &["response='Success' challenge='123'"]);
    visit.answer("Challenge", &["response='Success' challenge='124'"]);
    let without = Finding::NotKept { digest: true };
    assert_eq!(*visit.finding(Check::Cookie), without);
    assert_eq!(*visit.finding(Check::Login), Finding::Skipped);
    assert!(visit.open.is_empty(), "{:?}", visit.open);
}

#[test]
fn a_cookie_that_does_not_come_back_is_found() {
    let mut visit = Visit::ready();
    visit.sign_in();
    visit.answer("Ping", &[DENIED]);
    visit.challenge();
    visit.answer(
        "Login",
        &["response='Success' message='Authentication accepted'"],
    );
    visit.answer("Ping", &[DENIED]);
    // Digest is offered, so the page can do without.
    let without = Finding::NotKept { digest: true };
    assert_eq!(*visit.finding(Check::Cookie), without);
    assert_eq!(without.state(), State::Advice);
    assert_eq!(visit.doctor.stage(), Stage::Ready);
}

#[test]
fn a_missing_right_is_to_be_added_where_the_line_is_not_known() {
    let mut visit = Visit::examining(&[BOOTED]);
    visit.answer(
        "ListCommands",
        &["response='Success' ping='x (Priv: &lt;none&gt;)'"],
    );
    let list = Check::May("CoreShowChannels");
    assert_eq!(visit.finding(list).state(), State::Failed);
    assert_eq!(visit.add(list), "write reporting");
    assert_eq!(visit.add(Check::May("Redirect")), "write call,reporting");
    assert_eq!(visit.add(Check::May("Hangup")), "write call,reporting");
    assert_eq!(*visit.finding(Check::Secrets), Finding::SecretsClosed);
    assert!(!visit.asks("Getvar"));
}

#[test]
fn an_account_that_only_watches_has_no_fault_and_is_offered_the_line_as_a_choice() {
    let mut visit = Visit::examining(&[BOOTED]);
    let watches = "response='Success' getvar='Get. (Priv: call,reporting,all)' \
         coreshowchannels='List. (Priv: system,reporting,all)'";
    visit.answer("ListCommands", &[watches]);
    visit.value("general%2Cenabled", "yes");
    visit.value("desk%2Cread", "call,dialplan,system,agent");
    visit.value("desk%2Cwrite", "reporting");
    for act in ["Redirect", "Hangup"] {
        let check = Check::May(act);
        let without = Finding::Without { act, watches: true };
        assert_eq!(*visit.finding(check), without);
        assert_eq!(visit.finding(check).state(), State::NotGiven);
        assert_eq!(visit.fix(check).2, ["write = reporting,call"]);
    }
    let states = visit.doctor.entries().iter().map(|e| e.finding.state());
    assert_eq!(states.filter(|state| *state == State::Failed).count(), 0);
}

#[test]
fn an_account_that_may_hang_up_but_not_transfer_is_not_said_to_watch_only() {
    let mut visit = Visit::examining(&[BOOTED]);
    let hangs_up = "response='Success' coreshowchannels='List. (Priv: system,reporting,all)' \
         hangup='Hangup. (Priv: system,call,all)'";
    visit.answer("ListCommands", &[hangs_up]);
    assert_eq!(*visit.finding(Check::May("Hangup")), Finding::Allowed);
    let without = Finding::Without {
        act: "Redirect",
        watches: false,
    };
    assert_eq!(*visit.finding(Check::May("Redirect")), without);
}

#[test]
fn a_line_that_gives_a_right_keeps_those_that_the_account_has() {
    let mut visit = Visit::examining(&[]);
    let may_list = "response='Success' getvar='Get. (Priv: call,reporting,all)' \
         coreshowchannels='List. (Priv: system,reporting,all)'";
    visit.answer("ListCommands", &[may_list]);
    visit.value("manager.conf%2Cgeneral%2Cenabled", "yes");
    visit.value("manager.conf%2Cdesk%2Cread", "call,cdr");
    visit.value("manager.conf%2Cdesk%2Cwrite", "user,reporting");
    let write = ["write = user,reporting,call"];
    assert_eq!(visit.fix(Check::May("Redirect")).2, write);
    let (file, section, lines) = visit.fix(Check::Hears("system"));
    assert_eq!((file, section.as_str()), ("manager.conf", "desk"));
    assert_eq!(lines, ["read = call,cdr,dialplan,system,agent"]);
}

#[test]
fn values_of_files_that_the_server_gives_are_worth_a_guard() {
    let mut visit = Visit::examining(&[BOOTED]);
    visit.answer("ListCommands", &[ASKS]);
    visit.value("general%2Cenabled", "yes");
    assert_eq!(*visit.finding(Check::Secrets), Finding::SecretsOpen);
    assert_eq!(visit.finding(Check::Secrets).state(), State::Advice);
    let (file, section, lines) = visit.fix(Check::Secrets);
    assert_eq!((file, section.as_str()), ("modules.conf", "modules"));
    assert!(lines.iter().any(|line| line == "noload => func_config.so"));
    assert!(!visit.posted.iter().any(|body| body.contains("secret")));
}

#[test]
fn a_server_that_gives_no_values_is_guarded_and_asked_no_more() {
    let mut visit = Visit::examining(&[BOOTED]);
    visit.answer("ListCommands", &[ASKS]);
    visit.value("general%2Cenabled", "");
    assert_eq!(*visit.finding(Check::Secrets), Finding::SecretsGuarded);
    assert!(!visit.asks("Getvar") && visit.asks("CoreSettings"));
    let mut visit = Visit::examining(&[BOOTED]);
    visit.answer("ListCommands", &[ASKS]);
    visit.answer("Getvar", &["response='Error' message='Odd'"]);
    assert_eq!(*visit.finding(Check::Secrets), Finding::SecretsUnknown);
}

#[test]
fn an_account_that_can_do_anything_is_worth_changing() {
    let mut visit = Visit::examining(&[BOOTED]);
    visit.answer(
        "ListCommands",
        &["response='Success' originate='x (Priv: originate,all)' command='x (Priv: command,all)'"],
    );
    let found = visit.finding(Check::Modest);
    assert_eq!(*found, Finding::TooMuch(vec!["originate", "command"]));
    assert_eq!(found.state(), State::Advice);
    assert_eq!(visit.entry(Check::Modest).fix, None);
    let mut visit = Visit::examining(&[BOOTED]);
    visit.answer("ListCommands", &["response='Success' originate='x'"]);
    assert_eq!(*visit.finding(Check::Modest), Finding::RightsHidden);
}

#[test]
fn events_that_are_held_back_though_the_account_may_read_them_are_told_apart() {
    let mut visit = Visit::examining(&[]);
    visit.answer("ListCommands", &[ASKS]);
    assert_eq!(*visit.finding(Check::Hears("system")), Finding::Deaf);
    visit.value("general%2Cenabled", "yes");
    visit.value("desk%2Cread", "all");
    visit.value("desk%2Cwrite", "call,reporting");
    assert_eq!(*visit.finding(Check::Hears("system")), Finding::HeldBack);
    assert_eq!(visit.entry(Check::Hears("system")).fix, None);
    visit.answer("CoreSettings", &[SETTINGS]);
    visit.crowd(12);
    visit.input(Input::Stop);
    assert_eq!(*visit.finding(Check::Hears("call")), Finding::Quiet);
}

#[test]
fn a_login_without_fully_booted_means_that_class_system_is_not_read() {
    let visit = Visit::examining(&[]);
    assert_eq!(*visit.finding(Check::Hears("system")), Finding::Deaf);
    let add = visit.add(Check::Hears("system"));
    assert_eq!(add, "read call,dialplan,system,agent");
}

#[test]
fn too_few_connections_are_counted() {
    let mut visit = Visit::examining(&[BOOTED]);
    visit.answer("ListCommands", &[RIGHTS]);
    visit.answer("CoreSettings", &[SETTINGS]);
    visit.crowd(5);
    assert_eq!(
        *visit.finding(Check::Connections),
        Finding::TooFew {
            answered: 5,
            sent: 12
        }
    );
    assert_eq!(visit.fix(Check::Connections).2, ["sessionlimit = 100"]);
}

#[test]
fn a_channel_that_comes_without_a_word_means_that_class_call_is_not_read() {
    let mut visit = Visit::listening();
    let list = |visit: &mut Visit, ids: &[&str]| {
        let items: Vec<String> = ids.iter().map(|id| listed(id)).collect();
        let mut packets = vec!["response='Success' eventlist='start'"];
        packets.extend(items.iter().map(String::as_str));
        visit.answer("CoreShowChannels", &packets);
    };
    list(&mut visit, &["1.1"]);
    visit.sleep();
    list(&mut visit, &["1.1", "1.2"]);
    assert_eq!(*visit.finding(Check::Hears("call")), Finding::Listening);
    visit.sleep();
    list(&mut visit, &["1.2"]);
    assert_eq!(*visit.finding(Check::Hears("call")), Finding::Deaf);
}

#[test]
fn calls_without_a_step_of_the_dial_plan_are_found_when_listening_ends() {
    let mut visit = Visit::listening();
    visit.happen(&[&event("Newchannel", "call")]);
    visit.input(Input::Stop);
    assert_eq!(*visit.finding(Check::Hears("dialplan")), Finding::Deaf);
    assert_eq!(*visit.finding(Check::Hears("agent")), Finding::Silence);
    assert_eq!(visit.doctor.stage(), Stage::Leaving);
}

#[test]
fn silence_is_no_proof() {
    let mut visit = Visit::listening();
    visit.input(Input::Stop);
    assert_eq!(*visit.finding(Check::Hears("call")), Finding::Silence);
    assert_eq!(*visit.finding(Check::Hears("dialplan")), Finding::Silence);
}

#[test]
fn listening_ends_by_itself() {
    let mut visit = Visit::listening();
    for _ in 0..300 {
        if visit.asks("WaitEvent") {
            visit.now = visit.now + std::time::Duration::from_secs(25);
            visit.happen(&[]);
        }
        if visit.asks("CoreShowChannels") {
            visit.answer("CoreShowChannels", &["response='Success'"]);
        }
        if visit.asks("Logoff") {
            break;
        }
        visit.sleep();
    }
    visit.answer("Logoff", &["response='Goodbye'"]);
    assert_eq!(visit.doctor.stage(), Stage::Ready);
}

#[test]
fn a_session_of_this_browser_is_used_and_left_as_it_is() {
    let mut visit = Visit::begin(place());
    visit.answer("Ping", &[SUCCESS]);
    visit.answer("ListCommands", &[RIGHTS]);
    visit.answer("CoreSettings", &[SETTINGS]);
    visit.crowd(12);
    assert_eq!(visit.doctor.stage(), Stage::Ready);
    assert_eq!(*visit.finding(Check::Login), Finding::OtherSession);
    assert_eq!(*visit.finding(Check::May("Redirect")), Finding::Allowed);
    assert_eq!(*visit.finding(Check::Hears("call")), Finding::NotListened);
    for action in ["WaitEvent", "Logoff", "Login", "CoreShowChannels"] {
        let begin = format!("Action={action}&");
        assert!(
            !visit.posted.iter().any(|body| body.starts_with(&begin)),
            "{action} was sent"
        );
    }
    assert!(!visit.doctor.has_session());
}

#[test]
fn somebody_who_logged_in_meanwhile_keeps_the_session() {
    let mut visit = Visit::ready();
    visit.sign_in();
    visit.answer("Ping", &[SUCCESS]);
    assert_eq!(*visit.finding(Check::Login), Finding::OtherSession);
    assert!(!visit.asks("Challenge") && !visit.doctor.has_session());
}

#[test]
fn before_16_the_dial_plan_is_told_of_in_class_call() {
    let mut visit = Visit::examining(&[BOOTED]);
    visit.answer("ListCommands", &[RIGHTS]);
    visit.answer(
        "CoreSettings",
        &["response='Success' amiversion='2.10.6' asteriskversion='13.38.3'"],
    );
    assert_eq!(visit.finding(Check::Version).state(), State::Advice);
    assert_eq!(
        *visit.finding(Check::Hears("dialplan")),
        Finding::InClassCall
    );
}

#[test]
fn the_secret_is_neither_sent_nor_told() {
    let visit = Visit::listening();
    assert!(!visit.posted.iter().any(|body| body.contains("hunter2")));
    assert!(!format!("{:?}", visit.doctor).contains("hunter2"));
}

#[test]
fn beginning_anew_forgets_the_account() {
    let mut visit = Visit::listening();
    visit.input(Input::Stop);
    visit.answer("Logoff", &["response='Goodbye'"]);
    visit.input(Input::Start(place()));
    assert_eq!(*visit.finding(Check::Login), Finding::WaitingForAccount);
    assert_eq!(*visit.finding(Check::Worker), Finding::LogsOff);
}

/// While it listens, these channels are listed, each in a bridge or not, and these events come behind.
fn look(visit: &mut Visit, channels: &[(&str, bool)], events: &[&str]) {
    while !visit.asks("CoreShowChannels") {
        visit.sleep();
    }
    let items: Vec<String> = channels
        .iter()
        .map(|(id, bridged)| match bridged {
            true => listed(id).replace("bridgeid=''", "bridgeid='b1'"),
            false => listed(id),
        })
        .collect();
    let mut list = vec!["response='Success' eventlist='start'"];
    list.extend(items.iter().map(String::as_str));
    visit.answer("CoreShowChannels", &list);
    if !events.is_empty() {
        while !visit.asks("WaitEvent") {
            visit.sleep();
        }
        visit.happen(events);
    }
}

fn told(visit: &Visit) -> String {
    switchboard_core::words::doctor::detail(visit.entry(Check::Hears("call")))
}

#[test]
fn a_filter_that_keeps_an_event_back_is_found_by_what_lists_tell() {
    let named = |name: &str| {
        let event = support::talk::event(name, "1.9");
        match name {
            "BridgeEnter" => format!("{event} bridgeuniqueid='b1'"),
            _ => event,
        }
    };
    let call = ["Newchannel", "BridgeEnter", "Hangup"];
    for kept in ["Newchannel", "BridgeEnter", "Hangup", "nothing"] {
        let mut visit = Visit::listening();
        look(&mut visit, &[("1.1", true)], &[]);
        // At its beginning, and at its end.
        let comes: Vec<String> = call
            .iter()
            .filter(|name| **name != kept)
            .map(|n| named(n))
            .collect();
        let (begin, end): (Vec<&str>, Vec<&str>) = comes
            .iter()
            .map(String::as_str)
            .partition(|event| !event.contains("Hangup"));
        let also = named("Newstate");
        let begin = [&begin[..], &[&*also]].concat();
        look(&mut visit, &[("1.1", true), ("1.9", true)], &begin);
        assert!(told(&visit).contains("can't be told"), "{}", told(&visit));
        for _ in 0..2 {
            look(&mut visit, &[("1.1", true), ("1.9", true)], &[]);
        }
        let end = [&end[..], &[&*also]].concat();
        look(&mut visit, &[("1.1", true)], &end);
        if kept != "nothing" {
            look(&mut visit, &[("1.1", true)], &[]);
        }
        let finding = visit.finding(Check::Hears("call"));
        if kept == "nothing" {
            assert_eq!(finding.state(), State::Passed, "{finding:?}");
            assert!(
                told(&visit).contains("from its beginning to its end"),
                "{}",
                told(&visit)
            );
        } else {
            assert_eq!(finding.state(), State::Failed, "{kept}: {finding:?}");
            assert!(
                told(&visit).contains(&format!("but no {kept} of calls")),
                "{}",
                told(&visit)
            );
            // As soon as one comes, none keeps it back.
            while !visit.asks("WaitEvent") {
                visit.sleep();
            }
            visit.happen(&[&named(kept)]);
            assert_eq!(
                visit.finding(Check::Hears("call")).state(),
                State::Passed,
                "{kept}"
            );
        }
    }
}
