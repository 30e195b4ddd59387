//! What an id token is checked for.

use chrono::TimeDelta;
use crcore::to_micros;
use openidconnect::core::{CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreTokenResponse};
use openidconnect::{
    AccessTokenHash, ClaimsVerificationError, Nonce, OAuth2TokenResponse as _,
    SignatureVerificationError, TokenResponse as _,
};

use super::Check;
use super::connect::{Known, OidcProvider};

/// How far two clocks may differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// The algorithms that a token may be signed with: those that need the provider's private key.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What came of looking at an id token.
pub(super) enum Verdict {
    Good(Box<CoreIdTokenClaims>),
    /// None of the keys that are known has signed it.
    OtherKeys,
    Bad(Check),
}

impl OidcProvider {
    /// OpenID Connect Core, 3.1.3.7 and 3.1.3.8.
    pub(super) fn look_at(
        &self,
        known: &Known,
        tokens: &CoreTokenResponse,
        nonce: &Nonce,
    ) -> Verdict {
        let Some(id_token) = tokens.id_token() else {
            return Verdict::Bad(Check::Form);
        };
        let now = to_micros(self.clock.now());
        let announced = known.metadata.id_token_signing_alg_values_supported();
        let allowed = SIGNATURES.iter().filter(|alg| announced.contains(alg));
        let client = self.client(known);
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(allowed.cloned())
            .set_time_fn(move || now - LEEWAY)
            .set_issue_time_verifier_fn(move |issued| match issued <= now + LEEWAY {
                true => Ok(()),
                false => Err(FROM_THE_FUTURE.to_owned()),
            });
        let claims = match id_token.claims(&verifier, nonce) {
            Ok(claims) => claims,
            Err(e) => return verdict(&e),
        };
        if claims
            .authorized_party()
            .is_some_and(|azp| *azp != self.client_id)
        {
            return Verdict::Bad(Check::Audience);
        }
        if let Some(stated) = claims.access_token_hash() {
            let found = id_token.signing_alg().and_then(|alg| {
                let key = id_token.signing_key(&verifier)?;
                AccessTokenHash::from_token(tokens.access_token(), alg, key)
                    .map_err(|_| SignatureVerificationError::NoMatchingKey)
            });
            if found.as_ref() != Ok(stated) {
                return Verdict::Bad(Check::AccessToken);
            }
        }
        Verdict::Good(Box::new(claims.clone()))
    }
}

/// How our own look at the instant of issue tells itself from the expiry, for which the crate has the
/// same error.
const FROM_THE_FUTURE: &str = "from the future";

fn verdict(e: &ClaimsVerificationError) -> Verdict {
    use ClaimsVerificationError as E;
    use SignatureVerificationError as S;
    Verdict::Bad(match e {
        E::SignatureVerification(S::NoMatchingKey | S::CryptoError(_) | S::AmbiguousKeyId(_)) => {
            return Verdict::OtherKeys;
        }
        E::SignatureVerification(_) => Check::Signature,
        E::Expired(why) if why == FROM_THE_FUTURE => Check::IssuedAt,
        E::Expired(_) => Check::Expiry,
        E::InvalidAudience(_) => Check::Audience,
        E::InvalidIssuer(_) => Check::Issuer,
        E::InvalidNonce(_) => Check::Nonce,
        E::InvalidSubject(_) => Check::Subject,
        _ => Check::Form,
    })
}
