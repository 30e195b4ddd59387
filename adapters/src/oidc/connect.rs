//! A provider that speaks OpenID Connect.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use crcore::ticket::Language;
use crcore::{Clock, Moment, to_micros};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient,
    CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey, CoreJsonWebKeySet,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreRequestTokenError,
    CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType, CoreUserInfoClaims,
};
use openidconnect::url::{ParseError, Url};
use openidconnect::{
    AccessToken, AdditionalProviderMetadata, AuthType, ClientId, ClientSecret, DiscoveryError,
    EndUserName, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, LanguageTag,
    LocalizedClaim, OAuth2TokenResponse as _, PkceCodeChallenge, ProviderMetadata, RedirectUrl,
    Scope, SubjectIdentifier, UserInfoError,
};
use serde::{Deserialize, Serialize};

use super::http::{Failed, Http, address};
use super::person::Said;
use super::token::Verdict;
use super::{
    Begun, Callback, Check, Pending, Provider, ProviderError, Step, Transport, checked_name,
    not_empty,
};
use crate::accounts::ProviderIdentity;

/// How long a provider's description is taken for right. It changes once in years; its keys are fetched
/// anew earlier, when a token needs one that is not known.
const KNOWN_FOR: TimeDelta = TimeDelta::hours(1);

/// What we know about a provider, and it about us.
#[derive(Clone)]
pub struct OidcOptions {
    /// How this host calls it: 1 to 32 lower-case letters, digits and hyphens.
    pub name: String,
    /// Its issuer, exactly as its description has it. `https`, or `http` on this machine.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// What it knows us by, where it gave us a secret.
    pub client_secret: Option<String>,
    /// Where it sends the browser back to, exactly as it was told.
    pub redirect: String,
    /// What we want to know, besides `openid`.
    pub scopes: Vec<String>,
    /// How to reach it.
    pub transport: Transport,
}

impl Default for OidcOptions {
    /// The scopes `email` and `profile`; the rest has to be filled.
    fn default() -> Self {
        Self {
            name: String::new(),
            issuer: String::new(),
            client_id: String::new(),
            client_secret: None,
            redirect: String::new(),
            scopes: vec!["email".into(), "profile".into()],
            transport: Transport::default(),
        }
    }
}

/// The secret stays out of logs.
impl fmt::Debug for OidcOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OidcOptions({}, {})", self.name, self.issuer)
    }
}

/// A provider that speaks OpenID Connect. Needs a Tokio runtime with time and I/O.
pub struct OidcProvider {
    name: String,
    issuer: IssuerUrl,
    pub(super) client_id: ClientId,
    client_secret: Option<ClientSecret>,
    redirect: RedirectUrl,
    scopes: Vec<Scope>,
    pub(super) clock: Arc<dyn Clock>,
    http: Http,
    known: RwLock<Option<Arc<Known>>>,
}

/// What a provider said about itself, and when.
pub(super) struct Known {
    pub(super) metadata: Metadata,
    since: DateTime<Utc>,
}

pub(super) type Metadata = ProviderMetadata<
    Announced,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What a provider announces besides what the crate reads.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Announced {
    /// RFC 9207, 3.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Announced {}

pub(super) type Configured = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl fmt::Debug for OidcProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OidcProvider({}, {})", self.name, self.issuer.as_str())
    }
}

impl OidcProvider {
    /// Checks the options; asks the provider only when somebody wants to log in.
    ///
    /// # Errors
    /// [`ProviderError::Options`] that names the option which is wrong.
    pub fn new(options: OidcOptions, clock: Arc<dyn Clock>) -> Result<Self, ProviderError> {
        checked_name(&options.name)?;
        let issuer = address("issuer", &options.issuer)?;
        not_empty("client_id", &options.client_id)?;
        address("redirect", &options.redirect)?;
        Ok(Self {
            http: Http::new(&options.transport, &issuer)?,
            name: options.name,
            issuer: IssuerUrl::new(options.issuer).map_err(|e| invalid("issuer", &e))?,
            client_id: ClientId::new(options.client_id),
            client_secret: options.client_secret.map(ClientSecret::new),
            redirect: RedirectUrl::new(options.redirect).map_err(|e| invalid("redirect", &e))?,
            scopes: options.scopes.into_iter().map(Scope::new).collect(),
            clock,
            known: RwLock::new(None),
        })
    }

