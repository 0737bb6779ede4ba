//! Getting an Asterisk from Debian's packages into a folder of the project's own.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use rustix::fs::{FlockOperation, flock};

use crate::{Home, Release, Tool, apt, preflight::debian_family, program_on_path, tree};

/// Written last; a folder without it is not a finished one.
const STAMP: &str = "etc/switchboard-provisioned";

/// Raised when what is installed changes, so that older folders are built anew.
const RECIPE: &str = "1";

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Whether a release is there and complete.
pub fn is_provisioned(home: &Home, release: Release) -> bool {
    let root = home.asterisk(release);
    is_complete(&root) && has_mailboxes(&root)
}

fn is_complete(root: &Path) -> bool {
    fs::read_to_string(root.join(STAMP)).is_ok_and(|stamp| stamp.trim() == RECIPE)
}

/// Sets up a release with debootstrap, unless it is there already. Returns its root folder.
///
/// The machine's own packages and its own Asterisk are not touched, except that debootstrap and
/// Debian's archive keys are installed if they are missing. The folder appears under its name only
/// when it is complete: an interrupted run leaves nothing that a later one would use.
pub fn provision(home: &Home, release: Release) -> Result<PathBuf> {
    let root = home.asterisk(release);
    if is_provisioned(home, release) {
        return Ok(root);
    }
    let folder = home.path().join("asterisk");
    home.create(&folder)?;
    let _lock = lock(&folder.join(format!("{release}.lock")))?;
    let log = home.logs().join(format!("asterisk-{release}.log"));
    if is_complete(&root) {
        add_mailboxes(&root, &log)?;
        return Ok(root);
    }
    install_debootstrap(&log)?;
    let part = folder.join(format!("{release}.part"));
    let mut failures = Vec::new();
    for mirror in apt::mirrors() {
        tree::remove(&part)?;
        match build(&part, release, &mirror, &log) {
            Ok(()) => {
                fs::write(part.join(STAMP), RECIPE).context("cannot write the stamp")?;
                tree::remove(&root)?;
                fs::rename(&part, &root)
                    .with_context(|| format!("cannot name the folder {}", root.display()))?;
                return Ok(root);
            }
            Err(error) if mirror.is_empty() => {
                failures.push(format!("From debootstrap's own mirror: {error:#}"));
            }
            Err(error) => failures.push(format!("From {mirror}: {error:#}")),
        }
    }
    tree::remove(&part)?;
    bail!(
        "Asterisk {release} could not be set up from Debian {}. {}\n{}",
        release.suite(),
        advice(&failures),
        failures.join("\n")
    )
}

/// What stands before Asterisk in the tests: the program and the package that has it.
const PROXIES: [(&str, &str); 3] = [
    ("usr/sbin/nginx", "nginx"),
    ("usr/sbin/apache2", "apache2-bin"),
    ("usr/bin/openssl", "openssl"),
];

/// Mailboxes. Debian had a package of its own for them, up to Asterisk 16.
const MAILBOXES: &str = "app_voicemail";

fn has_mailboxes(root: &Path) -> bool {
    module_folder(root).is_ok_and(|folder| has_module(root, &folder, MAILBOXES))
}

fn add_mailboxes(root: &Path, log: &Path) -> Result<()> {
    if has_mailboxes(root) {
        return Ok(());
    }
    install_fresh(root, &["asterisk-voicemail"], log)?;
    apt(root, &["clean"], log)
}

/// The telephones, without what would show pictures or play sound.
const PHONES: [(&str, &str); 1] = [("usr/bin/baresip", "baresip-core")];

/// Where they are set up, beside its Asterisk; they serve the other releases from there.
pub(crate) const ADDITIONS_RELEASE: Release = Release::V22;

/// Whether nginx, Apache and openssl are there.
pub fn has_proxies(home: &Home) -> bool {
    missing(&home.asterisk(ADDITIONS_RELEASE), &PROXIES).is_empty()
}

/// Whether the telephones' program is there.
pub fn has_phones(home: &Home) -> bool {
    missing(&home.asterisk(ADDITIONS_RELEASE), &PHONES).is_empty()
}

