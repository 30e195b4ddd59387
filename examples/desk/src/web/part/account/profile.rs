//! What a customer tells about themselves: asked once, after the first log-in, and changed later.

use std::collections::BTreeSet;

use crcore::Code;
use crcore::ticket::{Channel, Language};
use crcore_adapters::accounts::{Account, Profile};
use minijinja::context;
use minijinja::value::Value;

use super::enter::{keep, landing, next_of, tell, wanted};
use super::own::token;
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};
use crate::web::route::{Routes, Who};

const PAGE: &str = "account/profile.html";
const TITLE: &str = "account-title-profile";

/// How one can be answered: each has a message `account-channel-NAME`.
const CHANNELS: [Channel; 4] = [
    Channel::Email,
    Channel::Phone,
    Channel::Chat,
    Channel::Counter,
];
/// What one can agree to: each has a message `account-consent-NAME`.
const CONSENTS: [&str; 2] = ["ratings", "offers"];

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/account/profile", Who::Customer, ask)
        .post("/account/profile", Who::Customer, save)
}

/// The branches that one can choose from, as the catalogue has them.
async fn branches(ctx: &Ctx) -> Result<Vec<(Code, String)>, Fault> {
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let language = &ctx.visitor.language;
    let named = catalogue.branches.into_iter();
    Ok(named
        .map(|(code, branch)| (code, branch.name.told(language).to_owned()))
        .collect())
}

/// What a customer told, in words; nothing for the staff, who are not asked.
pub(super) async fn shown(ctx: &Ctx, account: &Account) -> Result<Option<Value>, Fault> {
    if account.role != crcore::Role::Customer {
        return Ok(None);
    }
    let profile = account.profile.clone().unwrap_or_default();
    let branches = branches(ctx).await?;
    let branch = profile.branch.as_ref().map(|code| {
        let known = branches.iter().find(|(known, _)| known == code);
        known.map_or_else(|| code.to_string(), |(_, name)| name.clone())
    });
    let channel = profile.preferred_channel;
    let language = ctx
        .app
        .messages
        .text(account.language.as_str(), "language-name", &[]);
    let consents = profile.consents.iter();
    let consents = consents.map(|code| ctx.text(&format!("account-consent-{code}"), &[]));
    Ok(Some(context! {
        phone => profile.phone,
        branch => branch,
        language => language,
        channel => channel.map(|c| ctx.text(&format!("account-channel-{}", c.name()), &[])),
        consents => consents.collect::<Vec<_>>(),
    }))
}

async fn context(ctx: &Ctx, next: &str, filled: Value) -> Result<Value, Fault> {
    let account = ctx.visitor.account().ok_or_else(Fault::not_found)?;
    let profile = account.profile.clone().unwrap_or_default();
    let option = |value: &str, text: String| context! { value => value, text => text };
    let branches = branches(ctx).await?;
    let branches = branches.into_iter();
    let messages = &ctx.app.messages;
    let languages = messages.languages();
    let channels = CHANNELS.iter().map(|channel| channel.name());
    let language = account
        .language
        .as_str()
        .split('-')
        .next()
        .unwrap_or_default();
    Ok(context! {
        filled => filled,
        next => next,
        first => account.profile_pending(),
        name => account.name.as_str(),
        phone => profile.phone,
        branch => profile.branch.map(|code| code.to_string()).unwrap_or_default(),
        branches => branches.map(|(code, name)| option(code.as_str(), name)).collect::<Vec<_>>(),
        language => language,
        languages => languages
            .map(|code| option(code, messages.text(code, "language-name", &[])))
            .collect::<Vec<_>>(),
        channel => profile.preferred_channel.map_or("email", Channel::name),
        channels => channels
            .map(|name| option(name, ctx.text(&format!("account-channel-{name}"), &[])))
            .collect::<Vec<_>>(),
        consents => profile.consents.iter().map(Code::to_string).collect::<Vec<_>>(),
        purposes => CONSENTS
            .map(|name| option(name, ctx.text(&format!("account-consent-{name}"), &[])))
            .to_vec(),
    })
}

async fn ask(ctx: Ctx) -> Answer {
    let next = match next_of(&ctx) {
        next if next == "/" && !is_asked(&ctx) => "/account".to_owned(),
        next => next,
    };
    let context = context(&ctx, &next, ().into()).await?;
    ctx.page(PAGE, TITLE, context)
}

/// Whether this is the one time that somebody is asked.
fn is_asked(ctx: &Ctx) -> bool {
    ctx.visitor.account().is_some_and(Account::profile_pending)
}

async fn save(ctx: Ctx, form: Form) -> Answer {
    let next = wanted(form.text("next"));
    let account = ctx.visitor.account().ok_or_else(Fault::not_found)?;
    let accounts = &ctx.app.accounts;
    if form.is_ticked("skip") {
        // Asked once: whoever does not want to say is not asked again.
        let profile = account.profile.clone().unwrap_or_default();
        let (name, language) = (&account.name, &account.language);
        let saved = accounts.save_profile(token(&ctx), name, language, &profile);
        return ctx.see_other(&landing(Some(&saved.await?), next), None);
    }
    let mut errors = Errors::default();
    let given = read(&ctx, &form, account, &mut errors).await?;
    if errors.is_empty() {
        let (language, profile) = &given;
        let name = form.text("name");
        match accounts
            .save_profile(token(&ctx), name, language, profile)
            .await
        {
            Ok(saved) => {
                ctx.tally("profile", &errors).await;
                let to = landing(Some(&saved), next);
                let mut response = ctx.see_other(&to, Some("account-profile-saved"))?;
                let mut cookie = ctx.app.cookies.make("language", language.as_str());
                cookie.make_permanent();
                keep(&mut response, &cookie);
                return Ok(response);
            }
            Err(error) => tell(&mut errors, "name", error)?,
        }
    }
    ctx.tally("profile", &errors).await;
    let context = context(&ctx, next, errors.filled(&ctx, &form)).await?;
    ctx.refused(PAGE, TITLE, context)
}

async fn read(
    ctx: &Ctx,
    form: &Form,
    account: &Account,
    errors: &mut Errors,
) -> Result<(Language, Profile), Fault> {
    errors.check(
        !form.text("name").is_empty(),
        "name",
        "account-error-name_missing",
    );
    let branch = form.text("branch");
    let branches = branches(ctx).await?;
    let chosen = branches
        .into_iter()
        .map(|(code, _)| code)
        .find(|code| code.as_str() == branch);
    let known = branch.is_empty() || chosen.is_some();
    errors.check(known, "branch", "account-error-branch_unknown");
    let wanted = form.text("channel");
    let channel = CHANNELS
        .into_iter()
        .find(|channel| channel.name() == wanted);
    let by_phone = channel == Some(Channel::Phone);
    let phone = form.text("phone");
    errors.check(
        !by_phone || !phone.is_empty(),
        "phone",
        "account-error-phone_missing",
    );
    let language = form.text("language");
    let language = match ctx.app.messages.speaks(language) {
        true => language.parse().map_err(Fault::broken)?,
        false => account.language.clone(),
    };
    let ticked = form.all("consents");
    let consents = CONSENTS
        .into_iter()
        .filter(|name| ticked.iter().any(|t| t == name));
    let consents: Result<BTreeSet<Code>, _> = consents.map(str::parse).collect();
    let profile = Profile {
        phone: (!phone.is_empty()).then(|| phone.to_owned()),
        branch: chosen,
        preferred_channel: channel,
        consents: consents.map_err(Fault::broken)?,
    };
    Ok((language, profile))
}