    /// What the provider says about itself. Two that find it too old both ask, and neither waits for
    /// the other.
    async fn known(&self) -> Result<Arc<Known>, ProviderError> {
        let now = to_micros(self.clock.now());
        if let Some(known) = self.remembered(now) {
            return Ok(known);
        }
        let found = Metadata::discover_async(self.issuer.clone(), &self.http).await;
        let metadata = found.map_err(|e| not_found(Step::Discovery, e))?;
        Ok(self.remember(metadata, now))
    }

    /// The same with the keys that the provider has now. It is asked only after it answered with a token
    /// that these do not fit, so nobody else can make us ask.
    async fn with_keys_anew(&self, known: &Known) -> Result<Arc<Known>, ProviderError> {
        let keys = CoreJsonWebKeySet::fetch_async(known.metadata.jwks_uri(), &self.http).await;
        let keys = keys.map_err(|e| not_found(Step::Keys, e))?;
        Ok(self.remember(known.metadata.clone().set_jwks(keys), known.since))
    }

    fn remembered(&self, now: DateTime<Utc>) -> Option<Arc<Known>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|known| known.is_fresh(now)).cloned()
    }

    fn remember(&self, metadata: Metadata, since: DateTime<Utc>) -> Arc<Known> {
        let known = Arc::new(Known { metadata, since });
        let mut place = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *place = Some(Arc::clone(&known));
        known
    }

    pub(super) fn client(&self, known: &Known) -> Configured {
        let (id, secret) = (self.client_id.clone(), self.client_secret.clone());
        let methods = known.metadata.token_endpoint_auth_methods_supported();
        // OpenID Connect Discovery, 3: where nothing is said, it is the header.
        let in_header =
            methods.is_none_or(|m| m.contains(&CoreClientAuthMethod::ClientSecretBasic));
        CoreClient::from_provider_metadata(known.metadata.clone(), id, secret)
            .set_redirect_uri(self.redirect.clone())
            .set_auth_type(match in_header {
                true => AuthType::BasicAuth,
                false => AuthType::RequestBody,
            })
    }

    /// RFC 9207, 2.4: the answer of one provider is not taken for that of another.
    fn came_from_here(&self, known: &Known, callback: &Callback) -> Result<(), ProviderError> {
        let announced = known.metadata.additional_metadata();
        let required = announced.authorization_response_iss_parameter_supported;
        let fits = match &callback.iss {
            Some(iss) => iss == self.issuer.as_str(),
            None => !required,
        };
        if fits {
            return Ok(());
        }
        Err(ProviderError::NotOurs { part: "issuer" })
    }

    /// What the userinfo endpoint says of the same person, where the provider has one.
    async fn profile(
        &self,
        known: &Known,
        token: &AccessToken,
        subject: &SubjectIdentifier,
    ) -> Result<Option<CoreUserInfoClaims>, ProviderError> {
        // The crate makes a header of the token, and takes it for one that fits.
        let fits = token.secret().bytes().all(|b| b.is_ascii_graphic());
        if known.metadata.userinfo_endpoint().is_none() || !fits {
            return Ok(None);
        }
        let client = self.client(known);
        let request = client.user_info(token.clone(), Some(subject.clone()));
        let request = request.map_err(|e| ProviderError::unusable(Step::Profile, e.to_string()))?;
        match request.request_async(&self.http).await {
            Ok(said) => Ok(Some(said)),
            Err(UserInfoError::Request(Failed(why))) => Err(ProviderError::Unavailable {
                step: Step::Profile,
                why,
            }),
            Err(UserInfoError::ClaimsVerification(_)) => Err(ProviderError::unusable(
                Step::Profile,
                "it is of somebody else",
            )),
            Err(UserInfoError::Response(status, ..)) => {
                Err(ProviderError::unusable(Step::Profile, answered(status)))
            }
            Err(_) => Err(ProviderError::unusable(Step::Profile, "not a profile")),
        }
    }
}

#[async_trait]
impl Provider for OidcProvider {
    fn name(&self) -> &str {
        &self.name
    }

