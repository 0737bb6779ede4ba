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
    let found: Vec<Violation> = browser.slow_script(
        "const done = arguments[arguments.length - 1];\
         axe.run().then((result) => done(result.violations), (error) => done([{ \
             id: 'axe', help: String(error), nodes: [] }]));",
        vec![],
    );
    found.iter().map(Violation::sentence).collect()
}

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
