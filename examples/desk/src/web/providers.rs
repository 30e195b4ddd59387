//! The providers through which people log in, as the settings name them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crcore::{Clock, Code};
use crcore_adapters::oidc::{
    OAuthOptions, OAuthProvider, OidcOptions, OidcProvider, Provider, ProviderError,
};
use secrecy::ExposeSecret as _;

use super::settings::{self, ProviderKind, Settings};
use crate::failure::{Failure, Result};

type Made = std::result::Result<Arc<dyn Provider>, ProviderError>;

/// Every provider by its name.
pub(crate) fn all(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
) -> Result<BTreeMap<Code, Arc<dyn Provider>>> {
    let mut providers = BTreeMap::new();
    for (name, set) in &settings.providers {
        let redirect = format!("{}/log-in/back/{name}", settings.origin());
        let made = match set.kind {
            ProviderKind::Oidc => connect(name, set, redirect, clock),
            ProviderKind::Oauth2 => oauth(name, set, redirect, clock),
        };
        let made = made.map_err(|e| Failure::asked(format!("providers.{name}: {e}")))?;
        providers.insert(name.clone(), made);
    }
    Ok(providers)
}

fn connect(
    name: &Code,
    set: &settings::Provider,
    redirect: String,
    clock: &Arc<dyn Clock>,
) -> Made {
    let options = OidcOptions {
        name: name.to_string(),
        issuer: set.issuer.clone(),
        client_id: set.client_id.clone(),
        client_secret: Some(set.client_secret.expose_secret().to_owned()),
        redirect,
        ..OidcOptions::default()
    };
    Ok(Arc::new(OidcProvider::new(options, Arc::clone(clock))?))
}

fn oauth(name: &Code, set: &settings::Provider, redirect: String, clock: &Arc<dyn Clock>) -> Made {
    let options = OAuthOptions {
        name: name.to_string(),
        issuer: set.issuer.clone(),
        authorize: set.authorize_url.clone(),
        token: set.token_url.clone(),
        profile: set.profile_url.clone(),
        client_id: set.client_id.clone(),
        client_secret: Some(set.client_secret.expose_secret().to_owned()),
        redirect,
        ..OAuthOptions::default()
    };
    Ok(Arc::new(OAuthProvider::new(options, Arc::clone(clock))?))
}
