//! A running Asterisk with folders and ports of its own.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::{
    Ami, Home, Release, Settings, Telephones, certificate,
    conf::{DRIVER, Ports},
    http,
    instance_files::InstanceFiles,
    is_provisioned, port_is_free,
    ports::{free_port, free_ports},
    process::Running,
    program_on_path,
    provision::ADDITIONS_RELEASE,
};

/// How long a start may take on a machine that is busy with other work.
const START: Duration = Duration::from_secs(60);

/// How soon a refused connection is tried again: nothing tells when a port opens.
const RETRY: Duration = Duration::from_millis(10);

/// Where a provider speaks SIP: a house knows its calls by the address that they come from.
const PROVIDER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// How much of its log is told when a test has failed.
const LAST_LINES: usize = 15;

/// A running Asterisk. Dropping it ends it and removes its folder, and so does the end of this
/// process, however it comes.
#[derive(Debug)]
pub struct Asterisk {
    // The order matters: the process ends before its folder goes.
    running: Option<Running>,
    files: InstanceFiles,
    settings: Settings,
    /// The other end of the trunk, and where that of a provider is.
    provider: Option<Box<Asterisk>>,
    house: Option<SocketAddr>,
    http: SocketAddr,
    ami: SocketAddr,
    tls: SocketAddr,
    sip: SocketAddr,
    driver_secret: String,
}

/// The way to a server for clients with all rights, which leads there again when it has restarted.
#[derive(Clone, Debug)]
pub struct Door {
    address: SocketAddr,
    secret: String,
}

impl Door {
    /// A client with all rights and all events, over TCP.
    pub fn ami(&self) -> Result<Ami> {
        Ami::connect(self.address, DRIVER, &self.secret)
    }

    /// The same, once the server says that it has booted; it may take this long.
    pub fn ami_when_booted(&self, time: Duration) -> Result<Ami> {
        let mut ami = self.ami()?;
        ami.wait_for(time, |event| event.event() == Some("FullyBooted"))
            .context("it never said that it has booted")?;
        Ok(ami)
    }
}

/// A test that fails tells what became of its server.
impl Drop for Asterisk {
    #[expect(clippy::print_stderr, reason = "it belongs to the test's own output")]
    fn drop(&mut self) {
        if !thread::panicking() {
            return;
        }
        let runs = if self.is_running() {
            "runs"
        } else {
            "does not run"
        };
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
        eprintln!(
            "Asterisk {:?} {runs}; what it logged last:\n{}",
            self.release(),
            last.join("\n")
        );
    }
}

impl Asterisk {
    /// Starts an instance and waits until it answers on both of its ports.
    ///
    /// The release must have been set up by [`provision`](crate::provision()).
    pub fn start(settings: Settings) -> Result<Self> {
        Self::start_in(&Home::find(), settings)
    }

    /// Starts an instance of a release that was set up in another home.
    pub fn start_in(home: &Home, settings: Settings) -> Result<Self> {
        Self::start_with(home, settings, None)
    }

    /// The same for a provider whose trunk leads there.
    fn start_with(home: &Home, settings: Settings, house: Option<SocketAddr>) -> Result<Self> {
        let release = settings.release;
        if !is_provisioned(home, release) {
            bail!(
                "Asterisk {release} is not set up: run `cargo xtask setup --release {release}` first"
            );
        }
        let files = InstanceFiles::create(&home.asterisk(release))?;
        if let Some(page) = &settings.page {
            files.publish(page)?;
        }
        if settings.tls {
            files.certify(&certificate::make(home)?)?;
        }
        let driver_secret = secret()?;
        let mut asterisk = Self {
            running: None,
            files,
            settings,
            provider: None,
            house,
            http: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            ami: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            tls: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            sip: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            driver_secret,
        };
        // A free port is free only until somebody takes it: try again with others.
        let mut tries = 3;
        loop {
            tries -= 1;
            asterisk.choose_ports()?;
            if asterisk.settings.telephones == Telephones::House {
                let provider = Self::start_with(home, provider_settings(), Some(asterisk.sip))
                    .context("the provider at the other end of the trunk")?;
                asterisk.provider = Some(Box::new(provider));
            }
            match asterisk.run() {
                Ok(()) => return Ok(asterisk),
                Err(error) if tries == 0 || asterisk.settings.http_port != 0 => return Err(error),
                Err(_) => asterisk.kill()?,
            }
        }
    }

