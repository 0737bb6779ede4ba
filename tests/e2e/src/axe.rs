//! axe-core, which looks for what shuts people out.

use std::fs;

use serde::Deserialize;

use crate::{Browser, environment};

#[derive(Debug, Deserialize)]
struct Violation {
    id: String,
    help: String,
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    html: String,
    #[serde(rename = "failureSummary", default)]
    summary: String,
}

/// What is wrong with what the page shows now, a sentence each.
#[track_caller]
pub fn violations(browser: &Browser) -> Vec<String> {
    if !browser.script::<bool>("return Boolean(window.axe);", vec![]) {
        let path = environment::axe();
        let axe = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
        browser.script::<Option<()>>(&axe, vec![]);
    }
    let found: Vec<Violation> = browser.slow_script(RUN, vec![]);
    found.iter().map(Violation::sentence).collect()
}

/// Half-way between two themes no contrast is right: what moves has to come to rest first.
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
    const moving = () =>
      document.getAnimations().filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime));
    const run = async () => {
      await frame();
      await Promise.allSettled(moving().map((one) => one.finished));
      return (await axe.run()).violations;
    };
    run().then(done, (error) => done([{ id: 'axe', help: String(error), nodes: [] }]));
";

impl Violation {
    fn sentence(&self) -> String {
        let nodes: Vec<String> = self
            .nodes
            .iter()
            .map(|node| format!("\n    {} {}", node.html, node.summary.replace('\n', " ")))
            .collect();
        format!("{}: {}{}", self.id, self.help, nodes.concat())
    }
}
