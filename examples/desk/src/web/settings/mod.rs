//! What whoever runs the desk can set: a file, and the environment over it.
//!
//! A setting `mail.host` of the file is `CRDESK_MAIL__HOST` in the environment. What is not known is
//! refused, so that a slip of the pen is no silent default.

mod check;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use crcore::Code;
use crcore::ticket::Language;
use crcore_adapters::{Clamd, ClamdAddress, ClamdOptions};
use ipnet::IpNet;
use secrecy::SecretString;
use serde::Deserialize;

use crate::failure::{Failure, Result};
use crate::store::Address;

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// Where it listens.
    pub(crate) listen: SocketAddr,
    /// The address that people type, without a path: links in mail begin with it, forms must come from it.
    pub(crate) public_url: String,
    /// Where the desk's state is: a path, postgres://…, mysql://…
    pub(crate) store: String,
    /// Whose rows.
    pub(crate) tenant: String,
    /// What the bank is called.
    pub(crate) bank: String,
    /// The time zone that instants are shown in, unless a branch has another.
    pub(crate) zone: Tz,
    /// The language of whom nothing is known.
    pub(crate) language: Language,
    /// Sign links and forms; the first signs, all are believed.
    pub(crate) secrets: Vec<SecretString>,
    /// The rules that a new desk begins with (JSON).
    pub(crate) rules: Option<PathBuf>,
    /// Proxies in front, whose word on who calls is believed.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// Templates that take the place of the desk's own, by file name.
    pub(crate) theme: Option<PathBuf>,
    /// How mail leaves.
    pub(crate) mail: Mail,
    /// Attachments.
    pub(crate) files: Files,
    /// How long a session lasts.
    pub(crate) sessions: Sessions,
    /// What one caller, and all of them, may ask for.
    pub(crate) limits: Limits,
    /// Providers through which people sign in, by the name in the address.
    pub(crate) providers: BTreeMap<Code, Provider>,
    /// Logs and metrics.
    pub(crate) watch: Watch,
    /// Set by `crdesk demo` alone: what a real desk refuses, a demo may.
    #[serde(skip)]
    pub(crate) demo: bool,
}

/// How mail leaves.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Mail {
    /// The server's name; without one no mail leaves, which only a demo may.
    pub(crate) host: Option<String>,
    /// Its port; 465 with `tls`, 587 with `starttls`, 25 in the `clear`.
    pub(crate) port: Option<u16>,
    /// How the connection is secured.
    pub(crate) security: MailSecurity,
    /// Whom to sign in as.
    pub(crate) user: Option<String>,
    /// With what.
    pub(crate) password: Option<SecretString>,
    /// Whom mail is from.
    pub(crate) from: String,
}

/// How the connection to the mail server is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MailSecurity {
    /// TLS from the first byte.
    Tls,
    /// TLS before anything of worth is said.
    Starttls,
    /// None: for a server on this machine.
    Clear,
}

/// Attachments.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Files {
    /// Where they are kept: a folder, or a bucket as `s3://bucket/prefix`.
    pub(crate) place: String,
    /// Where clamd listens, as `127.0.0.1:3310` or a path; without it files are not scanned.
    pub(crate) clamd: Option<String>,
    /// The largest file, in bytes.
    pub(crate) max_bytes: usize,
}

impl Files {
    /// Who looks through files, where somebody does.
    pub(crate) fn scanner(&self) -> Option<Clamd> {
        let address = self.clamd.as_deref()?;
        let place = ["tcp:", "unix:", "/"];
        let address = if place.iter().any(|of| address.starts_with(of)) {
            let Ok(address) = address.parse();
            address
        } else {
            ClamdAddress::Tcp(address.to_owned())
        };
        let options = ClamdOptions {
            address,
            ..ClamdOptions::default()
        };
        Some(Clamd::new(options))
    }
}

