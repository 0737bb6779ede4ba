//! Who has a telephone, and what Asterisk is told of it.

use std::{fmt::Write as _, net::SocketAddr};

use crate::{Release, Settings};

/// The name of the trunk at the house: of its endpoint, and of its registration at the provider.
const TRUNK: &str = "trunk";

/// The house at the provider.
const HOUSE: &str = "house";

/// Somebody with a telephone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// The name of the endpoint: its channels are `PJSIP/<endpoint>-…`.
    pub endpoint: &'static str,
    /// The name that others see.
    pub name: &'static str,
    /// The number that others see.
    pub number: &'static str,
    /// Where its calls enter the dial plan.
    pub context: &'static str,
}

impl Subscriber {
    /// Whether it is in the house: its endpoint is its number there, and it has a hint, and a
    /// mailbox of that number.
    pub fn is_inside(&self) -> bool {
        self.endpoint == self.number
    }

    /// The number that people outside dial over the trunk, if it is in the house.
    pub fn did(&self) -> Option<String> {
        self.is_inside().then(|| did(self.number))
    }
}

/// The number of somebody in the house, as people outside dial it.
fn did(number: &str) -> String {
    format!("0405550{number}")
}

const fn inside(number: &'static str, name: &'static str) -> Subscriber {
    Subscriber {
        endpoint: number,
        name,
        number,
        context: "internal",
    }
}

const fn outside(
    endpoint: &'static str,
    name: &'static str,
    number: &'static str,
    context: &'static str,
) -> Subscriber {
    Subscriber {
        endpoint,
        name,
        number,
        context,
    }
}

/// Everybody with a telephone: those in the house first, then callers from outside.
pub const SUBSCRIBERS: [Subscriber; 17] = [
    inside("201", "Anna Berger"),
    inside("202", "Ben Carter"),
    inside("203", "Chloé Dubois"),
    inside("204", "Дмитрий Соколов"),
    inside("205", "Eva Klein"),
    inside("206", "Faruk Yıldız"),
    inside("207", "Grete Holm"),
    inside("208", "Hana Nováková"),
    inside("209", "Inês Conceição"),
    inside("210", "Jürgen Groß"),
    inside("211", "佐藤 花子"),
    inside("212", "Łukasz Wiśniewski"),
    outside("mueller", "Müller GmbH", "0301234567", "from-outside"),
    outside("klingler", "Klingler", "0711555012", "from-outside"),
    outside("schmidt", "Dr. Schmidt", "0895550118", "from-outside"),
    outside("unnamed", "", "+34935550142", "from-outside"),
    outside("okafor", "Amara Okafor", "+442079460321", "from-trunk"),
];

/// The secret with which a telephone registers.
pub(super) fn secret(endpoint: &str) -> String {
    format!("telephone-{endpoint}")
}

