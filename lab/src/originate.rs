//! How a call is started.

/// A call to start: a channel, and the place where it then goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Originate {
    headers: Vec<(&'static str, String)>,
}

impl Originate {
    /// A call from a channel such as `Local/300@phones/n` to a number.
    pub fn to_exten(channel: &str, exten: &str, context: &str) -> Self {
        Self::new(channel)
            .with("Exten", exten)
            .with("Context", context)
            .with("Priority", "1")
    }

    /// A call from a channel to an application.
    pub fn to_application(channel: &str, application: &str, data: &str) -> Self {
        Self::new(channel)
            .with("Application", application)
            .with("Data", data)
    }

    /// Sets name and number of the caller.
    #[must_use]
    pub fn caller(self, name: &str, number: &str) -> Self {
        // Asterisk reads a quoted name with backslash escapes.
        let name = name.replace('\\', "\\\\").replace('"', "\\\"");
        self.with("CallerID", &format!("\"{name}\" <{number}>"))
    }

    /// Sets the `Uniqueid` of the channel, and of the other half if it is a Local channel:
    /// the same followed by `;2`.
    #[must_use]
    pub fn id(self, id: &str) -> Self {
        self.with("ChannelId", id)
            .with("OtherChannelId", &format!("{id};2"))
    }

    /// Sets a channel variable. With two leading underscores all channels that follow inherit it.
    #[must_use]
    pub fn variable(self, name: &str, value: &str) -> Self {
        self.with("Variable", &format!("{name}={value}"))
    }

    /// Sets any header, such as `ActionID` or `Timeout`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The header lines of the action.
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }

    fn new(channel: &str) -> Self {
        Self {
            headers: Vec::new(),
        }
        .with("Channel", channel)
        .with("Async", "true")
        .with("Timeout", "3600000")
    }
}
