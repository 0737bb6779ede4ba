//! What the machine's own apt knows: which mirror it uses, and through which proxy.

use std::{env, fs, path::Path, process::Command};

/// Names a Debian mirror to use before all others, such as one that still carries an old suite.
pub(crate) const MIRROR: &str = "SWITCHBOARD_MIRROR";

/// Debian mirrors to try in turn: the one that was asked for, the machine's own, and debootstrap's
/// own choice, which it makes where it is told none.
pub(crate) fn mirrors() -> Vec<String> {
    let asked = env::var(MIRROR).ok().filter(|mirror| !mirror.is_empty());
    let mut mirrors: Vec<String> = asked.into_iter().chain(own_mirror()).collect();
    mirrors.dedup();
    mirrors.push(String::new());
    mirrors
}

/// The proxy that the machine's apt is told to use.
pub(crate) fn proxy() -> Option<String> {
    let output = Command::new("apt-config")
        .args(["shell", "P", "Acquire::http::Proxy"])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let value = text.trim().strip_prefix("P='")?.strip_suffix('\'')?;
    (value.starts_with("http://") || value.starts_with("https://")).then(|| value.to_owned())
}

fn own_mirror() -> Option<String> {
    // Ubuntu's mirrors do not carry Debian.
    let os = fs::read_to_string("/etc/os-release").ok()?;
    if !os.lines().any(|line| line == "ID=debian") {
        return None;
    }
    let mut files = vec![Path::new("/etc/apt/sources.list").to_path_buf()];
    if let Ok(folder) = fs::read_dir("/etc/apt/sources.list.d") {
        let mut more: Vec<_> = folder.flatten().map(|entry| entry.path()).collect();
        more.sort();
        files.extend(more);
    }
    files.into_iter().find_map(|file| {
        let text = fs::read_to_string(&file).ok()?;
        match file.extension()?.to_str()? {
            "list" => from_lines(&text),
            "sources" => from_fields(&text),
            _ => None,
        }
    })
}

/// A mirror of Debian itself, not of its security updates or of somebody's packages.
fn is_debian(uri: &str) -> bool {
    (uri.starts_with("http://") || uri.starts_with("https://"))
        && uri.trim_end_matches('/').ends_with("/debian")
}

fn from_lines(text: &str) -> Option<String> {
    text.lines()
        .filter(|line| line.starts_with("deb "))
        .flat_map(str::split_whitespace)
        .find(|word| is_debian(word))
        .map(|uri| uri.trim_end_matches('/').to_owned())
}

fn from_fields(text: &str) -> Option<String> {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case("URIs"))
        .flat_map(|(_, value)| value.split_whitespace())
        .find(|uri| is_debian(uri))
        .map(|uri| uri.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::{from_fields, from_lines};

    #[test]
    fn the_mirror_is_read_from_both_forms_of_source_lists() {
        let lines = "# deb http://old.example/debian x main\n\
                     deb [arch=amd64] http://packages.example/repo x main\n\
                     deb http://mirror.example/debian/ bookworm main\n";
        assert_eq!(
            from_lines(lines).as_deref(),
            Some("http://mirror.example/debian")
        );
        let fields = "Types: deb\nURIs: http://mirror.example/debian-security\n\n\
                      Types: deb\nURIs: https://mirror.example/debian\nSuites: trixie\n";
        assert_eq!(
            from_fields(fields).as_deref(),
            Some("https://mirror.example/debian")
        );
        assert_eq!(from_lines("deb cdrom:[Debian]/ bookworm main"), None);
    }
}
