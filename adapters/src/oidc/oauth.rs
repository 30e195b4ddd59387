//! A provider that speaks OAuth 2 and tells who somebody is at an endpoint of its own.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use crcore::ticket::Language;
use crcore::{Clock, Moment, to_micros};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreJsonWebKeySet};
use openidconnect::http::{HeaderValue, Method, Request, header};
use openidconnect::{
    AccessToken, AuthType, AuthUrl, ClientId, ClientSecret, EndpointNotSet, EndpointSet, IssuerUrl,
    OAuth2TokenResponse as _, PkceCodeChallenge, RedirectUrl, Scope, TokenUrl,
};
use serde_json::Value;

use super::connect::{answered, invalid, no_token};
use super::http::{Failed, Http, address};
use super::person::Said;
use super::{
    Begun, Callback, Pending, Provider, ProviderError, Step, Transport, checked_name, not_empty,
};
use crate::accounts::ProviderIdentity;

/// What we know about a provider, and it about us.
#[derive(Clone)]
pub struct OAuthOptions {
    /// How this host calls it: 1 to 32 lower-case letters, digits and hyphens.
    pub name: String,
    /// What its subjects belong to, as `https://github.com`. Keep it: accounts are linked by it.
    pub issuer: String,
    /// Where the person signs in.
    pub authorize: String,
    /// Where a code is worth a token.
    pub token: String,
    /// Where the token is worth a profile in JSON.
    pub profile: String,
    /// Where in the profile is what.
    pub map: ProfileMap,
    /// What it calls us.
    pub client_id: String,
    /// What it knows us by, where it gave us a secret.
    pub client_secret: Option<String>,
    /// Where the secret is said.
    pub secret_in: SecretIn,
    /// Where it sends the browser back to, exactly as it was told.
    pub redirect: String,
    /// What we want to know.
    pub scopes: Vec<String>,
    /// How to reach it.
    pub transport: Transport,
}

impl Default for OAuthOptions {
    /// The secret in the header, the profile as [`ProfileMap::default`]; the rest has to be filled.
    fn default() -> Self {
        Self {
            name: String::new(),
            issuer: String::new(),
            authorize: String::new(),
            token: String::new(),
            profile: String::new(),
            map: ProfileMap::default(),
            client_id: String::new(),
            client_secret: None,
            secret_in: SecretIn::Header,
            redirect: String::new(),
            scopes: Vec::new(),
            transport: Transport::default(),
        }
    }
}

/// The secret stays out of logs.
impl fmt::Debug for OAuthOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OAuthOptions({}, {})", self.name, self.issuer)
    }
}

/// Where the secret is said (RFC 6749, 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretIn {
    /// In the header `Authorization`: every provider has to understand it.
    Header,
    /// In the body, for those that do not.
    Body,
}

/// Where in a profile is what, as JSON pointers (RFC 6901).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileMap {
    /// Who the person is: a text or a whole number that the provider never gives to another.
    pub subject: String,
    /// Their address.
    pub email: Option<String>,
    /// Whether the provider made sure of it: `true`, or the text `"true"`. Where a provider says
    /// nothing about that, no address of its is verified.
    pub email_verified: Option<String>,
    /// Their name.
    pub name: Option<String>,
}

impl Default for ProfileMap {
    /// As the userinfo endpoint of OpenID Connect names them.
    fn default() -> Self {
        Self {
            subject: "/sub".into(),
            email: Some("/email".into()),
            email_verified: Some("/email_verified".into()),
            name: Some("/name".into()),
        }
    }
}

/// A provider that speaks OAuth 2 with PKCE and has a profile endpoint. Needs a Tokio runtime with time
/// and I/O.
pub struct OAuthProvider {
    name: String,
    issuer: String,
    client: CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>,
    profile: String,
    map: ProfileMap,
    scopes: Vec<Scope>,
    clock: Arc<dyn Clock>,
    http: Http,
}

impl fmt::Debug for OAuthProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OAuthProvider({}, {})", self.name, self.issuer)
    }
}