/// What is added to the files of a house with telephones. With a provider, those outside are not
/// its own.
pub(crate) fn house(
    settings: &Settings,
    sip: SocketAddr,
    provider: Option<SocketAddr>,
) -> [(&'static str, String); 5] {
    let known = |one: &&Subscriber| one.is_inside() || provider.is_none();
    let mut pjsip = transport(sip);
    for one in SUBSCRIBERS.iter().filter(known) {
        telephone(&mut pjsip, one);
    }
    if let Some(provider) = provider {
        trunk(&mut pjsip, provider, settings.release);
    }
    [
        ("pjsip.conf", pjsip),
        (
            "extensions.conf",
            extensions(provider.is_some(), settings.ring_seconds),
        ),
        ("queues.conf", queues()),
        ("res_parking.conf", PARKING.to_owned()),
        ("voicemail.conf", voicemail()),
    ]
}

/// The files of the provider that are not those of any other server. It knows the address of the
/// house before that has registered, which it does at its leisure (`sip_outbound_registration_perform`
/// in `res_pjsip_outbound_registration.c`).
pub(crate) fn provider(sip: SocketAddr, house: Option<SocketAddr>) -> [(String, String); 2] {
    let secret = secret(HOUSE);
    let mut pjsip = transport(sip);
    let mut extensions = include_str!("../../conf/provider.conf").to_owned();
    let _ = write!(
        pjsip,
        "\n[{HOUSE}]\ntype = endpoint\ncontext = from-house\ndisallow = all\nallow = ulaw,alaw\n\
         trust_id_inbound = yes\nauth = {HOUSE}\naors = {HOUSE}\n\
         [{HOUSE}]\ntype = auth\nauth_type = userpass\nusername = {HOUSE}\npassword = {secret}\n\
         [{HOUSE}]\ntype = aor\nmax_contacts = 1\nremove_existing = yes\n"
    );
    if let Some(house) = house {
        let _ = writeln!(pjsip, "contact = sip:{HOUSE}@{house}");
    }
    for one in SUBSCRIBERS.iter().filter(|one| !one.is_inside()) {
        telephone(
            &mut pjsip,
            &Subscriber {
                context: "customers",
                ..*one
            },
        );
        let Subscriber {
            endpoint, number, ..
        } = one;
        let _ = write!(
            extensions,
            "exten => {number},1,Dial(PJSIP/{endpoint},60)\n same => n,Hangup()\n"
        );
    }
    [
        ("pjsip.conf".to_owned(), pjsip),
        ("extensions.conf".to_owned(), extensions),
    ]
}

/// An address, and what all telephones have in common: each is reached where it was heard
/// from, as behind a router.
fn transport(sip: SocketAddr) -> String {
    format!(
        "[udp]\ntype = transport\nprotocol = udp\nbind = {sip}\n\n\
         [telephone](!)\ntype = endpoint\ndisallow = all\nallow = ulaw,alaw\n\
         rewrite_contact = yes\n"
    )
}

fn telephone(pjsip: &mut String, one: &Subscriber) {
    let Subscriber {
        endpoint,
        name,
        number,
        context,
    } = one;
    let secret = secret(endpoint);
    let _ = write!(
        pjsip,
        "\n[{endpoint}](telephone)\ncontext = {context}\ncallerid = \"{name}\" <{number}>\n\
         auth = {endpoint}\naors = {endpoint}\n"
    );
    if one.is_inside() {
        let _ = write!(
            pjsip,
            "mailboxes = {endpoint}@default\ncall_group = 1\npickup_group = 1\n"
        );
    }
    let _ = write!(
        pjsip,
        "[{endpoint}]\ntype = auth\nauth_type = userpass\nusername = {endpoint}\n\
         password = {secret}\n\
         [{endpoint}]\ntype = aor\nmax_contacts = 1\nremove_existing = yes\n"
    );
}

/// The trunk at the house. A call that comes over it is known by where it comes from.
fn trunk(pjsip: &mut String, provider: SocketAddr, release: Release) {
    // Asterisk 16 knows no such setting, and takes up to ten seconds to register.
    let soon = match release {
        Release::V22 => "max_random_initial_delay = 1\n",
        Release::V16 => "",
    };
    let secret = secret(HOUSE);
    let address = provider.ip();
    let _ = write!(
        pjsip,
        "\n[{TRUNK}]\ntype = registration\ntransport = udp\nserver_uri = sip:{provider}\n\
         client_uri = sip:{HOUSE}@{provider}\noutbound_auth = {TRUNK}\ncontact_user = {HOUSE}\n\
         expiration = 600\nretry_interval = 5\n{soon}\
         [{TRUNK}]\ntype = identify\nendpoint = {TRUNK}\nmatch = {address}\n\
         [{TRUNK}]\ntype = auth\nauth_type = userpass\nusername = {HOUSE}\npassword = {secret}\n\
         [{TRUNK}]\ntype = aor\ncontact = sip:{provider}\n\
         [{TRUNK}]\ntype = endpoint\ncontext = from-trunk\ndisallow = all\nallow = ulaw,alaw\n\
         aors = {TRUNK}\noutbound_auth = {TRUNK}\nfrom_user = {HOUSE}\nsend_pai = yes\n"
    );
}

fn extensions(trunk: bool, ring_seconds: u16) -> String {
    let mut text = include_str!("../../conf/phones.conf").to_owned();
    let _ = write!(
        text,
        "\n[globals]\nRING_SECONDS = {ring_seconds}\n\n[internal](+)\n"
    );
    for one in SUBSCRIBERS.iter().filter(|one| one.is_inside()) {
        let endpoint = one.endpoint;
        let _ = write!(
            text,
            "exten => {endpoint},hint,PJSIP/{endpoint}\n\
             exten => {endpoint},1,Dial(PJSIP/{endpoint},${{RING_SECONDS}})\n \
             same => n,GotoIf($[\"${{DIALSTATUS}}\" = \"NOANSWER\"]?mailbox,{endpoint},1)\n \
             same => n,Hangup()\n"
        );
    }
    text.push_str(if trunk {
        include_str!("../../conf/trunk.conf")
    } else {
        "exten => 0301234567,1,Dial(PJSIP/mueller,60)\n same => n,Hangup()\n"
    });
    text
}

/// Three queues: their members are 201 to 203, nobody, and 206 and 211.
fn queues() -> String {
    const RINGALL: &str = "strategy = ringall\ntimeout = 30\nretry = 1\nringinuse = no\n\
                           musicclass = default\njoinempty = yes\n";
    let queue = |name: &str, members: &[&str]| {
        let mut text = format!("[{name}]\n{RINGALL}");
        let members = SUBSCRIBERS
            .iter()
            .filter(|one| members.contains(&one.endpoint));
        for one in members {
            let _ = writeln!(text, "member => PJSIP/{},0,{}", one.endpoint, one.name);
        }
        text
    };
    [
        queue("reception", &["201", "202", "203"]),
        queue("hotline", &[]),
        queue("service", &["206", "211"]),
    ]
    .join("\n")
}

/// A lot from which a call soon goes back to who has parked it.
const PARKING: &str = "[shortly]\nparkpos = 731-739\ncontext = parkedshortly\nfindslot = next\n\
                       parkingtime = 5\ncomebacktoorigin = yes\ncomebackdialtime = 60\n\
                       parkedmusicclass = default\n";

fn voicemail() -> String {
    let mut text = "[general]\nformat = wav\nmaxsecs = 120\n\n[default]\n".to_owned();
    for one in SUBSCRIBERS.iter().filter(|one| one.is_inside()) {
        let Subscriber { number, name, .. } = one;
        let _ = writeln!(text, "{number} => {number},{name}");
    }
    text
}
