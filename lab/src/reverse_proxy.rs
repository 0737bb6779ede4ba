//! A running nginx or Apache before two Asterisk servers, with TLS.

use std::{
    io::Write as _,
    net::{Ipv4Addr, SocketAddr, TcpStream},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::{
    Home,
    certificate::{self, proxy_root_program},
    http::{self, Reply},
    own_folder::{OwnFolder, PROXY_PID},
    ports::free_port,
    process::Running,
    provision::ADDITIONS_RELEASE,
};

/// How long a start may take on a machine that is busy with other work.
const START: Duration = Duration::from_secs(30);

/// How soon a refused connection is tried again.
const RETRY: Duration = Duration::from_millis(10);

/// Which program stands before Asterisk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReverseProxyProgram {
    /// nginx, by `docs/proxy/nginx.conf`.
    Nginx,
    /// Apache, by `docs/proxy/apache.conf`.
    Apache,
}

/// A running nginx or Apache. `/pbx1/` and `/pbx2/` are the two servers behind it, by the very file
/// that users are told to take; only addresses and certificate are put in.
///
/// Dropping it ends it and removes its folder, and so does the end of this process, however it
/// comes.
#[derive(Debug)]
pub struct ReverseProxy {
    // The order matters: the process ends before its folder goes.
    running: Option<Running>,
    folder: OwnFolder,
    home: Home,
    program: ReverseProxyProgram,
    address: SocketAddr,
    servers: [SocketAddr; 2],
}

impl ReverseProxy {
    /// Starts one before these two servers, and waits until it listens.
    ///
    /// The programs must have been set up by [`provision_proxies`](crate::provision_proxies).
    pub fn start(program: ReverseProxyProgram, servers: [SocketAddr; 2]) -> Result<Self> {
        Self::start_in(&Home::find(), program, servers)
    }

    /// The same with what was set up in another home.
    pub fn start_in(
        home: &Home,
        program: ReverseProxyProgram,
        servers: [SocketAddr; 2],
    ) -> Result<Self> {
        let pem = certificate::make(home)?;
        let folder = OwnFolder::create(
            &home.asterisk(ADDITIONS_RELEASE),
            &["etc", "run", "log", "temp"],
        )?;
        folder.write(CERTIFICATE, pem)?;
        let mut proxy = Self {
            running: None,
            folder,
            home: home.clone(),
            program,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            servers,
        };
        // A free port is free only until somebody takes it: try again with others.
        let mut tries = 3;
        loop {
            tries -= 1;
            match proxy.run() {
                Ok(()) => return Ok(proxy),
                Err(error) if tries == 0 => {
                    let said = proxy.log();
                    return Err(error.context(format!("{program:?} did not start: {said}")));
                }
                Err(_) => proxy.running = None,
            }
        }
    }

    /// Where it listens, by TLS only.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of something on it: `url("/pbx1/mxml")`.
    pub fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    /// The address of the page of one of the servers: 1 or 2.
    pub fn page_url(&self, server: u8) -> String {
        self.url(&format!("/pbx{server}/static/switchboard/index.html"))
    }

    /// What it has complained of.
    pub fn log(&self) -> String {
        format!(
            "{}{}",
            self.folder.read("log/console"),
            self.folder.read("log/error.log")
        )
    }

