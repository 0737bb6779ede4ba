//! Which settings the page needs, and which of them are missing.

use std::path::Path;

use anyhow::Result;

use super::conf::{Conf, Section, is_true};
use crate::recipe;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// What has to be added or changed, with the line.
    pub(crate) missing: Vec<String>,
    /// What is good to know.
    pub(crate) notes: Vec<String>,
    /// Where the page is, once nothing is missing.
    pub(crate) address: String,
}

/// Looks through the settings in a folder.
pub(crate) fn check(folder: &Path) -> Result<Findings> {
    let mut findings = Findings::default();
    let http = Checked::read(folder, "http.conf")?;
    http.wants(&mut findings, &["enabled"], "yes", "the web server is off");
    http.wants(
        &mut findings,
        &["enablestatic", "enable_static"],
        "yes",
        "the web server serves no files",
    );
    http.address(&mut findings);
    let manager = Checked::read(folder, "manager.conf")?;
    manager.wants(
        &mut findings,
        &["enabled"],
        "yes",
        "the manager interface is off",
    );
    manager.wants(
        &mut findings,
        &["webenabled"],
        "yes",
        "the web server has no manager interface",
    );
    manager.users(&mut findings);
    Ok(findings)
}

struct Checked<'a> {
    folder: &'a Path,
    name: &'static str,
    conf: Option<Conf>,
}

impl<'a> Checked<'a> {
    fn read(folder: &'a Path, name: &'static str) -> Result<Self> {
        Ok(Self {
            folder,
            name,
            conf: Conf::read(folder, name)?,
        })
    }

    fn general(&self) -> Option<&Section> {
        self.conf.as_ref()?.section("general")
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.general()?.get(name).filter(|value| !value.is_empty())
    }

    /// Something that has to be switched on, by any of these names.
    fn wants(&self, findings: &mut Findings, names: &[&str], value: &str, otherwise: &str) {
        if names
            .iter()
            .any(|name| self.value(name).is_some_and(is_true))
        {
            return;
        }
        let wrong = names
            .iter()
            .find_map(|name| self.general().and_then(|section| section.setting(name)));
        findings.missing.push(match wrong {
            Some(setting) => format!(
                "{}, line {}, says `{} = {}`, so {otherwise}: change it to `{} = {value}`",
                setting.file.display(),
                setting.line,
                setting.name,
                setting.value,
                setting.name
            ),
            None => self.add("general", &format!("{} = {value}", names[0]), otherwise),
        });
    }

    fn add(&self, section: &str, line: &str, why: &str) -> String {
        let file = self.folder.join(self.name);
        let file = file.display();
        let there = self
            .conf
            .as_ref()
            .map(|conf| conf.section(section).is_some());
        match there {
            None => format!(
                "there is no {file}, so {why}: create it with `[{section}]` and below it `{line}`"
            ),
            Some(false) => format!(
                "{file} has no section [{section}], so {why}: add `[{section}]` and below it `{line}`"
            ),
            Some(true) => {
                format!("{file}, section [{section}], lacks a line, so {why}: add `{line}`")
            }
        }
    }

    fn address(&self, findings: &mut Findings) {
        let host = match self.value("bindaddr") {
            None => {
                findings.missing.push(self.add(
                    "general",
                    "bindaddr = 127.0.0.1",
                    "the web server does not listen (0.0.0.0 listens for other machines too)",
                ));
                "127.0.0.1"
            }
            Some(host @ ("127.0.0.1" | "::1" | "localhost")) => {
                findings.notes.push(format!(
                    "http.conf has `bindaddr = {host}`: only this machine reaches the page"
                ));
                host
            }
            Some("0.0.0.0" | "::" | "[::]") => {
                findings.notes.push(
                    "http.conf listens for other machines, without encryption unless `tlsenable` \
                     is on: let only those reach it that may"
                        .to_owned(),
                );
                "SERVER"
            }
            Some(host) => host,
        };
        let port = self.value("bindport").unwrap_or("8088");
        let prefix = match self.value("prefix").map(|prefix| prefix.trim_matches('/')) {
            None | Some("") => String::new(),
            Some(prefix) => format!("/{prefix}"),
        };
        findings.address = format!("http://{host}:{port}{prefix}/static/switchboard/index.html");
    }

