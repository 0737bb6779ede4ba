//! Certificates that sign themselves, for tests of TLS.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{
    Home, has_proxies,
    provision::{ADDITIONS_RELEASE, added_program},
};

/// A program of the root that has the proxies.
pub(crate) fn proxy_root_program(home: &Home, program: &str) -> Result<Command> {
    if !has_proxies(home) {
        bail!(
            "nginx, Apache and openssl are not set up: run `cargo xtask setup --tests --release \
             {ADDITIONS_RELEASE}` first"
        );
    }
    added_program(home, program)
}

/// A key and its certificate for `localhost` and 127.0.0.1, as one PEM text.
pub(crate) fn make(home: &Home) -> Result<String> {
    let output = proxy_root_program(home, "openssl")?
        .args(["req", "-x509", "-nodes", "-days", "30"])
        .args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
        .args(["-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
        .args(["-keyout", "-"])
        .stdin(Stdio::null())
        .output()
        .context("cannot run openssl")?;
    let pem = String::from_utf8(output.stdout).context("openssl's certificate is no text")?;
    if !output.status.success() || !pem.contains("BEGIN CERTIFICATE") {
        bail!(
            "openssl made no certificate: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(pem)
}