/// How long a session lasts, in minutes: NIST SP 800-63B-4 AAL2 and PCI DSS 8.2.8 for staff.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Sessions {
    /// Idle customers.
    pub(crate) customer_idle_minutes: u32,
    /// Idle staff.
    pub(crate) staff_idle_minutes: u32,
    /// Anybody, idle or not.
    pub(crate) absolute_minutes: u32,
}

/// What may be asked for.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Limits {
    /// Requests that one source may make in a burst.
    pub(crate) burst: u32,
    /// Requests a second that one source may keep up.
    pub(crate) per_second: u32,
    /// Connections at once; over it callers wait to be taken.
    pub(crate) connections: usize,
    /// Seconds that the head of a request may take, a form without files after it, and the silence between two.
    pub(crate) header_seconds: u64,
    /// Requests that are worked on at once; over it the answer is 503.
    pub(crate) at_once: usize,
    /// Live connections; over it a page asks again now and then.
    pub(crate) live: usize,
    /// Seconds after which a request is given up.
    pub(crate) seconds: u64,
}

/// A provider through which people sign in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    /// What its button says.
    pub(crate) label: String,
    /// `oidc`, or `oauth2` for one that issues no id token.
    #[serde(default)]
    pub(crate) kind: ProviderKind,
    /// The issuer of OpenID Connect.
    #[serde(default)]
    pub(crate) issuer: String,
    /// Who we are to it.
    pub(crate) client_id: String,
    /// How we prove it.
    pub(crate) client_secret: SecretString,
    /// Whether an address that it calls confirmed may be linked to an account here.
    #[serde(default)]
    pub(crate) trusted: bool,
    /// For `oauth2`: where people are sent.
    #[serde(default)]
    pub(crate) authorize_url: String,
    /// For `oauth2`: where a code becomes a token.
    #[serde(default)]
    pub(crate) token_url: String,
    /// For `oauth2`: where the profile is.
    #[serde(default)]
    pub(crate) profile_url: String,
}

/// What a provider speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ProviderKind {
    /// OpenID Connect.
    #[default]
    Oidc,
    /// OAuth 2 and a profile endpoint.
    Oauth2,
}

/// Logs and metrics.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Watch {
    /// What is logged, as `info,crdesk=debug`.
    pub(crate) log: String,
    /// Whether logs are JSON lines.
    pub(crate) json: bool,
    /// Where `/metrics`, `/health/live` and `/health/ready` listen besides: apart from what the world sees.
    pub(crate) listen: Option<SocketAddr>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: String::new(),
            store: crate::cli::USUAL_STORE.to_owned(),
            tenant: "desk".to_owned(),
            bank: "Example Bank".to_owned(),
            zone: Tz::Asia__Kolkata,
            language: Language::default(),
            secrets: Vec::new(),
            rules: None,
            trusted_proxies: Vec::new(),
            theme: None,
            mail: Mail::default(),
            files: Files::default(),
            sessions: Sessions::default(),
            limits: Limits::default(),
            providers: BTreeMap::new(),
            watch: Watch::default(),
            demo: false,
        }
    }
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            host: None,
            port: None,
            security: MailSecurity::Tls,
            user: None,
            password: None,
            from: String::new(),
        }
    }
}

impl Default for Files {
    fn default() -> Self {
        Self {
            place: "crdesk-files".to_owned(),
            clamd: None,
            max_bytes: 10 * 1024 * 1024,
        }
    }
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            customer_idle_minutes: 30,
            staff_idle_minutes: 15,
            absolute_minutes: 12 * 60,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            burst: 120,
            per_second: 20,
            connections: 60_000,
            header_seconds: 15,
            at_once: 512,
            live: 50_000,
            seconds: 30,
        }
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            log: "info".to_owned(),
            json: true,
            listen: None,
        }
    }
}

/// What was expected, without what is there: it may be a secret.
fn unreadable(error: &config::ConfigError) -> String {
    let text = error.to_string();
    let told = text.split_once("invalid type: ");
    let told = told.and_then(|(before, rest)| Some((before, rest.rsplit_once(", expected ")?.1)));
    match told {
        Some((before, expected)) => format!("the settings: {before}expected {expected}"),
        None => format!("the settings: {text}"),
    }
}

