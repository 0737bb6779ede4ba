//! A call told event by event, with no more than matters.

use ajam::time::Moment;
use switchboard_core::live::Pbx;

use super::events;
use super::talk::happened;

/// What happens, one event behind the other.
#[derive(Default)]
pub struct Scene {
    pub pbx: Pbx,
    pub now: Moment,
    /// All that was told.
    pub told: Vec<String>,
}

impl Scene {
    /// So many seconds later.
    pub fn later(&mut self, seconds: i64) -> &mut Self {
        self.now = Moment::from_millis(self.now.millis() + seconds * 1000);
        self
    }

    pub fn tell(&mut self, told: &str) -> &mut Self {
        let body = happened(&[told]);
        self.told.push(told.to_owned());
        for event in &events(&body) {
            self.pbx.apply(event, self.now);
        }
        self
    }

    /// A channel of a call, with name and number, in this state, with this application.
    pub fn leg(
        &mut self,
        id: &str,
        call: &str,
        who: (&str, &str),
        state: u8,
        app: &str,
    ) -> &mut Self {
        self.leg_named(id, call, &format!("PJSIP/{id}-00000001"), who, state, app)
    }

    /// The same of this name.
    pub fn leg_named(
        &mut self,
        id: &str,
        call: &str,
        channel: &str,
        who: (&str, &str),
        state: u8,
        app: &str,
    ) -> &mut Self {
        let (name, num) = who;
        let block = format!(
            "{} channelstate='{state}' calleridname='{name}' calleridnum='{num}' context='in' \
             exten='100' priority='1'",
            named(id, call, channel)
        );
        self.tell(&format!("event='Newchannel' {block}"));
        if !app.is_empty() {
            self.tell(&format!(
                "event='Newexten' {block} application='{app}' appdata='{}'",
                match app {
                    "Queue" => "sales",
                    _ => "",
                }
            ));
        }
        self
    }

    /// A channel is in this state now.
    pub fn is(&mut self, id: &str, call: &str, state: u8) -> &mut Self {
        self.tell(&format!(
            "event='Newstate' {} channelstate='{state}'",
            ids(id, call)
        ))
    }

    pub fn rings(&mut self, caller: &str, call: &str, dest: &str) -> &mut Self {
        let (caller, dest) = (ids(caller, call), prefixed("dest", &ids(dest, call)));
        self.tell(&format!("event='DialBegin' {caller} {dest}"))
    }

    pub fn dial_ends(&mut self, caller: &str, call: &str, dest: &str, status: &str) -> &mut Self {
        let (caller, dest) = (ids(caller, call), prefixed("dest", &ids(dest, call)));
        self.tell(&format!(
            "event='DialEnd' {caller} {dest} dialstatus='{status}'"
        ))
    }

    pub fn enters(&mut self, bridge: &str, call: &str, id: &str) -> &mut Self {
        let bridge = format!("bridgeuniqueid='{bridge}' bridgetype='basic' bridgecreator=''");
        self.tell(&format!("event='BridgeEnter' {bridge} {}", ids(id, call)))
    }

    pub fn leaves(&mut self, bridge: &str, call: &str, id: &str) -> &mut Self {
        let bridge = format!("bridgeuniqueid='{bridge}' bridgetype='basic' bridgecreator=''");
        self.tell(&format!("event='BridgeLeave' {bridge} {}", ids(id, call)))
    }

    /// It enters conference 650.
    pub fn meets(&mut self, call: &str, id: &str) -> &mut Self {
        self.tell(&format!(
            "event='BridgeEnter' bridgeuniqueid='c' bridgetype='base' bridgecreator='ConfBridge' \
             bridgename='650' {}",
            ids(id, call)
        ))
    }

    /// It is parked at 701.
    pub fn parks(&mut self, call: &str, id: &str) -> &mut Self {
        let bridge = "bridgeuniqueid='p' bridgetype='parking' bridgetechnology='holding_bridge' \
                      bridgecreator='Parking' bridgename='default'";
        self.tell(&format!("event='BridgeEnter' {bridge} {}", ids(id, call)));
        let parkee = prefixed("parkee", &ids(id, call));
        self.tell(&format!(
            "event='ParkedCall' {parkee} parkinglot='default' parkingspace='701'"
        ))
    }

    pub fn pair(&mut self, one: &str, two: &str, call: &str) -> &mut Self {
        let (one, two) = (ids(one, call), ids(two, call));
        let (one, two) = (prefixed("localone", &one), prefixed("localtwo", &two));
        self.tell(&format!("event='LocalBridge' {one} {two}"))
    }

    pub fn ends(&mut self, id: &str, call: &str) -> &mut Self {
        self.tell(&format!("event='Hangup' {} cause='16'", ids(id, call)))
    }
}

pub fn ids(id: &str, call: &str) -> String {
    named(id, call, &format!("PJSIP/{id}-00000001"))
}

pub fn named(id: &str, call: &str, channel: &str) -> String {
    format!("channel='{channel}' uniqueid='{id}' linkedid='{call}'")
}

pub fn prefixed(prefix: &str, block: &str) -> String {
    let fields = block.split(' ').map(|field| format!("{prefix}{field}"));
    fields.collect::<Vec<_>>().join(" ")
}