    /// Sends a request with these header fields, and a form if there is one.
    pub fn ask(
        &self,
        method: &str,
        path: &str,
        fields: &[(&str, &str)],
        form: Option<&str>,
    ) -> Result<Reply> {
        let mut client = proxy_root_program(&self.home, "openssl")?
            .args(["s_client", "-quiet", "-connect"])
            .arg(self.address.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot run openssl")?;
        let request = http::request(method, &self.address.to_string(), path, fields, form);
        // Held until the answer is there: at its end, openssl would close the connection.
        let mut pipe = client.stdin.take().context("openssl has no input")?;
        pipe.write_all(request.as_bytes())
            .context("cannot send the request")?;
        let output = client.wait_with_output().context("openssl died")?;
        drop(pipe);
        http::parse(&output.stdout)
    }

    fn run(&mut self) -> Result<()> {
        self.address.set_port(free_port()?);
        self.configure()?;
        let console = std::fs::File::create(self.folder.path().join("log/console"))
            .context("cannot write the log")?;
        let errors = console.try_clone().context("cannot share the log")?;
        let mut command = self.command()?;
        command.stdin(Stdio::null()).stdout(console).stderr(errors);
        let running = Running::spawn("the proxy", command)?;
        let deadline = Instant::now() + START;
        while TcpStream::connect(self.address).is_err() {
            if running.ended_within(RETRY) {
                bail!("it ended at once");
            }
            if Instant::now() > deadline {
                bail!("it does not listen");
            }
        }
        self.running = Some(running);
        Ok(())
    }

    fn command(&self) -> Result<Command> {
        let conf = format!("{}/{MAIN}", self.folder.inside());
        let (program, args) = match self.program {
            ReverseProxyProgram::Nginx => ("/usr/sbin/nginx", ["-e", "stderr", "-c"]),
            ReverseProxyProgram::Apache => ("/usr/sbin/apache2", ["-D", "FOREGROUND", "-f"]),
        };
        let mut command = proxy_root_program(&self.home, program)?;
        command.args(args).arg(conf);
        Ok(command)
    }

    fn configure(&self) -> Result<()> {
        let inside = self.folder.inside();
        let certificate = format!("{inside}/{CERTIFICATE}");
        let port = self.address.port();
        let [first, second] = self.servers.map(|address| address.to_string());
        let (main, site, listen, listens) = match self.program {
            ReverseProxyProgram::Nginx => (
                nginx(&inside),
                NGINX,
                "listen 443 ssl;",
                format!("listen 127.0.0.1:{port} ssl;"),
            ),
            ReverseProxyProgram::Apache => (
                apache(&inside, port),
                APACHE,
                "<VirtualHost *:443>",
                format!("<VirtualHost *:{port}>"),
            ),
        };
        let site = put(site, listen, &listens)?;
        let site = put(&site, "/etc/ssl/private/pbx.example.org.pem", &certificate)?;
        // The second one may be what the first is replaced by.
        let site = put(&site, "127.0.0.1:8188", "SECOND")?;
        let site = put(&site, "127.0.0.1:8088", &first)?;
        let site = put(&site, "SECOND", &second)?;
        self.folder.write(SITE, site)?;
        self.folder.write(MAIN, main)
    }
}

impl Drop for ReverseProxy {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let _ = running.end(Signal::TERM);
        }
    }
}

/// What users are told to take.
const NGINX: &str = include_str!("../../docs/proxy/nginx.conf");
const APACHE: &str = include_str!("../../docs/proxy/apache.conf");

const MAIN: &str = "etc/main.conf";
const SITE: &str = "etc/switchboard.conf";
const CERTIFICATE: &str = "etc/certificate.pem";

/// Replaces what stands there for an example, and must stand there.
fn put(text: &str, example: &str, value: &str) -> Result<String> {
    if !text.contains(example) {
        bail!("the example lacks {example}");
    }
    Ok(text.replace(example, value))
}

/// What is in Debian's `nginx.conf`, as far as it matters here.
fn nginx(folder: &str) -> String {
    format!(
        "user www-data;\n\
         worker_processes 1;\n\
         daemon off;\n\
         pid {folder}/{PROXY_PID};\n\
         error_log {folder}/log/error.log;\n\
         events {{ worker_connections 768; }}\n\
         http {{\n\
             include /etc/nginx/mime.types;\n\
             default_type application/octet-stream;\n\
             access_log {folder}/log/access.log;\n\
             client_body_temp_path {folder}/temp/body;\n\
             proxy_temp_path {folder}/temp/proxy;\n\
             fastcgi_temp_path {folder}/temp/fastcgi;\n\
             uwsgi_temp_path {folder}/temp/uwsgi;\n\
             scgi_temp_path {folder}/temp/scgi;\n\
             include {folder}/{SITE};\n\
         }}\n"
    )
}

/// The modules that Debian enables by itself, as far as they are needed, and those that the example
/// says to enable, with what they depend on.
const MODULES: [&str; 12] = [
    "mpm_event",
    "alias",
    "authz_core",
    "deflate",
    "filter",
    "headers",
    "http2",
    "proxy",
    "proxy_http",
    "reqtimeout",
    "socache_shmcb",
    "ssl",
];

/// What is in Debian's `apache2.conf` and `ports.conf`, as far as it matters here.
fn apache(folder: &str, port: u16) -> String {
    let modules: String = MODULES
        .iter()
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .collect();
    format!(
        "ServerRoot {folder}\n\
         DefaultRuntimeDir {folder}/run\n\
         PidFile {folder}/{PROXY_PID}\n\
         Mutex file:{folder}/run default\n\
         {modules}\
         User www-data\n\
         Group www-data\n\
         ServerName localhost\n\
         Listen 127.0.0.1:{port}\n\
         ErrorLog {folder}/log/error.log\n\
         LogLevel warn\n\
         <Directory />\n\
             AllowOverride None\n\
             Require all denied\n\
         </Directory>\n\
         Include {folder}/{SITE}\n"
    )
}