impl Settings {
    /// Reads the file, if there is one, and the environment over it.
    pub(crate) fn read(file: Option<&Path>) -> Result<Self> {
        Self::merged(file)?
            .try_deserialize()
            .map_err(|error| Failure::asked(unreadable(&error)))
    }

    fn merged(file: Option<&Path>) -> Result<config::Config> {
        let mut builder = config::Config::builder();
        if let Some(file) = file {
            builder = builder.add_source(config::File::from(file));
        }
        let environment = config::Environment::with_prefix("CRDESK")
            .prefix_separator("_")
            .separator("__")
            .try_parsing(true)
            .list_separator(" ")
            .with_list_parse_key("secrets")
            .with_list_parse_key("trusted_proxies");
        builder
            .add_source(environment)
            .build()
            .map_err(|e| Failure::asked(format!("the settings: {e}")))
    }

    /// What is set and by what, without secrets: for `crdesk config`.
    pub(crate) fn told(file: Option<&Path>) -> Result<String> {
        let settings = Self::read(file)?;
        let merged = Self::merged(file)?;
        let mut lines = Vec::new();
        let table = merged.cache.into_table().unwrap_or_default();
        flatten("", table, &mut lines);
        lines.sort();
        let mut text = String::new();
        for (name, value, origin) in lines {
            text += &format!("{name} = {value}    # {origin}\n");
        }
        text += "# what is not named here is as it ships\n";
        if let Err(failure) = settings.check() {
            text += &format!("# {failure}\n");
        }
        Ok(text)
    }

    /// Where the store is.
    pub(crate) fn address(&self) -> Result<Address> {
        self.store.parse().map_err(Failure::asked)
    }

    /// Whose rows.
    pub(crate) fn whose(&self) -> Result<Code> {
        let tenant = self.tenant.parse();
        tenant.map_err(|e| Failure::asked(format!("tenant: {e}")))
    }

    /// The address that people type, without the slash at the end.
    pub(crate) fn origin(&self) -> &str {
        self.public_url.trim_end_matches('/')
    }

    /// Whether cookies travel over TLS only.
    pub(crate) fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

fn is_local(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn flatten(
    prefix: &str,
    table: config::Map<String, config::Value>,
    lines: &mut Vec<(String, String, String)>,
) {
    for (name, value) in table {
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        let origin = value.origin().unwrap_or("the environment").to_owned();
        match value.kind {
            config::ValueKind::Table(table) => flatten(&path, table, lines),
            _ if is_secret(&path) => lines.push((path, "(hidden)".to_owned(), origin)),
            kind => lines.push((path, kind.to_string(), origin)),
        }
    }
}

/// The store's address can hold a password.
fn is_secret(path: &str) -> bool {
    ["secret", "password", "store"]
        .iter()
        .any(|word| path.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_a_slip_of_the_pen_is_refused_and_secrets_are_hidden() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("desk.toml");
        std::fs::write(&file, "public_ulr = \"https://x.example\"\n").unwrap();
        let refused = Settings::read(Some(&file)).unwrap_err().to_string();
        assert!(
            refused.contains("public_ulr") && refused.contains("public_url"),
            "{refused}"
        );
        std::fs::write(
            &file,
            "bank = \"B\"\nsecrets = [\"hush-hush\"]\n[mail]\npassword = \"hush\"\n",
        )
        .unwrap();
        let told = Settings::told(Some(&file)).unwrap();
        assert!(
            told.contains("bank = B") && told.contains("desk.toml"),
            "{told}"
        );
        assert!(!told.contains("hush"), "{told}");
    }

    #[test]
    fn a_secret_of_the_wrong_shape_is_not_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("desk.toml");
        std::fs::write(&file, "secrets = \"0123456789abcdef-kept\"\n").unwrap();
        let said = Settings::read(Some(&file)).unwrap_err().to_string();
        assert!(said.contains("expected a sequence"), "{said}");
        assert!(!said.contains("kept"), "{said}");
    }
}