/// Adds nginx, Apache and openssl of Debian to the folder of Asterisk 22, unless they are there
/// already. That folder must have been set up by [`provision`].
pub fn provision_proxies(home: &Home) -> Result<()> {
    add(home, &PROXIES, "proxies.log")
}

/// Adds Debian's SIP telephone baresip to the folder of Asterisk 22, unless it is there already.
/// That folder must have been set up by [`provision`].
pub fn provision_phones(home: &Home) -> Result<()> {
    add(home, &PHONES, "phones.log")
}

fn missing(root: &Path, wanted: &[(&str, &'static str)]) -> Vec<&'static str> {
    wanted
        .iter()
        .filter(|(program, _)| !root.join(program).is_file())
        .map(|(_, package)| *package)
        .collect()
}

fn add(home: &Home, wanted: &[(&str, &'static str)], log: &str) -> Result<()> {
    let root = home.asterisk(ADDITIONS_RELEASE);
    if missing(&root, wanted).is_empty() {
        return Ok(());
    }
    if !is_complete(&root) {
        bail!("Asterisk {ADDITIONS_RELEASE} is not set up, beside which they go");
    }
    let _lock = lock(&root.with_extension("lock"))?;
    let packages = missing(&root, wanted);
    if packages.is_empty() {
        return Ok(());
    }
    let log = home.logs().join(log);
    install_fresh(&root, &packages, &log)?;
    apt(&root, &["clean"], &log)?;
    match missing(&root, wanted).as_slice() {
        [] => Ok(()),
        packages => bail!(
            "Debian's packages {} lack their programs",
            packages.join(", ")
        ),
    }
}

/// A program that was added to the folder of Asterisk 22, or that is there anyway.
pub(crate) fn added_program(home: &Home, program: &str) -> Result<Command> {
    let chroot = program_on_path("chroot").context("the program chroot was not found")?;
    let mut command = Command::new(chroot);
    command
        .arg(home.asterisk(ADDITIONS_RELEASE))
        .arg(program)
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .current_dir("/");
    Ok(command)
}

fn lock(file: &Path) -> Result<File> {
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .with_context(|| format!("cannot open {}", file.display()))?;
    flock(&file, FlockOperation::LockExclusive).context("cannot lock the folder of servers")?;
    Ok(file)
}

fn advice(failures: &[String]) -> &'static str {
    let all = failures.join("\n");
    if all.contains("unknown key") || all.contains("Keyring file not available") {
        "Debian's archive keys on this machine are too old for it: run \
         `apt-get update && apt-get install debian-archive-keyring` and try again."
    } else if all.contains("mknod") || all.contains("noexec or nodev") {
        "Devices cannot be made in that folder: set SWITCHBOARD_HOME to one on another file \
         system, or give the container the capability MKNOD."
    } else {
        "Check that the machine reaches a Debian mirror that carries it (SWITCHBOARD_MIRROR names \
         one), then try again."
    }
}

fn install_debootstrap(log: &Path) -> Result<()> {
    if program_on_path("debootstrap").is_some() && Path::new(KEYRING).exists() {
        return Ok(());
    }
    if !debian_family() {
        bail!("debootstrap is missing, and this is not Debian or Ubuntu: install it and try again");
    }
    let apt = |args: &[&str]| {
        Tool::new("apt-get", log)
            .env("DEBIAN_FRONTEND", "noninteractive")
            // Another apt may be at work, such as the one that installs browsers.
            .args(["--option", "DPkg::Lock::Timeout=600"])
            .args(args)
            .run()
    };
    apt(&["update"])?;
    apt(&[
        "install",
        "--yes",
        "--no-install-recommends",
        "debootstrap",
        "debian-archive-keyring",
    ])
}

fn build(part: &Path, release: Release, mirror: &str, log: &Path) -> Result<()> {
    let mut debootstrap = outside("debootstrap", log)?
        .arg("--variant=minbase")
        .arg(format!("--keyring={KEYRING}"));
    if mirror.starts_with("https:") {
        debootstrap = debootstrap.arg("--include=ca-certificates");
    }
    debootstrap
        .arg(release.suite())
        .arg(part)
        .arg(mirror)
        .arg(script(release))
        .run()?;
    // Nothing that is installed may start a service on the machine.
    let policy = part.join("usr/sbin/policy-rc.d");
    fs::write(&policy, "#!/bin/sh\nexit 101\n")
        .and_then(|()| fs::set_permissions(&policy, fs::Permissions::from_mode(0o755)))
        .context("cannot write policy-rc.d")?;
    install(part, &["asterisk"], log)?;
    add_mailboxes(part, log)?;
    apt(part, &["clean"], log)?;
    check(part)
}

fn install(root: &Path, packages: &[&str], log: &Path) -> Result<()> {
    let mut args = vec!["install", "--yes", "--no-install-recommends"];
    args.extend(packages);
    apt(root, &args, log)
}

/// The same where the lists of packages may be older than what the mirror still has.
fn install_fresh(root: &Path, packages: &[&str], log: &Path) -> Result<()> {
    if install(root, packages, log).is_ok() {
        return Ok(());
    }
    apt(root, &["update"], log)?;
    install(root, packages, log)
}

/// apt-get of that root. A mirror that still carries an old suite has long passed the date until
/// which its lists call themselves valid; debootstrap does not look at that date either.
fn apt(root: &Path, args: &[&str], log: &Path) -> Result<()> {
    outside("chroot", log)?
        .arg(root)
        .args(["apt-get", "--option", "Acquire::Retries=3"])
        .args(["--option", "Acquire::Check-Valid-Until=false"])
        .args(args)
        .run()
}

fn outside(program: &str, log: &Path) -> Result<Tool> {
    let path = program_on_path(program)
        .with_context(|| format!("{program} was not found: install it and try again"))?;
    let mut tool = Tool::new(path, log)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("LC_ALL", "C")
        .env(
            "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        )
        .env_remove("TMPDIR");
    if let Some(proxy) = apt::proxy() {
        tool = tool.env("http_proxy", proxy);
    }
    Ok(tool)
}

/// An older debootstrap has no script named after a newer suite; all newer ones are alike.
fn script(release: Release) -> PathBuf {
    let scripts = Path::new("/usr/share/debootstrap/scripts");
    let own = scripts.join(release.suite());
    if own.exists() {
        own
    } else {
        scripts.join("sid")
    }
}

/// The modules without which the dial plan of the lab does not work.
const MODULES: [&str; 17] = [
    "app_confbridge",
    "app_dial",
    "app_mixmonitor",
    "app_queue",
    "app_stack",
    MAILBOXES,
    "bridge_simple",
    "bridge_softmix",
    "chan_pjsip",
    "pbx_config",
    "res_manager_devicestate",
    "res_musiconhold",
    "res_parking",
    "res_pjsip",
    "res_pjsip_mwi",
    "res_pjsip_outbound_registration",
    "res_timing_timerfd",
];

fn check(root: &Path) -> Result<()> {
    let modules = module_folder(root)?;
    let missing: Vec<&str> = MODULES
        .into_iter()
        .filter(|module| !has_module(root, &modules, module))
        .collect();
    if !missing.is_empty() {
        bail!("Debian's package lacks the modules {}", missing.join(", "));
    }
    let version = Command::new("chroot")
        .arg(root)
        .args(["asterisk", "-V"])
        .output()
        .context("cannot run the installed Asterisk")?;
    if !version.status.success() {
        bail!(
            "the installed Asterisk does not run: {}",
            String::from_utf8_lossy(&version.stderr).trim()
        );
    }
    Ok(())
}

fn has_module(root: &Path, folder: &Path, module: &str) -> bool {
    root.join(folder).join(format!("{module}.so")).exists()
}

/// The folder of modules, relative to the root: it depends on the processor and on the release,
/// and the package's own `asterisk.conf` names it.
pub(crate) fn module_folder(root: &Path) -> Result<PathBuf> {
    let file = root.join("etc/asterisk/asterisk.conf");
    let text =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    text.lines()
        .filter_map(|line| line.split_once("=>"))
        .find(|(name, _)| name.trim() == "astmoddir")
        .map(|(_, folder)| PathBuf::from(folder.trim().trim_start_matches('/')))
        .with_context(|| format!("{} names no astmoddir", file.display()))
}
