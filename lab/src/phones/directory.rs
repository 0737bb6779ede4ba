//! Who has a telephone, and what Asterisk is told of it.

use std::fmt::Write as _;

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
    outside("trunk", "Amara Okafor", "+442079460321", "from-trunk"),
];

/// The secret with which a telephone registers.
pub(super) fn secret(endpoint: &str) -> String {
    format!("telephone-{endpoint}")
}

/// `pjsip.conf`: a transport on this port of 127.0.0.1, and an endpoint for everybody.
pub(crate) fn pjsip(port: u16) -> String {
    // A telephone is reached where it was heard from, as behind a router.
    let mut text = format!(
        "[udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{port}\n\n\
         [telephone](!)\ntype = endpoint\ndisallow = all\nallow = ulaw,alaw\n\
         rewrite_contact = yes\n"
    );
    for Subscriber {
        endpoint,
        name,
        number,
        context,
    } in SUBSCRIBERS
    {
        let secret = secret(endpoint);
        let _ = write!(
            text,
            "\n[{endpoint}](telephone)\ncontext = {context}\ncallerid = \"{name}\" <{number}>\n\
             auth = {endpoint}\naors = {endpoint}\n\
             [{endpoint}]\ntype = auth\nauth_type = userpass\nusername = {endpoint}\n\
             password = {secret}\n\
             [{endpoint}]\ntype = aor\nmax_contacts = 1\nremove_existing = yes\n"
        );
    }
    text
}

/// What is added to `extensions.conf`.
pub(crate) fn extensions() -> String {
    let mut text = include_str!("../../conf/phones.conf").to_owned();
    text.push_str("\n[internal](+)\n");
    for one in SUBSCRIBERS.iter().filter(|one| one.context == "internal") {
        let endpoint = one.endpoint;
        let _ = write!(
            text,
            "exten => {endpoint},hint,PJSIP/{endpoint}\n\
             exten => {endpoint},1,Dial(PJSIP/{endpoint},60)\n same => n,Hangup()\n"
        );
    }
    text
}

/// What is added to `queues.conf`: one whose members are 201 to 203, and one without members.
pub(crate) fn queues() -> String {
    let mut text = "[reception]\nstrategy = ringall\ntimeout = 30\nretry = 1\nringinuse = no\n\
                    musicclass = default\njoinempty = yes\n"
        .to_owned();
    for one in SUBSCRIBERS.iter().take(3) {
        let _ = writeln!(text, "member => PJSIP/{},0,{}", one.endpoint, one.name);
    }
    text.push_str("\n[hotline]\nmusicclass = default\njoinempty = yes\n");
    text
}
