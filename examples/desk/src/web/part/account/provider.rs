//! Logging in through a provider: to get in, to link it to one's account, to prove again who one is.
//!
//! The browser leaves by a link, because a policy that lets forms go to this site alone stops one that is
//! sent on elsewhere. A link that does more than log in carries a mark, as a form does.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse as _;
use axum_extra::extract::cookie::CookieJar;
use crcore::Code;
use crcore_adapters::accounts::{Account, AccountError, ProviderIdentity};
use crcore_adapters::oidc::{Callback, Pending, Provider, ProviderError};
use minijinja::context;
use minijinja::value::Value;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::enter::{go_on, keep, next_of, renewed, wanted};
use super::own::{is_to_prove, to_prove, token};
use crate::web::address::encode;
use crate::web::ctx::{Ctx, query_of};
use crate::web::fault::{Answer, Fault};
use crate::web::form::Form;
use crate::web::route::{Routes, Who};

/// The cookie by which a log-in that is under way is found again.
pub(super) const COOKIE: &str = "abroad";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/log-in/with/{provider}", Who::Anyone, leave)
        .get("/log-in/back/{provider}", Who::Anyone, come_back)
        .post(
            "/account/providers/{provider}/unlink",
            Who::SignedIn,
            unlink,
        )
}

/// What somebody goes to a provider for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum For {
    LogIn,
    Link,
    Prove,
}

impl For {
    fn name(self) -> &'static str {
        match self {
            Self::LogIn => "log-in",
            Self::Link => "link",
            Self::Prove => "prove",
        }
    }

    /// What the mark of a link is over: made for this browser, this provider, this end.
    fn marked(self, ctx: &Ctx, provider: &str) -> String {
        format!("{} {provider} {}", self.name(), token(ctx))
    }

    fn href(self, ctx: &Ctx, provider: &str, next: &str) -> String {
        let mark = ctx.app.signer.sign("abroad", &self.marked(ctx, provider));
        let (what, next) = (self.name(), encode(next));
        format!("/log-in/with/{provider}?for={what}&mark={mark}&next={next}")
    }

    fn asked(ctx: &Ctx, provider: &str) -> Result<Self, Fault> {
        let what = query_of(&ctx.uri, "for").unwrap_or_default();
        let what = match what.as_str() {
            "link" => Self::Link,
            "prove" => Self::Prove,
            _ => return Ok(Self::LogIn),
        };
        let mark = query_of(&ctx.uri, "mark").unwrap_or_default();
        let ours = ctx
            .app
            .signer
            .knows("abroad", &what.marked(ctx, provider), &mark);
        if ours && ctx.visitor.account().is_some() {
            return Ok(what);
        }
        Err(Fault::new(StatusCode::FORBIDDEN, "other_site"))
    }
}

/// What is kept of a log-in while the browser is at the provider.
#[derive(Serialize, Deserialize)]
struct Kept {
    pending: Pending,
    what: For,
    next: String,
    /// The session that set out, where somebody was logged in: nobody else comes back for them.
    session: Option<uuid::Uuid>,
}

fn provider(ctx: &Ctx, name: &str) -> Result<Arc<dyn Provider>, Fault> {
    let name: Code = name.parse().map_err(|_| Fault::not_found())?;
    let found = ctx.app.providers.get(&name);
    found.map(Arc::clone).ok_or_else(Fault::not_found)
}

fn session(ctx: &Ctx) -> Option<uuid::Uuid> {
    let session = ctx.visitor.session.as_ref()?;
    session.account().map(|_| session.id)
}

async fn leave(ctx: Ctx, Path(name): Path<String>) -> Answer {
    let there = provider(&ctx, &name)?;
    let what = For::asked(&ctx, &name)?;
    let next = next_of(&ctx);
    let begun = match there.begin(Some(&ctx.visitor.language)).await {
        Ok(begun) => begun,
        Err(error) => return failed(&ctx, &name, &error, &next),
    };
    let kept = Kept {
        pending: begun.pending,
        what,
        next,
        session: session(&ctx),
    };
    let kept = serde_json::to_string(&kept).map_err(Fault::broken)?;
    let visit = ctx.visitor.visit();
    let token = ctx.app.accounts.go_abroad(&kept, &visit).await?;
    let to = [(LOCATION, begun.url.to_string())];
    let mut response = (StatusCode::SEE_OTHER, to).into_response();
    keep(&mut response, &ctx.app.cookies.make(COOKIE, token.reveal()));
    Ok(response)
}

