//! A server whose people have real telephones, and a browser that watches it.

use std::collections::BTreeSet;

use crate::{
    DEMO, Engine, PATIENCE, Page, Stage,
    lab::{Ami, Channel, Phone, Phones, Release, Settings},
    until,
};

/// A [`Stage`] with telephones.
#[derive(Debug)]
pub struct House {
    /// The telephones, which end first.
    pub phones: Phones,
    /// Server and browser.
    pub stage: Stage,
    /// A client of the test's own.
    pub ami: Ami,
}

impl House {
    /// A server of this release, everybody's telephone registered, the page open in Chromium and
    /// logged in as [`DEMO`], the board live.
    #[must_use]
    pub fn open(release: Release) -> Self {
        Self::with(Stage::settings(release)).logged_in(DEMO)
    }

    /// A server with these settings and everybody's telephone, the page open in Chromium.
    #[must_use]
    pub fn with(settings: Settings) -> Self {
        let stage = Stage::with(settings.phones(), Engine::Chromium);
        let phones = Phones::start(&stage.server).unwrap_or_else(|error| panic!("{error:#}"));
        let ami = stage.ami();
        Self { phones, stage, ami }
    }

    /// The same, logged in, the board live.
    #[must_use]
    pub fn logged_in(self, account: (&str, &str)) -> Self {
        self.page().log_in(account);
        self.page().await_board();
        self
    }

    /// The page.
    pub fn page(&self) -> Page<'_> {
        self.stage.page()
    }

    /// A telephone by its endpoint.
    #[track_caller]
    pub fn phone(&self, endpoint: &str) -> Phone<'_> {
        self.phones.get(endpoint)
    }

    /// One calls another, who rings.
    #[track_caller]
    pub fn ring(&self, caller: &str, called: &str) {
        self.phone(caller).call(called).expect("a call is made");
        self.phone(called).until_ringing().expect("it rings");
    }

    /// One calls another, who answers.
    #[track_caller]
    pub fn talk(&self, caller: &str, called: &str) {
        self.ring(caller, called);
        self.phone(called).answer().expect("it is answered");
        self.phone(caller)
            .until_talking()
            .expect("the caller hears it");
    }

    /// The only channel of a telephone, when it is there and the page shows it.
    #[track_caller]
    pub fn channel(&mut self, endpoint: &str) -> Channel {
        let begin = format!("PJSIP/{endpoint}-");
        let ami = &mut self.ami;
        let channel = until(&format!("{endpoint} has a channel"), PATIENCE, || {
            let all = ami.channels().map_err(|error| error.to_string())?;
            let own: Vec<_> = all
                .iter()
                .filter(|one| one.name.starts_with(&begin))
                .collect();
            match own.as_slice() {
                [only] => Ok((*only).clone()),
                _ => Err(format!("{all:?}")),
            }
        });
        until(&format!("{endpoint} has a row"), PATIENCE, || {
            self.page().row(&channel.uniqueid).map(drop)
        });
        channel
    }

    /// The `Uniqueid`s of the channels that `Status` knows.
    #[track_caller]
    pub fn status(&mut self) -> BTreeSet<String> {
        self.ami
            .list("Status", &[])
            .expect("Status answers")
            .iter()
            .map(|item| item.text("Uniqueid").to_owned())
            .collect()
    }
}
