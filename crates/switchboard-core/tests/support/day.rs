//! A scripted Asterisk with calls all day long, on a virtual clock: a few channels a second that
//! ring, talk, are held, sent elsewhere, parked, and wait in queues.

use std::collections::BTreeMap;
use std::time::Duration;

use ajam::time::Moment;

/// The server.
pub struct Day {
    pub now: Moment,
    /// Channels that stand, each with its block of headers.
    pub standing: BTreeMap<String, String>,
    /// Every call that has begun.
    pub calls: u64,
    /// What is to happen, in its order.
    to_come: BTreeMap<(Moment, u64), Step>,
    steps: u64,
    channels: u64,
}

enum Step {
    Happens(String),
    Begins(String, String),
    Ends(String),
}

impl Default for Day {
    fn default() -> Self {
        Self {
            now: Moment::from_millis(0),
            standing: BTreeMap::new(),
            calls: 0,
            to_come: BTreeMap::new(),
            steps: 0,
            channels: 0,
        }
    }
}

/// A channel's name, its id, and the block of headers that every event of its holds.
struct Channel {
    id: String,
    name: String,
    block: String,
}

impl Day {
    /// Lets time pass; what has happened meanwhile.
    pub fn pass(&mut self, time: Duration) -> Vec<String> {
        self.now = self.now + time;
        let mut events = Vec::new();
        while let Some(next) = self.to_come.first_entry() {
            if next.key().0 > self.now {
                break;
            }
            events.push(match next.remove() {
                Step::Happens(event) => event,
                Step::Begins(id, block) => {
                    let event = format!("event='Newchannel' {block}");
                    self.standing.insert(id, block);
                    event
                }
                Step::Ends(id) => {
                    let block = self.standing.remove(&id).unwrap_or_default();
                    format!("event='Hangup' {block} cause='16' cause-txt='Normal Clearing'")
                }
            });
        }
        events
    }

    /// A call of two channels, or with a queue or a transfer of three. Each kind comes in its turn.
    pub fn call(&mut self) {
        let number = self.calls;
        self.calls += 1;
        let bridge = format!("bridgeuniqueid='bridge-{number:08}'");
        let caller = self.channel("PJSIP/caller", None);
        let callee = self.channel("PJSIP/phone", Some(&caller));
        let talks = 8000 + number % 7 * 6000;
        self.rings(&caller, &callee, number.is_multiple_of(5));
        self.happens(
            3000,
            format!("event='BridgeCreate' {bridge} bridgetype='basic'"),
        );
        for channel in [&caller, &callee] {
            self.happens(
                3010,
                format!("event='BridgeEnter' {bridge} {}", channel.block),
            );
        }
        match number % 4 {
            0 => self.is_held(&callee),
            1 => self.is_sent_on(&caller),
            2 => self.is_parked(&caller),
            _ => self.goes_through_a_local_channel(&caller),
        }
        for channel in [&callee, &caller] {
            let left = format!("event='BridgeLeave' {bridge} {}", channel.block);
            self.happens(talks, left);
        }
        self.happens(talks + 10, format!("event='BridgeDestroy' {bridge}"));
        self.ends(talks + 20, callee);
        self.ends(talks + 30, caller);
    }

    fn rings(&mut self, caller: &Channel, callee: &Channel, in_queue: bool) {
        self.begins(0, caller);
        for (at, app) in [(10, "Answer"), (20, "Set"), (30, "Dial")] {
            let block = &caller.block;
            let data = "PJSIP/phone,30";
            self.happens(
                at,
                format!("event='Newexten' {block} application='{app}' appdata='{data}'"),
            );
            self.happens(
                at,
                format!("event='VarSet' {block} variable='SOME' value='{at}'"),
            );
        }
        if in_queue {
            let queue = format!("queue='support' position='1' {}", caller.block);
            self.happens(40, format!("event='QueueCallerJoin' {queue}"));
            self.happens(2900, format!("event='QueueCallerLeave' {queue}"));
        }
        self.begins(100, callee);
        let dest = format!(
            "destchannel='{}' destuniqueid='{}' destchannelstate='5'",
            callee.name, callee.id
        );
        let both = format!("{} {dest}", caller.block);
        self.happens(110, format!("event='DialBegin' {both} dialstring='phone'"));
        self.happens(200, format!("event='Newstate' {}", callee.block));
        self.happens(2950, format!("event='DialEnd' {both} dialstatus='ANSWER'"));
    }