async fn come_back(ctx: Ctx, jar: CookieJar, Path(name): Path<String>) -> Answer {
    let there = provider(&ctx, &name)?;
    let callback = Query::<Callback>::try_from_uri(&ctx.uri);
    let callback = callback.map(|query| query.0).unwrap_or_default();
    let kept = match ctx.app.cookies.read(&jar, COOKIE) {
        Some(token) => ctx.app.accounts.come_back(&token).await,
        None => Err(AccountError::NotFound { what: "log-in" }),
    };
    let kept: Kept = match kept {
        Ok(kept) => serde_json::from_str(&kept).map_err(Fault::broken)?,
        // Never begun here, begun too long ago, or brought back before.
        Err(AccountError::NotPossible { .. } | AccountError::NotFound { .. }) => {
            return failed(&ctx, &name, &ProviderError::TooLate, "/");
        }
        Err(error) => return Err(error.into()),
    };
    let next = wanted(&kept.next).to_owned();
    let mut response = match there.finish(kept.pending, callback).await {
        Ok(identity) if kept.what == For::LogIn => {
            let visit = ctx.visitor.visit();
            let log_in = ctx.app.accounts.log_in_with(&identity, &visit).await?;
            go_on(&ctx, log_in, &next, None).await?
        }
        Ok(identity) if kept.session == session(&ctx) => {
            own(&ctx, kept.what, &identity, &next).await?
        }
        Ok(_) => return failed(&ctx, &name, &ProviderError::TooLate, "/"),
        Err(error) => failed(&ctx, &name, &error, &next)?,
    };
    keep(&mut response, &ctx.app.cookies.gone(COOKIE));
    Ok(response)
}

/// What somebody who is logged in went to a provider for.
async fn own(ctx: &Ctx, what: For, identity: &ProviderIdentity, next: &str) -> Answer {
    let accounts = &ctx.app.accounts;
    let refused = match what {
        For::Prove => match accounts.prove_with(token(ctx), identity).await {
            Ok(new) => return renewed(ctx, &new, next, Some("account-proved")),
            Err(error) => error,
        },
        For::Link | For::LogIn => match accounts.link(token(ctx), identity).await {
            Ok(_) => return ctx.see_other("/account", Some("account-linked")),
            Err(error) => error,
        },
    };
    if is_to_prove(&refused) {
        return to_prove(ctx, "/account");
    }
    let told = ["identity_taken", "identities_full", "proof_wrong"];
    if told.contains(&refused.code()) {
        let text = format!("account-provider-{}", refused.code());
        return page(ctx, &text, "/account", "/account");
    }
    Err(refused.into())
}

/// Says plainly that a log-in did not come to its end, and what can be done.
fn failed(ctx: &Ctx, name: &str, error: &ProviderError, next: &str) -> Answer {
    let text = match error {
        ProviderError::Declined => "account-provider-declined",
        ProviderError::TooLate | ProviderError::NotOurs { .. } => "account-provider-late",
        ProviderError::Unavailable { .. } => "account-provider-away",
        _ => "account-provider-failed",
    };
    if !error.again() {
        tracing::error!(provider = name, %error, "a provider cannot be used");
    } else if *error != ProviderError::Declined {
        tracing::warn!(provider = name, %error, "a log-in through a provider failed");
    }
    let signed_in = ctx.visitor.account().is_some();
    let instead = match (signed_in, next) {
        (true, _) => "/account".to_owned(),
        (false, "/") => "/log-in".to_owned(),
        (false, next) => format!("/log-in?next={}", encode(next)),
    };
    let again = format!("/log-in/with/{name}?next={}", encode(next));
    page(
        ctx,
        text,
        if signed_in { &instead } else { &again },
        &instead,
    )
}

fn page(ctx: &Ctx, text: &str, again: &str, instead: &str) -> Answer {
    let signed_in = ctx.visitor.account().is_some();
    let context = context! {
        text => text, again => again, instead => instead, signed_in => signed_in,
    };
    ctx.refused("account/provider.html", "account-title-provider", context)
}

/// The providers of an account and those that could be linked.
pub(super) fn of(ctx: &Ctx, account: &Account) -> Vec<Value> {
    let all = ctx.app.settings.providers.iter();
    all.map(|(name, set)| {
        let linked = account.identities.iter().find(|i| i.issuer == set.issuer);
        context! {
            name => name.as_str(),
            title => set.label.as_str(),
            since => linked.map(|identity| identity.linked_at.to_rfc3339()),
            link => For::Link.href(ctx, name.as_str(), "/account"),
        }
    })
    .collect()
}

/// The providers by which somebody without a password can prove who they are.
pub(super) fn to_prove_with(ctx: &Ctx, account: &Account, next: &str) -> Vec<Value> {
    let all = ctx.app.settings.providers.iter();
    let linked = all.filter(|(_, set)| account.identities.iter().any(|i| i.issuer == set.issuer));
    linked
        .map(|(name, set)| {
            let href = For::Prove.href(ctx, name.as_str(), next);
            context! { title => set.label.as_str(), href => href }
        })
        .collect()
}

async fn unlink(ctx: Ctx, Path(name): Path<String>, _form: Form) -> Answer {
    let name: Code = name.parse().map_err(|_| Fault::not_found())?;
    let set = ctx.app.settings.providers.get(&name);
    let issuer = &set.ok_or_else(Fault::not_found)?.issuer;
    let account = ctx.visitor.account().ok_or_else(Fault::not_found)?;
    let linked = account.identities.iter().find(|i| i.issuer == *issuer);
    let subject = &linked.ok_or_else(Fault::not_found)?.subject;
    match ctx.app.accounts.unlink(token(&ctx), issuer, subject).await {
        Ok(new) => renewed(&ctx, &new, "/account", Some("account-unlinked")),
        Err(error) if is_to_prove(&error) => to_prove(&ctx, "/account"),
        Err(error) if error.code() == "last_way_in" => page(
            &ctx,
            "account-provider-last_way_in",
            "/account/password",
            "/account",
        ),
        Err(error) => Err(error.into()),
    }
}