    async fn begin(&self, language: Option<&Language>) -> Result<Begun, ProviderError> {
        let known = self.known().await?;
        address(
            "authorization_endpoint",
            known.metadata.authorization_endpoint().as_str(),
        )
        .map_err(|e| ProviderError::unusable(Step::Discovery, e.to_string()))?;
        let pending = Pending::new(&self.name, &mut Moment::of(&*self.clock)?);
        let (state, nonce) = (pending.state(), pending.nonce());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&pending.verifier());
        let client = self.client(&known);
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || state,
                || nonce,
            )
            .add_scopes(self.scopes.iter().cloned())
            .set_pkce_challenge(challenge);
        if let Some(language) = language {
            request = request.add_ui_locale(LanguageTag::new(language.to_string()));
        }
        let (url, ..): (Url, _, _) = request.url();
        Ok(Begun { url, pending })
    }

    async fn finish(
        &self,
        pending: Pending,
        callback: Callback,
    ) -> Result<ProviderIdentity, ProviderError> {
        pending.is_answered_by(&callback, &self.name, to_micros(self.clock.now()))?;
        let mut known = self.known().await?;
        self.came_from_here(&known, &callback)?;
        let request = self.client(&known);
        let request = request
            .exchange_code(callback.code()?)
            .map_err(|_| ProviderError::unusable(Step::Discovery, "it names no token endpoint"))?
            .set_pkce_verifier(pending.verifier());
        let tokens = request.request_async(&self.http).await.map_err(no_token)?;

        let nonce = pending.nonce();
        let mut verdict = self.look_at(&known, &tokens, &nonce);
        if let Verdict::OtherKeys = verdict {
            known = self.with_keys_anew(&known).await?;
            verdict = self.look_at(&known, &tokens, &nonce);
        }
        let claims = match verdict {
            Verdict::Good(claims) => claims,
            Verdict::OtherKeys => return Err(ProviderError::Untrusted(Check::Signature)),
            Verdict::Bad(check) => return Err(ProviderError::Untrusted(check)),
        };
        let mut said = Said {
            subject: claims.subject().to_string(),
            email: claims.email().map(|email| email.to_string()),
            email_verified: claims.email_verified().unwrap_or(false),
            name: spoken(claims.name()),
            language: claims.locale().map(|tag| tag.as_ref().to_owned()),
        };
        if said.email.is_none() {
            let profile = self.profile(&known, tokens.access_token(), claims.subject());
            if let Some(profile) = profile.await? {
                said.email = profile.email().map(|email| email.to_string());
                said.email_verified = profile.email_verified().unwrap_or(false);
                said.name = said.name.or_else(|| spoken(profile.name()));
                let language = profile.locale().map(|tag| tag.as_ref().to_owned());
                said.language = said.language.or(language);
            }
        }
        said.by(self.issuer.as_str())
    }
}

impl Known {
    fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        now >= self.since && now - self.since < KNOWN_FOR
    }
}

/// The name in no language in particular, or else in the first.
fn spoken(name: Option<&LocalizedClaim<EndUserName>>) -> Option<String> {
    let name = name?;
    let plain = name.get(None);
    let found = plain.or_else(|| name.iter().next().map(|(_, name)| name));
    found.map(|name| name.to_string())
}

fn not_found(step: Step, e: DiscoveryError<Failed>) -> ProviderError {
    match e {
        DiscoveryError::Request(Failed(why)) => ProviderError::Unavailable { step, why },
        DiscoveryError::Response(status, ..) => ProviderError::unusable(step, answered(status)),
        DiscoveryError::Validation(_) => {
            ProviderError::unusable(step, "it names another issuer than the option does")
        }
        _ => ProviderError::unusable(step, "not in the form of OpenID Connect Discovery"),
    }
}

pub(super) fn invalid(option: &'static str, e: &ParseError) -> ProviderError {
    ProviderError::Options {
        option,
        expected: format!("an address: {e}"),
    }
}

pub(super) fn no_token(e: CoreRequestTokenError<Failed>) -> ProviderError {
    let step = Step::Token;
    match e {
        CoreRequestTokenError::Request(Failed(why)) => ProviderError::Unavailable { step, why },
        CoreRequestTokenError::ServerResponse(said) => {
            ProviderError::refused(step, said.error().as_ref())
        }
        CoreRequestTokenError::Parse(..) | CoreRequestTokenError::Other(_) => {
            ProviderError::unusable(step, "not a token as in RFC 6749")
        }
    }
}

pub(super) fn answered(status: openidconnect::http::StatusCode) -> String {
    format!("it answered {}", status.as_u16())
}
