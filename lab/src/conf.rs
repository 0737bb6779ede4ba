//! The configuration files of an instance.

use std::{collections::BTreeMap, fmt::Write as _, net::SocketAddr, path::Path};

use crate::{Settings, Telephones, User, phones};

/// The account that the lab's own clients use.
pub(crate) const DRIVER: &str = "driver";

/// What is known only once an instance has its folder and its ports.
pub(crate) struct Place<'a> {
    /// The instance's folder, seen from inside the root.
    pub(crate) folder: &'a str,
    /// The folder of modules, relative to the root.
    pub(crate) modules: &'a Path,
    pub(crate) ports: Ports,
    /// Where the other end of the trunk is, if there is one.
    pub(crate) trunk: Option<SocketAddr>,
    /// The certificate with its key, seen from inside the root.
    pub(crate) certificate: &'a str,
    pub(crate) driver_secret: &'a str,
}

/// The ports of an instance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports {
    pub(crate) http: u16,
    pub(crate) ami: u16,
    pub(crate) tls: u16,
    /// UDP.
    pub(crate) sip: SocketAddr,
}

const FIXED: [(&str, &str); 10] = [
    ("cdr.conf", include_str!("../conf/cdr.conf")),
    ("cel.conf", include_str!("../conf/cel.conf")),
    ("confbridge.conf", include_str!("../conf/confbridge.conf")),
    ("extensions.conf", include_str!("../conf/extensions.conf")),
    ("features.conf", include_str!("../conf/features.conf")),
    ("logger.conf", include_str!("../conf/logger.conf")),
    ("modules.conf", include_str!("../conf/modules.conf")),
    ("musiconhold.conf", include_str!("../conf/musiconhold.conf")),
    ("queues.conf", include_str!("../conf/queues.conf")),
    ("res_parking.conf", include_str!("../conf/res_parking.conf")),
];

/// Files that modules look for and complain about when they are not there; empty ones do.
const EMPTY: [&str; 14] = [
    "acl.conf",
    "ari.conf",
    "ccss.conf",
    "codecs.conf",
    "extconfig.conf",
    "followme.conf",
    "indications.conf",
    "pjproject.conf",
    "pjsip.conf",
    "rtp.conf",
    "sorcery.conf",
    "stasis.conf",
    "udptl.conf",
    "voicemail.conf",
];

/// All configuration files by name.
pub(crate) fn files(settings: &Settings, place: &Place<'_>) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = EMPTY
        .into_iter()
        .map(|name| (name, ""))
        .chain(FIXED)
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    files.insert("asterisk.conf".to_owned(), asterisk(place));
    files.insert("http.conf".to_owned(), http(settings, place));
    files.insert("manager.conf".to_owned(), manager(settings, place));
    let sip = place.ports.sip;
    match settings.telephones {
        Telephones::None => {}
        Telephones::Outside => {
            files.extend(phones::provider(sip, place.trunk));
        }
        Telephones::All | Telephones::House => {
            for (name, text) in phones::house(settings, sip, place.trunk) {
                append(&mut files, name, &text);
            }
        }
    }
    for (name, text) in &settings.replacements {
        files.insert(name.clone(), text.clone());
    }
    for (name, text) in &settings.additions {
        append(&mut files, name, text);
    }
    files
}

fn append(files: &mut BTreeMap<String, String>, name: &str, text: &str) {
    let file = files.entry(name.to_owned()).or_default();
    file.push('\n');
    file.push_str(text);
    file.push('\n');
}

fn asterisk(place: &Place<'_>) -> String {
    let Place { folder, .. } = place;
    let modules = place.modules.display();
    // `maxfiles`: every channel holds a few descriptors, and tests want thousands of channels.
    format!(
        "[directories]\n\
         astcachedir => {folder}/run\n\
         astetcdir => {folder}/etc\n\
         astmoddir => /{modules}\n\
         astvarlibdir => {folder}/db\n\
         astdbdir => {folder}/db\n\
         astkeydir => {folder}/db\n\
         astdatadir => {folder}/data\n\
         astagidir => /usr/share/asterisk/agi-bin\n\
         astspooldir => {folder}/spool\n\
         astrundir => {folder}/run\n\
         astlogdir => {folder}/log\n\
         [options]\n\
         maxfiles = 65536\n\
         systemname = lab\n"
    )
}