    /// Starts it again on the same ports, with the same folders, after [`stop`](Self::stop) or
    /// [`kill`](Self::kill), or ends it first if it runs.
    pub fn restart(&mut self) -> Result<()> {
        self.stop()?;
        self.run()
    }

    /// Ends it in an orderly way, so that clients see their connections closed.
    pub fn stop(&mut self) -> Result<()> {
        match self.running.take() {
            Some(running) => running.end(Signal::TERM),
            None => Ok(()),
        }
    }

    /// Ends it at once, as a crash would.
    pub fn kill(&mut self) -> Result<()> {
        match self.running.take() {
            Some(running) => running.end(Signal::KILL),
            None => Ok(()),
        }
    }

    /// Stops it in its tracks: connections stay open, and nothing answers.
    pub fn pause(&self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    /// Lets it go on after [`pause`](Self::pause).
    pub fn resume(&self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    /// Adds text at the end of a configuration file. It counts from the next reload or restart on.
    pub fn configure(&mut self, file: &str, text: &str) -> Result<()> {
        // A restart writes the files anew.
        let addition = (file.to_owned(), text.to_owned());
        self.settings.additions.push(addition);
        self.files.append(file, text)
    }

    /// Runs a command of the command line interface and returns what it prints.
    pub fn cli(&self, command: &str) -> Result<String> {
        let output = self
            .program()?
            .args(["-r", "-x", command])
            .stdin(Stdio::null())
            .output()
            .context("cannot run Asterisk's remote console")?;
        if !output.status.success() {
            bail!(
                "`{command}` failed: {}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// A second client, with all rights and all events, over TCP.
    pub fn ami(&self) -> Result<Ami> {
        self.door().ami()
    }

    /// Where such clients come in: it is the same for as long as this is not dropped.
    pub fn door(&self) -> Door {
        Door {
            address: self.ami,
            secret: self.driver_secret.clone(),
        }
    }

    /// The version, such as `22.10.1`.
    pub fn version(&self) -> Result<String> {
        let text = self.cli("core show version")?;
        text.split_whitespace()
            .nth(1)
            .and_then(|word| word.split(['~', '+', '-']).next())
            .map(str::to_owned)
            .with_context(|| format!("no version in: {text}"))
    }

    /// Which release it is.
    pub fn release(&self) -> Release {
        self.settings.release
    }

    /// What it was started with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The address of the web server.
    pub fn http_address(&self) -> SocketAddr {
        self.http
    }

    /// The address of the manager interface's TCP port.
    pub fn ami_address(&self) -> SocketAddr {
        self.ami
    }

    /// Where telephones find it, if it knows any ([`Settings::telephones`]): by UDP.
    pub fn sip_address(&self) -> Option<SocketAddr> {
        (self.settings.telephones != Telephones::None).then_some(self.sip)
    }

    /// The Asterisk at the other end of the trunk, if it has one ([`Settings::trunk`]).
    pub fn provider(&self) -> Option<&Self> {
        self.provider.as_deref()
    }

    /// The address of something below the prefix: `url("/mxml")`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{}{path}", self.http, self.settings.base_path())
    }

    /// The address of something below the prefix, by Asterisk's own TLS ([`Settings::tls`]).
    pub fn tls_url(&self, path: &str) -> String {
        format!("https://{}{}{path}", self.tls, self.settings.base_path())
    }

    /// The address of the page.
    pub fn page_url(&self) -> String {
        format!("http://{}{}", self.http, self.settings.page_path())
    }

    /// The folder that is served as `static/`.
    pub fn static_folder(&self) -> PathBuf {
        self.files.folder().join("data/static-http")
    }

    /// Publishes a folder as `static/switchboard/`, in place of what is there.
    pub fn publish(&self, page: &Path) -> Result<()> {
        self.files.publish(page)
    }

    /// What it has logged so far: notices, warnings and errors.
    pub fn log(&self) -> String {
        let bytes = fs::read(self.files.folder().join("log/messages")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The number of its process, while it runs.
    pub fn process(&self) -> Option<u32> {
        let running = self.running.as_ref()?;
        u32::try_from(running.number()).ok()
    }

    /// Whether its process is there.
    pub fn is_running(&self) -> bool {
        self.running
            .as_ref()
            .is_some_and(|running| !running.ended())
    }

    fn choose_ports(&mut self) -> Result<()> {
        self.http.set_port(match self.settings.http_port {
            0 => free_port()?,
            port if port_is_free(port) => port,
            port => bail!("port {port} is in use: choose another"),
        });
        self.ami.set_port(free_port()?);
        self.tls.set_port(free_port()?);
        let at = match self.settings.telephones {
            Telephones::Outside => PROVIDER,
            _ => Ipv4Addr::LOCALHOST,
        };
        self.sip = SocketAddr::from((at, free_ports(at.into(), 1)?));
        Ok(())
    }

    fn run(&mut self) -> Result<()> {
        self.files.configure(
            &self.settings,
            Ports {
                http: self.http.port(),
                ami: self.ami.port(),
                tls: self.tls.port(),
                sip: self.sip,
            },
            self.provider().map(|one| one.sip).or(self.house),
            &self.driver_secret,
        )?;
        let console = self.files.folder().join("log/console");
        let output = File::create(&console)
            .with_context(|| format!("cannot write {}", console.display()))?;
        let errors = output.try_clone().context("cannot share the log")?;
        let mut command = self.program()?;
        command
            .args(["-f", "-n"])
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors);
        self.running = Some(Running::spawn("Asterisk", command)?);
        self.wait_until_ready().with_context(|| {
            let said = fs::read_to_string(&console).unwrap_or_default();
            format!(
                "Asterisk {} did not start. It said:\n{said}{}",
                self.settings.release,
                self.log()
            )
        })
    }

    /// Ready is: booted, as it says itself, and its web server answers as configured.
    fn wait_until_ready(&self) -> Result<()> {
        let deadline = Instant::now() + START;
        let mut ami = self.retry(deadline, || self.ami())?;
        ami.wait_for(START, |event| event.event() == Some("FullyBooted"))
            .context("it never said that it has booted")?;
        let file = self.static_folder().join("instance.txt");
        fs::write(&file, &self.driver_secret).context("cannot write into static-http")?;
        let path = format!("{}/static/instance.txt", self.settings.base_path());
        let reply = self.retry(deadline, || http::get(self.http, &path));
        fs::remove_file(&file).context("cannot tidy static-http")?;
        let reply = reply?;
        // Somebody else's web server may have taken the port in the meantime. What was asked for
        // may also have been switched off on purpose: then Asterisk says so, as ast_http_error of
        // main/http.c does, under its own name.
        let is_own = match reply.status {
            200 => reply.body == self.driver_secret.as_bytes(),
            _ => reply
                .header("Server")
                .is_some_and(|name| name.starts_with("Asterisk")),
        };
        if !is_own {
            bail!("another web server answers at {}", self.http);
        }
        Ok(())
    }

    fn retry<T>(&self, deadline: Instant, mut what: impl FnMut() -> Result<T>) -> Result<T> {
        loop {
            match what() {
                Ok(value) => return Ok(value),
                Err(error) if Instant::now() > deadline => return Err(error),
                Err(_) => {}
            }
            let running = self.running.as_ref().context("it was not started")?;
            if running.ended_within(RETRY) {
                bail!("it ended at once");
            }
        }
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let running = self.running.as_ref().context("Asterisk does not run")?;
        running.signal(signal)
    }

    fn program(&self) -> Result<Command> {
        let chroot = program_on_path("chroot").context("the program chroot was not found")?;
        let mut command = Command::new(chroot);
        command
            .arg(self.files.root())
            .args(["/usr/sbin/asterisk", "-C"])
            .arg(format!("{}/etc/asterisk.conf", self.files.inside()))
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", "/root")
            .current_dir("/");
        Ok(command)
    }
}

fn provider_settings() -> Settings {
    let mut settings = Settings::new(ADDITIONS_RELEASE);
    settings.telephones = Telephones::Outside;
    settings.users.clear();
    settings
}

fn secret() -> Result<String> {
    let mut bytes = [0; 16];
    let mut source = File::open("/dev/urandom").context("cannot open /dev/urandom")?;
    std::io::Read::read_exact(&mut source, &mut bytes).context("cannot read /dev/urandom")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
