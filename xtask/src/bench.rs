//! What the page costs, measured (`bench/README.md`).

use std::path::PathBuf;

use anyhow::Result;
use switchboard_lab::{Home, Release, Tool};

use crate::{
    page,
    say::step,
    setup::{self, Want},
};

/// The parts, as the bench itself names them.
pub(crate) const PARTS: [&str; 9] = [
    "native",
    "body",
    "view",
    "storm",
    "big-storm",
    "delay",
    "many",
    "steady",
    "idle",
];

/// What may be chosen.
pub(crate) struct Options {
    pub(crate) runs: u16,
    /// Parts to run; all if there is none.
    pub(crate) only: Vec<String>,
}

/// Sets up and builds what is missing, and runs the bench. `BENCHMARKS.md` is written if all of it
/// was run.
pub(crate) fn run(options: &Options) -> Result<()> {
    let home = Home::find();
    setup::run(&Want {
        tests: true,
        phones: true,
        releases: vec![Release::V22],
    })?;
    let wanted = |part: &str| options.only.is_empty() || options.only.iter().any(|one| one == part);
    let dist = page::build()?;
    let core = core_folder();
    if wanted("body") {
        page::build_module("switchboard-bench-page", "core", &core)?;
    }
    let criterion = Home::workspace().join("target/criterion");
    if wanted("native") {
        step("the core, native", || {
            cargo(&["bench", "--package", "switchboard-bench", "--bench", "core"])?
                .env("CRITERION_HOME", &criterion)
                .run()
        })?;
    }
    let mut bench = cargo(&["run", "--package", "switchboard-bench", "--"])?
        .args(["--runs", &options.runs.to_string()])
        .env("SWITCHBOARD_E2E", "1")
        .env("SWITCHBOARD_HOME", home.path())
        .env("SWITCHBOARD_DIST", dist)
        .env("SWITCHBOARD_BENCH_CORE", core)
        .env("SWITCHBOARD_BENCH_CRITERION", criterion);
    for part in &options.only {
        bench = bench.args(["--only", part]);
    }
    if options.only.is_empty() {
        bench = bench.arg("--write");
    }
    bench.run()
}

fn core_folder() -> PathBuf {
    Home::workspace().join("target/bench/core")
}

fn cargo(args: &[&str]) -> Result<Tool> {
    Ok(Tool::shown("cargo")
        .args(args)
        .env("PATH", setup::path(&Home::find())?)
        .current_dir(Home::workspace()))
}
