//! What an instance of Asterisk is to be like.

use std::path::PathBuf;

use crate::Release;

/// An account of the manager interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name to log in with.
    pub name: String,
    /// The secret to log in with.
    pub secret: String,
    /// Classes of events that it sees, as in `manager.conf`.
    pub read: String,
    /// Classes of actions that it may use, as in `manager.conf`.
    pub write: String,
}

impl User {
    /// An account with the given classes of rights.
    pub fn new(name: &str, secret: &str, read: &str, write: &str) -> Self {
        Self {
            name: name.to_owned(),
            secret: secret.to_owned(),
            read: read.to_owned(),
            write: write.to_owned(),
        }
    }

    /// `demo` with all rights.
    pub fn demo(secret: &str) -> Self {
        Self::new("demo", secret, "all", "all")
    }

    /// `viewer`, who sees all calls and may list them, but neither transfer nor hang up.
    pub fn viewer(secret: &str) -> Self {
        Self::new(
            "viewer",
            secret,
            "system,call,agent,user,dtmf,reporting,dialplan",
            "reporting",
        )
    }
}

/// Which of the telephones of [`Phones`](crate::Phones) an instance knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Telephones {
    /// None: it speaks no SIP.
    #[default]
    None,
    /// All of them, those of people outside as well.
    All,
    /// Those of the house. People outside are customers of a provider, another Asterisk that
    /// starts and ends with this one ([`Asterisk::provider`](crate::Asterisk::provider)), and come
    /// over a trunk that this one registers there.
    House,
    /// Those outside: it is the provider.
    Outside,
}

/// How an instance of Asterisk is configured. The defaults suit a test.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which release to run.
    pub release: Release,
    /// The port of the web server; 0 takes a free one.
    pub http_port: u16,
    /// `prefix` of `http.conf`, without slashes; empty for none.
    pub prefix: String,
    /// Whether the web server also speaks TLS, with a certificate of its own signing, on a free
    /// port. The certificate is made with the openssl of [`provision_proxies`].
    ///
    /// [`provision_proxies`]: crate::provision_proxies
    pub tls: bool,
    /// Which telephones it knows, on a free port of UDP.
    pub telephones: Telephones,
    /// For how long a telephone rings, in seconds, until the caller is sent to its mailbox.
    pub ring_seconds: u16,
    /// A folder to publish as `static/switchboard/`.
    pub page: Option<PathBuf>,
    /// The accounts. [`Settings::new`] gives `demo` (secret `demo`) and `viewer` (secret `viewer`).
    pub users: Vec<User>,
    /// `httptimeout` of `manager.conf`, in seconds.
    pub http_timeout: u32,
    /// Text added at the end of a configuration file: name of the file, text.
    /// More lines for a section that exists already go below `[section](+)`.
    pub additions: Vec<(String, String)>,
    /// Configuration files that replace those of the lab: name of the file, text.
    pub replacements: Vec<(String, String)>,
}

impl Settings {
    /// An instance on a free port, with the accounts `demo` and `viewer` and no page.
    pub fn new(release: Release) -> Self {
        Self {
            release,
            http_port: 0,
            prefix: String::new(),
            tls: false,
            telephones: Telephones::None,
            ring_seconds: 60,
            page: None,
            users: vec![User::demo("demo"), User::viewer("viewer")],
            http_timeout: 60,
            additions: Vec::new(),
            replacements: Vec::new(),
        }
    }

    /// Publishes a folder as `static/switchboard/`.
    #[must_use]
    pub fn page(mut self, folder: impl Into<PathBuf>) -> Self {
        self.page = Some(folder.into());
        self
    }

    /// Knows the telephones of [`Phones`](crate::Phones), those of people outside as well.
    ///
    /// It leaves those as they are that [`trunk`](Self::trunk) has set.
    #[must_use]
    pub fn phones(mut self) -> Self {
        if self.telephones == Telephones::None {
            self.telephones = Telephones::All;
        }
        self
    }

    /// Knows the telephones of the house, and reaches those outside over a trunk: a second
    /// Asterisk, the provider, is started with it.
    #[must_use]
    pub fn trunk(mut self) -> Self {
        self.telephones = Telephones::House;
        self
    }

    /// Lets a telephone ring so many seconds until the caller is sent to its mailbox.
    #[must_use]
    pub fn ring_seconds(mut self, seconds: u16) -> Self {
        self.ring_seconds = seconds;
        self
    }

    /// Adds text at the end of a configuration file.
    #[must_use]
    pub fn add(mut self, file: &str, text: &str) -> Self {
        self.additions.push((file.to_owned(), text.to_owned()));
        self
    }

    /// The path of the page on the web server.
    pub fn page_path(&self) -> String {
        format!("{}/static/switchboard/index.html", self.base_path())
    }

    /// What comes before `/mxml` and `/static`: empty or `/prefix`.
    pub fn base_path(&self) -> String {
        match self.prefix.trim_matches('/') {
            "" => String::new(),
            prefix => format!("/{prefix}"),
        }
    }
}
