//! What a bank decides about its accounts.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use crcore::Role;

use super::Hidden;

/// What a bank decides about its accounts. Only `secrets` and `urls` have no default that works.
#[derive(Debug, Clone)]
pub struct AccountsOptions {
    /// The bank's name: in mails, in the authenticator app, and no good password.
    pub bank: String,
    /// Secrets of the server, each of at least [`SERVER_SECRET_MIN`](super::SERVER_SECRET_MIN) bytes of
    /// chance: the first signs, the others are on their way out. They seal codes and tracking links,
    /// and the secrets of authenticator apps follow from them: an old one stays in the list until
    /// nobody's app was set up under it.
    pub secrets: Vec<Hidden>,
    /// Where the links in mails lead.
    pub urls: Urls,
    /// How long a customer stays logged in.
    pub customer: SessionLimits,
    /// How long somebody of the staff stays logged in.
    pub staff: SessionLimits,
    /// How long a visitor is remembered who has not logged in.
    pub visitor: SessionLimits,
    /// What one hash of a password costs.
    pub hash: HashCost,
    /// How many hashes are computed at once; each takes the memory of [`HashCost::memory`]. Further
    /// ones wait, at most [`HASHES_WAITING_MAX`](super::HASHES_WAITING_MAX).
    pub hashes_at_once: usize,
    /// Whether everybody of the staff needs a second factor. A bank keeps this on; a demo may not.
    pub staff_second_factor: bool,
    /// Whether customers may log in by a code that is mailed to them.
    pub code_log_in: bool,
    /// Issuers whose word on an address is enough to link to the account that has it.
    pub trusted_issuers: BTreeSet<String>,
}

impl Default for AccountsOptions {
    fn default() -> Self {
        Self {
            bank: "Example Bank".into(),
            secrets: Vec::new(),
            urls: Urls::default(),
            customer: SessionLimits::minutes(30),
            staff: SessionLimits::minutes(15),
            visitor: SessionLimits::minutes(120),
            hash: HashCost::default(),
            hashes_at_once: 4,
            staff_second_factor: true,
            code_log_in: true,
            trusted_issuers: BTreeSet::new(),
        }
    }
}

impl AccountsOptions {
    /// How long someone of this role stays logged in.
    #[must_use]
    pub fn limits(&self, role: Role) -> SessionLimits {
        match role {
            Role::Customer => self.customer,
            Role::Agent | Role::Supervisor | Role::Admin | Role::Service | Role::System => {
                self.staff
            }
        }
    }

    /// Whether someone of this role has to have a second factor.
    #[must_use]
    pub fn needs_second_factor(&self, role: Role) -> bool {
        self.staff_second_factor && role != Role::Customer
    }
}

/// Where the links in mails lead. Each is an address in which `{token}` stands for the token; put it
/// behind a `#` where a page can read it there, so that it reaches no log on the way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Urls {
    /// Where a forgotten password is set anew.
    pub reset: String,
    /// Where an invitation is accepted.
    pub invite: String,
    /// Where a case is followed without an account.
    pub track: String,
    /// Where one logs in; has no token.
    pub log_in: String,
}

impl Urls {
    pub(super) fn with(url: &str, token: &str) -> String {
        url.replace("{token}", token)
    }
}

/// How long a session lasts. NIST SP 800-63B, 2.2.3 (AAL2): at most 12 hours, and 30 minutes idle; PCI
/// DSS 8.2.8: 15 minutes idle for staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Over when nothing was done for so long.
    pub idle: TimeDelta,
    /// Over so long after the log-in, whatever is done.
    pub absolute: TimeDelta,
}

impl SessionLimits {
    /// So many minutes idle, 12 hours in all.
    #[must_use]
    pub fn minutes(idle: i64) -> Self {
        Self {
            idle: TimeDelta::minutes(idle),
            absolute: TimeDelta::hours(12),
        }
    }
}

/// What one hash of a password costs (argon2id, RFC 9106). When it grows, a password's hash is made
/// anew at its owner's next log-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashCost {
    /// Memory in KiB.
    pub memory: u32,
    /// How often it is gone through.
    pub passes: u32,
    /// How many lanes; more than 1 only helps where a hash may have more than one core.
    pub lanes: u32,
}

impl Default for HashCost {
    /// 19 MiB, 2 passes, 1 lane: the first choice of OWASP's password storage sheet (2023).
    fn default() -> Self {
        Self {
            memory: 19 * 1024,
            passes: 2,
            lanes: 1,
        }
    }
}
