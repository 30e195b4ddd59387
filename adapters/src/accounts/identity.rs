//! Who somebody is at a provider.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a provider says about the person who has just signed in there. Whoever speaks the provider's
/// protocol has checked that the provider said it, to us, now.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderIdentity {
    /// The provider: the `iss` of its tokens, or its address where it issues none.
    pub issuer: String,
    /// Who, as the provider names them: never reused by it, and never an e-mail address.
    pub subject: String,
    /// The address that the provider knows.
    pub email: Option<String>,
    /// Whether the provider says that it made sure of the address.
    pub email_verified: bool,
    /// How the person is called.
    pub name: Option<String>,
    /// The person's language, as a BCP 47 tag.
    pub language: Option<String>,
}

/// A person's name, address and subject stay out of logs.
impl fmt::Debug for ProviderIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderIdentity({})", self.issuer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_not_shown() {
        let asha = ProviderIdentity {
            issuer: "https://id.bank.example".into(),
            subject: "s-1".into(),
            email: Some("asha@example.test".into()),
            email_verified: true,
            name: Some("Asha".into()),
            language: None,
        };
        let shown = format!("{asha:?}").to_lowercase();
        assert_eq!(shown, "provideridentity(https://id.bank.example)");
    }
}