impl OAuthProvider {
    /// Checks the options; asks the provider only when somebody wants to log in.
    ///
    /// # Errors
    /// [`ProviderError::Options`] that names the option which is wrong.
    pub fn new(options: OAuthOptions, clock: Arc<dyn Clock>) -> Result<Self, ProviderError> {
        checked_name(&options.name)?;
        not_empty("client_id", &options.client_id)?;
        options.map.check()?;
        let issuer = address("issuer", &options.issuer)?;
        let token = address("token", &options.token)?;
        let profile = address("profile", &options.profile)?;
        // https once is https always: what knows the token knows the person.
        if token.scheme() != profile.scheme() {
            return Err(ProviderError::Options {
                option: "profile",
                expected: format!("an address over {}, as the token's", token.scheme()),
            });
        }
        address("redirect", &options.redirect)?;
        let redirect = RedirectUrl::new(options.redirect).map_err(|e| invalid("redirect", &e))?;
        let keys = CoreJsonWebKeySet::new(Vec::new());
        let id = ClientId::new(options.client_id);
        let mut client = CoreClient::new(id, IssuerUrl::from_url(issuer), keys)
            .disable_openid_scope()
            .set_auth_uri(AuthUrl::from_url(address("authorize", &options.authorize)?))
            .set_redirect_uri(redirect)
            .set_auth_type(match options.secret_in {
                SecretIn::Header => AuthType::BasicAuth,
                SecretIn::Body => AuthType::RequestBody,
            });
        if let Some(secret) = options.client_secret {
            client = client.set_client_secret(ClientSecret::new(secret));
        }
        Ok(Self {
            http: Http::new(&options.transport, &token)?,
            client: client.set_token_uri(TokenUrl::from_url(token)),
            name: options.name,
            issuer: options.issuer,
            profile: profile.into(),
            map: options.map,
            scopes: options.scopes.into_iter().map(Scope::new).collect(),
            clock,
        })
    }

    async fn profile(&self, token: &AccessToken) -> Result<Value, ProviderError> {
        let unusable = |why: &str| ProviderError::unusable(Step::Profile, why);
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", token.secret()))
            .map_err(|_| ProviderError::unusable(Step::Token, "not a token as in RFC 6750"))?;
        bearer.set_sensitive(true);
        let question = Request::builder()
            .method(Method::GET)
            .uri(&self.profile)
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, bearer)
            .body(Vec::new())
            .map_err(|_| unusable("its address cannot be asked"))?;
        let answer = self.http.send(question).await;
        let answer = answer.map_err(|Failed(why)| ProviderError::Unavailable {
            step: Step::Profile,
            why,
        })?;
        if !answer.status().is_success() {
            return Err(unusable(&answered(answer.status())));
        }
        serde_json::from_slice(answer.body()).map_err(|_| unusable("not JSON"))
    }
}

#[async_trait]
impl Provider for OAuthProvider {
    fn name(&self) -> &str {
        &self.name
    }

    async fn begin(&self, _language: Option<&Language>) -> Result<Begun, ProviderError> {
        let pending = Pending::new(&self.name, &mut Moment::of(&*self.clock)?);
        let (state, nonce) = (pending.state(), pending.nonce());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&pending.verifier());
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let request = self.client.authorize_url(flow, || state, || nonce);
        let request = request.add_scopes(self.scopes.iter().cloned());
        let (url, ..) = request.set_pkce_challenge(challenge).url();
        Ok(Begun { url, pending })
    }

    async fn finish(
        &self,
        pending: Pending,
        callback: Callback,
    ) -> Result<ProviderIdentity, ProviderError> {
        pending.is_answered_by(&callback, &self.name, to_micros(self.clock.now()))?;
        if callback.iss.as_ref().is_some_and(|iss| *iss != self.issuer) {
            return Err(ProviderError::NotOurs { part: "issuer" });
        }
        let request = self.client.exchange_code(callback.code()?);
        let request = request.set_pkce_verifier(pending.verifier());
        let tokens = request.request_async(&self.http).await.map_err(no_token)?;
        let profile = self.profile(tokens.access_token()).await?;
        self.map.read(&profile).by(&self.issuer)
    }
}

impl ProfileMap {
    fn check(&self) -> Result<(), ProviderError> {
        let optional = [&self.email, &self.email_verified, &self.name];
        let mut all = optional.into_iter().flatten().chain([&self.subject]);
        if all.all(|pointer| pointer.starts_with('/')) {
            return Ok(());
        }
        Err(ProviderError::Options {
            option: "map",
            expected: "JSON pointers (RFC 6901), as in /sub".into(),
        })
    }

    fn read(&self, profile: &Value) -> Said {
        let at = |pointer: &Option<String>| profile.pointer(pointer.as_deref()?);
        let text = |pointer| at(pointer).and_then(Value::as_str).map(str::to_owned);
        let subject = match profile.pointer(&self.subject) {
            Some(Value::String(subject)) => subject.clone(),
            Some(Value::Number(subject)) if !subject.is_f64() => subject.to_string(),
            _ => String::new(),
        };
        Said {
            subject,
            email: text(&self.email),
            email_verified: match at(&self.email_verified) {
                Some(Value::Bool(verified)) => *verified,
                Some(Value::String(verified)) => verified == "true",
                _ => false,
            },
            name: text(&self.name),
            language: None,
        }
    }
}
