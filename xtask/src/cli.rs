//! The command line.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use switchboard_lab::Release;

use crate::{
    bench, demo, dist, install, page, phone, record,
    setup::{self, Want},
    test,
};

/// Reads the command line and does what it says.
pub(crate) fn run() -> Result<ExitCode> {
    let matches = command().get_matches();
    let (name, args) = matches.subcommand().context("no command was given")?;
    match name {
        "setup" => setup::run(&Want {
            tests: args.get_flag("tests"),
            phones: false,
            releases: args
                .get_many("release")
                .map(|values| values.copied().collect())
                .unwrap_or_default(),
        })?,
        "build" => {
            setup::run(&Want::default())?;
            page::build()?;
        }
        "demo" => demo::run(&demo::Options {
            port: one(args, "port")?,
            calls: one(args, "calls")?,
            release: one(args, "release")?,
        })?,
        "phone" => {
            let phone: String = one(args, "phone")?;
            phone::run(&phone::Options {
                port: one(args, "port")?,
                phone: (phone != "list").then_some(phone),
                act: one(args, "act")?,
                target: args.get_one("target").cloned(),
            })?;
        }
        "install" => {
            return install::run(&install::Options {
                to: one(args, "to")?,
                conf: args.get_one("conf").cloned(),
                check: args.get_flag("check"),
            });
        }
        "dist" => dist::run()?,
        "record" => record::run(&record::Options {
            release: one(args, "release")?,
            out: args.get_one("out").cloned(),
        })?,
        "bench" => bench::run(&bench::Options {
            runs: one(args, "runs")?,
            only: args
                .get_many("only")
                .map(|values| values.cloned().collect())
                .unwrap_or_default(),
        })?,
        "test" => test::run(args.get_flag("fast"))?,
        _ => unreachable!("clap accepts no other command"),
    }
    Ok(ExitCode::SUCCESS)
}

fn one<T: Clone + Send + Sync + 'static>(args: &ArgMatches, name: &str) -> Result<T> {
    let value = args.get_one::<T>(name);
    value
        .cloned()
        .with_context(|| format!("--{name} is missing"))
}

fn command() -> Command {
    Command::new("cargo xtask")
        .about("Switchboard: a live call console for Asterisk")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("demo")
                .about("Show the page on a real Asterisk with calls that come and go")
                .arg(
                    option("port", "PORT", "Port of the web server, on 127.0.0.1")
                        .value_parser(value_parser!(u16).range(1..))
                        .default_value("8088"),
                )
                .arg(
                    option("calls", "N", "How many calls stand at a time, about; telephones have 4, Local channels the rest")
                        .value_parser(value_parser!(u16).range(0..=1000))
                        .default_value("4"),
                )
                .arg(release().default_value("22")),
        )
        .subcommand(
            Command::new("phone")
                .about("Have a telephone of the demo do something")
                .arg(
                    Arg::new("phone")
                        .value_name("PHONE")
                        .help("Which, such as 204; `list` tells what all of them do")
                        .required(true),
                )
                .arg(
                    Arg::new("act")
                        .value_name("ACT")
                        .help("What it is to do")
                        .value_parser(phone::acts())
                        .default_value("status"),
                )
                .arg(
                    Arg::new("target")
                        .value_name("TARGET")
                        .help("A number for call, transfer and attended; keys for dtmf"),
                )
                .arg(
                    option("port", "PORT", "The port of the demo")
                        .value_parser(value_parser!(u16).range(1..))
                        .default_value("8088"),
                ),
        )
        .subcommand(
            Command::new("test")
                .about("Run every test, against real servers in real browsers")
                .arg(flag(
                    "fast",
                    "Only what needs no server and no browser: format, clippy, native tests",
                )),
        )
        .subcommand(
            Command::new("bench")
                .about("Measure the page against others, on a real server; writes BENCHMARKS.md")
                .arg(
                    option("runs", "N", "How often the pages take turns")
                        .value_parser(value_parser!(u16).range(1..))
                        .default_value("3"),
                )
                .arg(
                    option(
                        "only",
                        "PART",
                        "Only this part; BENCHMARKS.md stays as it is",
                    )
                    .value_parser(bench::PARTS)
                    .action(ArgAction::Append),
                ),
        )
        .subcommand(
            Command::new("install")
                .about("Copy a built page into an Asterisk and say which settings it still needs")
                .arg(folder("to", "The static-http folder of Asterisk").required(true))
                .arg(folder("conf", "The folder of Asterisk's .conf files"))
                .arg(flag("check", "Change nothing, only say what is missing")),
        )
        .subcommand(Command::new("build").about("Build the page into dist/"))
        .subcommand(
            Command::new("dist").about("Make the release archive in target/dist, with checksums"),
        )
        .subcommand(
            Command::new("record")
                .about("Record what a real server answers, for tests that need no server")
                .arg(release().required(true))
                .arg(folder(
                    "out",
                    "Where to write [default: crates/ajam/tests/fixtures/VERSION]",
                )),
        )
        .subcommand(
            Command::new("setup")
                .about("Set up the tools only; the other commands do so by themselves")
                .arg(flag(
                    "tests",
                    "Also what only the tests need: browsers and their drivers",
                ))
                .arg(
                    release()
                        .action(ArgAction::Append)
                        .help("Also a server of this release [possible values: 22, 16]"),
                ),
        )
}

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn folder(name: &'static str, help: &'static str) -> Arg {
    option(name, "FOLDER", help).value_parser(value_parser!(PathBuf))
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .help(help)
        .action(ArgAction::SetTrue)
}

fn release() -> Arg {
    option("release", "RELEASE", "Release of Asterisk: 22 or 16")
        .value_parser(|text: &str| text.parse::<Release>())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::command().debug_assert();
    }
}