    fn users(&self, findings: &mut Findings) {
        let users: Vec<User> = self
            .conf
            .iter()
            .flat_map(Conf::sections)
            .filter(|section| !section.name.eq_ignore_ascii_case("general"))
            .filter(|section| section.get("secret").is_some())
            .map(User::of)
            .collect();
        if users.is_empty() {
            findings.missing.push(format!(
                "{} has no user, so nobody can log in: add `[NAME]` and below it \
                 `secret = SECRET`, `read = {}`, `write = {}`",
                self.folder.join(self.name).display(),
                recipe::READ,
                recipe::WRITE
            ));
            return;
        }
        let able = users.iter().any(|user| user.lacks.is_empty());
        for user in users {
            for (right, why) in &user.lacks {
                let line = format!(
                    "{}, section [{}], gives no {right}, so {why}: add `{}`",
                    self.folder.join(self.name).display(),
                    user.name,
                    user.line(right)
                );
                // One account that the page can work with is enough.
                if able {
                    findings.notes.push(line);
                } else {
                    findings.missing.push(line);
                }
            }
            if user.lacks.is_empty() && !has(&user.read, &["dialplan"]) {
                findings.notes.push(format!(
                    "user {} does not hear of moves in the dial plan; for a call's place to be \
                     shown at once it needs `{}`",
                    user.name,
                    user.line("read right `dialplan`")
                ));
            }
            let too_much: Vec<&str> = recipe::FAR_TOO_MUCH
                .into_iter()
                .filter(|class| has(&user.write, &[class]))
                .collect();
            if user.lacks.is_empty() && !too_much.is_empty() {
                findings.notes.push(format!(
                    "user {} has rights in `write` that the page never needs (but for \
                     `originate`, where people call with their own phones), and that can do \
                     anything on this server: {}",
                    user.name,
                    too_much.join(", ")
                ));
            }
            if user.lacks.is_empty() && !user.may_act {
                findings.notes.push(format!(
                    "user {} may only watch; to transfer and hang up it needs `{}`",
                    user.name,
                    user.line("write right `call`")
                ));
            }
        }
    }
}

/// A user, and what the page misses in it.
struct User {
    name: String,
    read: String,
    write: String,
    lacks: Vec<(&'static str, &'static str)>,
    may_act: bool,
}

impl User {
    fn of(section: &Section) -> Self {
        let text = |name| section.get(name).unwrap_or_default().to_owned();
        let (read, write) = (text("read"), text("write"));
        let mut lacks = Vec::new();
        if !has(&read, &["call"]) {
            lacks.push(("read right `call`", "the page hears of no call"));
        }
        if !has(&write, &["reporting", "system"]) {
            lacks.push((
                "write right `reporting`",
                "the page cannot list the channels",
            ));
        }
        Self {
            name: section.name.clone(),
            may_act: has(&write, &["call"]),
            read,
            write,
            lacks,
        }
    }

    /// The line that grants a right as well as those that are there.
    fn line(&self, right: &str) -> String {
        let (name, old) = if right.starts_with("read") {
            ("read", &self.read)
        } else {
            ("write", &self.write)
        };
        let class = right.split('`').nth(1).unwrap_or_default();
        if old.is_empty() {
            format!("{name} = {class}")
        } else {
            format!("{name} = {old},{class}")
        }
    }
}