fn http(settings: &Settings, place: &Place<'_>) -> String {
    let base = settings.base_path();
    let page = settings.page_path();
    let mut text = format!(
        "[general]\n\
         enabled = yes\n\
         enablestatic = yes\n\
         bindaddr = 127.0.0.1\n\
         bindport = {}\n\
         sessionlimit = 1000\n\
         redirect = {base}/ {page}\n",
        place.ports.http
    );
    if !base.is_empty() {
        let _ = writeln!(text, "prefix = {}", base.trim_start_matches('/'));
    }
    if settings.tls {
        let _ = write!(
            text,
            "tlsenable = yes\n\
             tlsbindaddr = 127.0.0.1:{}\n\
             tlscertfile = {}\n",
            place.ports.tls, place.certificate
        );
    }
    text
}

fn manager(settings: &Settings, place: &Place<'_>) -> String {
    let mut text = format!(
        "[general]\n\
         enabled = yes\n\
         webenabled = yes\n\
         bindaddr = 127.0.0.1\n\
         port = {}\n\
         httptimeout = {}\n\
         displayconnects = no\n",
        place.ports.ami, settings.http_timeout
    );
    let driver = User::new(DRIVER, place.driver_secret, "all", "all");
    for user in settings.users.iter().chain([&driver]) {
        let _ = write!(
            text,
            "\n[{}]\nsecret = {}\nread = {}\nwrite = {}\n",
            user.name, user.secret, user.read, user.write
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use std::{net::SocketAddr, path::Path};

    use super::{Place, Ports, files};
    use crate::{Release, Settings, Telephones};

    #[test]
    fn settings_reach_the_files() {
        let mut settings = Settings::new(Release::V22)
            .add("manager.conf", "[general](+)\nallowmultiplelogin = no");
        settings.prefix = "/pbx/".to_owned();
        settings.http_timeout = 7;
        settings.tls = true;
        settings.telephones = Telephones::House;
        let place = Place {
            folder: "/srv/switchboard/1",
            modules: Path::new("usr/lib/modules"),
            ports: Ports {
                http: 8088,
                ami: 5038,
                tls: 8089,
                sip: SocketAddr::from(([127, 0, 0, 1], 5060)),
            },
            trunk: Some(SocketAddr::from(([127, 0, 0, 1], 5062))),
            certificate: "/srv/switchboard/1/certificate.pem",
            driver_secret: "s",
        };
        let files = files(&settings, &place);
        let http = &files["http.conf"];
        assert!(http.contains("\nprefix = pbx\n"), "{http}");
        assert!(http.contains("redirect = /pbx/ /pbx/static/switchboard/index.html\n"));
        assert!(http.contains(
            "tlsenable = yes\ntlsbindaddr = 127.0.0.1:8089\n\
             tlscertfile = /srv/switchboard/1/certificate.pem\n"
        ));
        let manager = &files["manager.conf"];
        assert!(manager.contains("httptimeout = 7\n"), "{manager}");
        assert!(manager.ends_with("[general](+)\nallowmultiplelogin = no\n"));
        assert!(files["pjsip.conf"].contains("bind = 127.0.0.1:5060\n"));
        assert!(files["pjsip.conf"].contains("server_uri = sip:127.0.0.1:5062\n"));
        assert!(files["extensions.conf"].contains("exten => 204,hint,PJSIP/204\n"));
        assert!(files["voicemail.conf"].contains("204 => 204,"));
        assert!(files["asterisk.conf"].contains("astmoddir => /usr/lib/modules\n"));
    }
}
