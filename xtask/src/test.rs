//! Every test there is.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use switchboard_lab::{Home, Release, Tool};

use crate::{
    budget, page,
    say::{complain, duration, say},
    setup::{self, Want},
};

/// Runs every test, or those that need neither server nor browser.
pub(crate) fn run(fast: bool) -> Result<()> {
    let home = Home::find();
    let mut report = Report::default();
    if !fast {
        // Nothing that follows can work without it.
        report.must("set up tools, browsers and servers", || {
            setup::run(&Want {
                tests: true,
                phones: true,
                releases: Release::ALL.to_vec(),
            })
        })?;
    }
    report.step("format", || cargo(&["fmt", "--all", "--check"])?.run());
    report.step("clippy, native", || {
        cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ])?
        .run()
    });
    if !fast {
        report.step("clippy, WebAssembly", || {
            // Its examples are programs, and ask by a client that a browser has no use for.
            cargo(&[
                "clippy",
                "--package",
                "ajam",
                "--lib",
                "--target",
                WASM,
                "--",
                "-D",
                "warnings",
            ])?
            .run()?;
            cargo(&[
                "clippy",
                "--package",
                "switchboard-core",
                "--package",
                "switchboard",
                "--package",
                "switchboard-bench-page",
                "--all-targets",
                "--target",
                WASM,
                "--",
                "-D",
                "warnings",
            ])?
            .run()
        });
    }
    report.step("native tests", || {
        // The end-to-end tests refuse to run without what is prepared below.
        cargo(&[
            "test",
            "--workspace",
            "--exclude",
            "switchboard-e2e",
            "--no-fail-fast",
        ])?
        .env_remove("SWITCHBOARD_E2E")
        .run()
    });
    if !fast {
        report.step("tests in the browser", || {
            cargo(&[
                "test",
                "--package",
                "switchboard",
                "--target",
                WASM,
                "--test",
                "web",
            ])?
            // With geckodriver on PATH, the runner would take Firefox.
            .env("CHROMEDRIVER", "chromedriver")
            // Seconds; a busy machine needs more than the runner's 20.
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
            .run()
        });
        report.step("servers of the lab", || {
            cargo(&["test", "--package", "switchboard-lab", "--test", "*"])?
                .env("SWITCHBOARD_E2E", "1")
                .run()
        });
        report.step("the demo, on real servers", || {
            cargo(&["test", "--package", "xtask", "demo::"])?
                .env("SWITCHBOARD_E2E", "1")
                .run()
        });
        if report.step("build of the page", || page::build().map(drop)) {
            report.step("size of the page", || budget::check(&page::folder()));
            report.step("end to end, in the browsers, on real servers", || {
                end_to_end(&home)?.run()
            });
        }
    }
    report.finish()
}

const WASM: &str = "wasm32-unknown-unknown";

fn cargo(args: &[&str]) -> Result<Tool> {
    Ok(Tool::shown("cargo")
        .args(args)
        .env("PATH", setup::path(&Home::find())?)
        .current_dir(Home::workspace()))
}

fn end_to_end(home: &Home) -> Result<Tool> {
    Ok(
        cargo(&["test", "--package", "switchboard-e2e", "--no-fail-fast"])?
            .env("SWITCHBOARD_E2E", "1")
            // 1,000 channels: what a busy morning may bring.
            .env("SWITCHBOARD_STORM", "500")
            .env("SWITCHBOARD_HOME", home.path())
            .env("SWITCHBOARD_DIST", page::folder())
            .env("GECKODRIVER", home.tools().join("bin/geckodriver"))
            .env("AXE", home.npm().join("node_modules/axe-core/axe.min.js")),
    )
}

/// What was done, how long it took, and whether it passed.
#[derive(Default)]
struct Report(Vec<(String, Duration, bool)>);

impl Report {
    /// A step after whose failure the others are still worth running.
    fn step(&mut self, what: &str, work: impl FnOnce() -> Result<()>) -> bool {
        match self.must(what, work) {
            Ok(()) => true,
            Err(error) => {
                complain(&format!("{error:#}"));
                false
            }
        }
    }

    fn must(&mut self, what: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        say(&format!("\n== {what}"));
        let begin = Instant::now();
        let result = work();
        self.0
            .push((what.to_owned(), begin.elapsed(), result.is_ok()));
        result
    }

    fn finish(self) -> Result<()> {
        say("\n== Summary");
        let mut all = Duration::ZERO;
        for (what, time, passed) in &self.0 {
            all += *time;
            let word = if *passed { "passed" } else { "FAILED" };
            say(&format!("{word}  {:>8}  {what}", duration(*time)));
        }
        say(&format!("        {:>8}  in all", duration(all)));
        match self.0.iter().filter(|(_, _, passed)| !passed).count() {
            0 => Ok(()),
            1 => bail!("one step failed"),
            failed => bail!("{failed} steps failed"),
        }
    }
}
