//! The folder of an instance, inside the root of its release.

use std::{
    fs,
    io::{self, Write as _},
    net::SocketAddr,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{Settings, conf, own_folder::OwnFolder, provision::module_folder};

/// The folder of one instance, removed when this is dropped.
#[derive(Debug)]
pub(crate) struct InstanceFiles(OwnFolder);

/// The certificate with its key, beside the configuration files.
const CERTIFICATE: &str = "etc/certificate.pem";

impl InstanceFiles {
    pub(crate) fn create(root: &Path) -> Result<Self> {
        let files = Self(OwnFolder::create(
            root,
            &[
                "etc",
                "run",
                "log",
                "spool",
                "db",
                "data/static-http",
                "data/moh",
            ],
        )?);
        files.link_data()?;
        files.0.write("data/moh/hold.ulaw", hold_music())?;
        Ok(files)
    }

    /// The folder as this process sees it.
    pub(crate) fn folder(&self) -> PathBuf {
        self.0.path()
    }

    /// The folder as Asterisk sees it.
    pub(crate) fn inside(&self) -> String {
        self.0.inside()
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.root()
    }

    /// Writes the certificate with its key.
    pub(crate) fn certify(&self, pem: &str) -> Result<()> {
        self.0.write(CERTIFICATE, pem)
    }

    pub(crate) fn configure(
        &self,
        settings: &Settings,
        ports: conf::Ports,
        trunk: Option<SocketAddr>,
        driver_secret: &str,
    ) -> Result<()> {
        let modules = module_folder(self.root())?;
        let place = conf::Place {
            folder: &self.inside(),
            modules: &modules,
            ports,
            trunk,
            certificate: &format!("{}/{CERTIFICATE}", self.inside()),
            driver_secret,
        };
        for (name, text) in conf::files(settings, &place) {
            self.0.write(&format!("etc/{name}"), text)?;
        }
        Ok(())
    }

    /// Adds text at the end of a configuration file.
    pub(crate) fn append(&self, name: &str, text: &str) -> Result<()> {
        let path = self.folder().join("etc").join(name);
        fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .and_then(|mut file| writeln!(file, "\n{text}"))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Copies a folder to `static-http/switchboard`, in place of what is there.
    pub(crate) fn publish(&self, page: &Path) -> Result<()> {
        let to = self.folder().join("data/static-http/switchboard");
        if to.exists() {
            fs::remove_dir_all(&to).with_context(|| format!("cannot remove {}", to.display()))?;
        }
        copy(page, &to).with_context(|| {
            format!(
                "cannot copy the page from {}: build it first with `cargo xtask build`",
                page.display()
            )
        })
    }

    /// Asterisk's own data, except what each instance has for itself.
    fn link_data(&self) -> Result<()> {
        let data = self.root().join("usr/share/asterisk");
        let entries =
            fs::read_dir(&data).with_context(|| format!("cannot look into {}", data.display()))?;
        for entry in entries {
            let name = entry
                .context("cannot look into Asterisk's data")?
                .file_name();
            if name == "static-http" || name == "moh" {
                continue;
            }
            let target = Path::new("/usr/share/asterisk").join(&name);
            symlink(target, self.folder().join("data").join(&name))
                .context("cannot link Asterisk's data")?;
        }
        Ok(())
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Four seconds of a soft tone in mu-law: with no file at all, Asterisk has no music class, and
/// then raises no events of music on hold.
fn hold_music() -> Vec<u8> {
    // One period of a 250 Hz triangle at 8,000 samples a second, as mu-law codes of low amplitude.
    const PERIOD: [u8; 32] = [
        0xff, 0xfa, 0xf5, 0xf0, 0xec, 0xea, 0xe8, 0xe6, 0xe5, 0xe6, 0xe8, 0xea, 0xec, 0xf0, 0xf5,
        0xfa, 0x7f, 0x7a, 0x75, 0x70, 0x6c, 0x6a, 0x68, 0x66, 0x65, 0x66, 0x68, 0x6a, 0x6c, 0x70,
        0x75, 0x7a,
    ];
    PERIOD.repeat(1000)
}