fn has(rights: &str, any: &[&str]) -> bool {
    rights.split(',').map(str::trim).any(|right| {
        right.eq_ignore_ascii_case("all")
            || any.iter().any(|class| right.eq_ignore_ascii_case(class))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Findings, check};

    const HTTP: &str = "[general]\nenabled=yes\nenablestatic=yes\nbindaddr=127.0.0.1\n";
    const MANAGER: &str = "[general]\nenabled=yes\nwebenabled=yes\n";
    const USER: &str = "[me]\nsecret=x\nread=call\nwrite=call,reporting\n";

    fn found(test: &str, http: Option<&str>, manager: Option<&str>) -> Findings {
        let name = format!("switchboard-check-{test}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        for (name, text) in [("http.conf", http), ("manager.conf", manager)] {
            if let Some(text) = text {
                fs::write(folder.join(name), text).expect("a file");
            }
        }
        let findings = check(&folder).expect("readable files");
        fs::remove_dir_all(folder).expect("a tidy end");
        findings
    }

    #[test]
    fn what_is_missing_is_named_with_the_line_to_add() {
        let all = format!("{MANAGER}{USER}");
        let table: [(&str, &str, String, &[&str]); 10] = [
            ("fine", HTTP, all.clone(), &[]),
            (
                "no-web",
                "[general]\nenablestatic=yes\nbindaddr=::1\n",
                all.clone(),
                &["add `enabled = yes`"],
            ),
            (
                "off",
                &HTTP.replace("enabled=yes", "enabled=no"),
                all.clone(),
                &["line 2, says `enabled = no`"],
            ),
            (
                "static",
                "[general]\nenabled=1\nbindaddr=::1\n",
                all.clone(),
                &["`enablestatic = yes`"],
            ),
            (
                "alias",
                &HTTP.replace("enablestatic", "enable_static"),
                all.clone(),
                &[],
            ),
            (
                "address",
                "[general]\nenabled=1\nenablestatic=1\n",
                all.clone(),
                &["bindaddr = 127.0.0.1"],
            ),
            (
                "webenabled",
                HTTP,
                format!("[general]\nenabled=yes\n{USER}"),
                &["add `webenabled = yes`"],
            ),
            ("nobody", HTTP, MANAGER.to_owned(), &["no user"]),
            (
                "deaf",
                HTTP,
                format!("{MANAGER}[me]\nsecret=x\nread=user\nwrite=all\n"),
                &["`read = user,call`"],
            ),
            (
                "blind",
                HTTP,
                format!("{MANAGER}[me]\nsecret=x\nread=all\n"),
                &["`write = reporting`"],
            ),
        ];
        for (name, http, manager, expected) in table {
            let findings = found(name, Some(http), Some(&manager));
            assert_eq!(
                findings.missing.len(),
                expected.len(),
                "{name}: {findings:?}"
            );
            for (line, part) in findings.missing.iter().zip(expected) {
                assert!(line.contains(part), "{name}: {line}");
            }
        }
    }

    #[test]
    fn files_that_are_not_there_are_to_be_created() {
        let findings = found("empty", None, None);
        assert_eq!(findings.missing.len(), 6, "{findings:?}");
        assert!(findings.missing[0].contains("there is no "), "{findings:?}");
    }

    #[test]
    fn one_able_account_is_enough_and_the_others_are_mentioned() {
        let manager = format!("{MANAGER}{USER}[other]\nsecret=y\nread=user\nwrite=user\n");
        let findings = found("several", Some(HTTP), Some(&manager));
        assert!(findings.missing.is_empty(), "{findings:?}");
        assert!(findings.notes.iter().any(|note| note.contains("[other]")));
    }

    #[test]
    fn an_account_that_can_do_anything_is_mentioned() {
        let manager = format!("{MANAGER}[boss]\nsecret=y\nread=all\nwrite=all\n{USER}");
        let findings = found("boss", Some(HTTP), Some(&manager));
        assert!(findings.missing.is_empty(), "{findings:?}");
        let warned = |name: &str| {
            let mut notes = findings.notes.iter();
            notes.any(|note| note.contains(name) && note.contains("never needs"))
        };
        assert!(warned("boss") && !warned("user me"), "{findings:?}");
    }

    #[test]
    fn the_address_follows_port_and_prefix() {
        let http = format!("{HTTP}bindport=9000\nprefix=pbx\n");
        let findings = found("prefix", Some(&http), Some(MANAGER));
        assert_eq!(
            findings.address,
            "http://127.0.0.1:9000/pbx/static/switchboard/index.html"
        );
    }
}