    fn is_held(&mut self, channel: &Channel) {
        for (at, name) in [
            (4000, "Hold"),
            (4010, "MusicOnHoldStart"),
            (6000, "MusicOnHoldStop"),
            (6010, "Unhold"),
        ] {
            self.happens(at, format!("event='{name}' {}", channel.block));
        }
    }

    /// Another channel takes the place of this one, as in a transfer.
    fn is_sent_on(&mut self, channel: &Channel) {
        let Channel { id, name, .. } = channel;
        let heir = self.channel("AsyncGoto/PJSIP/caller", Some(channel));
        self.begins(5000, &heir);
        let renames = [
            (&heir.id, &heir.name, format!("{}&lt;MASQ&gt;", heir.name)),
            (id, name, format!("{name}&lt;ZOMBIE&gt;")),
        ];
        for (of, old, new) in renames {
            let names = format!("channel='{old}' oldname='{old}' newname='{new}'");
            self.happens(5010, format!("event='Rename' {names} uniqueid='{of}'"));
        }
        self.ends(6500, heir);
    }

    fn is_parked(&mut self, channel: &Channel) {
        let parkee = format!(
            "parkeechannel='{}' parkeeuniqueid='{}' parkinglot='default' parkingspace='701'",
            channel.name, channel.id
        );
        self.happens(4000, format!("event='ParkedCall' {parkee}"));
        self.happens(7000, format!("event='UnParkedCall' {parkee}"));
    }

    fn goes_through_a_local_channel(&mut self, caller: &Channel) {
        let one = self.channel("Local/100@phones", Some(caller));
        let two = self.channel("Local/100@phones", Some(caller));
        for half in [&one, &two] {
            self.begins(4000, half);
        }
        let block = |prefix: &str, half: &Channel| {
            let Channel { id, name, .. } = half;
            format!("{prefix}channel='{name}' {prefix}uniqueid='{id}' {prefix}channelstate='6'")
        };
        let halves = format!("{} {}", block("localone", &one), block("localtwo", &two));
        self.happens(4010, format!("event='LocalBridge' {halves}"));
        self.ends(7000, one);
        self.ends(7000, two);
    }

    fn channel(&mut self, technology: &str, caller: Option<&Channel>) -> Channel {
        self.channels += 1;
        let id = format!("1795229696.{:07}", self.channels);
        let name = format!("{technology}-{:08x}", self.channels);
        let linked = caller.map_or(&id, |caller| &caller.id);
        let block = format!(
            "channel='{name}' channelstate='6' channelstatedesc='Up' calleridnum='{}' \
             calleridname='A caller' connectedlinenum='600' connectedlinename='Support' \
             context='default' exten='600' priority='1' uniqueid='{id}' linkedid='{linked}'",
            1000 + self.channels % 9000
        );
        Channel { id, name, block }
    }

    fn begins(&mut self, after: u64, channel: &Channel) {
        let step = Step::Begins(channel.id.clone(), channel.block.clone());
        self.plan(after, step);
    }

    fn happens(&mut self, after: u64, event: String) {
        self.plan(after, Step::Happens(event));
    }

    fn ends(&mut self, after: u64, channel: Channel) {
        self.plan(after, Step::Ends(channel.id));
    }

    fn plan(&mut self, after: u64, step: Step) {
        self.steps += 1;
        let at = self.now + Duration::from_millis(after);
        self.to_come.insert((at, self.steps), step);
    }
}
