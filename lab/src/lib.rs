//! Real Asterisk servers and real calls, for Switchboard's tests, demo and benchmarks.
//!
//! [`provision()`] gets an Asterisk from Debian's packages into a folder of the project's own.
//! [`Asterisk::start`] runs an instance of it on the loopback interface, with folders of its own.
//! Every state is reached with Local channels, so that no telephone and no SIP port is needed;
//! where people are what matters, [`phones`] are real SIP telephones that do as they are told.
//! Which number does what is written in the lab's `README.md`.

mod ami;
mod apt;
mod calls;
mod certificate;
mod conf;
mod guard;
mod home;
pub mod http;
mod instance;
mod instance_files;
mod names;
mod originate;
mod own_folder;
mod packet;
pub mod phones;
mod ports;
mod preflight;
mod process;
mod provision;
mod release;
mod reverse_proxy;
mod settings;
mod tool;
mod traffic;
mod tree;

pub use ami::{Ami, Channel};
pub use calls::{Call, Calls};
pub use home::Home;
pub use instance::{Asterisk, Door};
pub use names::{CALLERS, Caller};
pub use originate::Originate;
pub use packet::Packet;
pub use phones::{CallState, Phone, Phones, SUBSCRIBERS, Subscriber};
pub use ports::free_port;
pub use preflight::{Missing, debian_family, is_root, port_is_free, preflight};
pub use provision::{
    has_phones, has_proxies, is_provisioned, provision, provision_phones, provision_proxies,
};
pub use release::Release;
pub use reverse_proxy::{ReverseProxy, ReverseProxyProgram};
pub use settings::{Settings, Telephones, User};
pub use tool::{Tool, end_tools, program_on_path};
pub use traffic::{COMEBACK, Traffic, TrafficNews, TrafficSettings};
