//! Switchboard's commands, run as `cargo xtask COMMAND`.

mod bench;
mod budget;
mod cli;
mod company;
mod demo;
mod dist;
mod install;
mod interrupt;
mod pack;
mod page;
mod phone;
/// The page's own: it stands alone, so that these commands need not build the page first.
#[allow(dead_code)]
#[path = "../../crates/switchboard-core/src/recipe.rs"]
mod recipe;
mod record;
mod say;
mod setup;
mod test;

use std::process::ExitCode;

use say::complain;

fn main() -> ExitCode {
    match interrupt::prepare().and_then(|()| cli::run()) {
        Ok(code) => code,
        Err(error) => {
            complain(&format!("\nerror: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
