//! Raising a case: one question a page, kept as a draft until it is sent.

mod draft;
mod questions;

use axum::extract::Path;
use crcore::catalogue::{Catalogue, Door, Offer};
use crcore::command::SUBJECT_MAX;
use crcore::ledger::REFERENCE_MAX;
use crcore::{Code, Raise, Reference};
use data_encoding::HEXLOWER;
use minijinja::context;
use minijinja::value::Value;
use sha2::{Digest as _, Sha256};

use self::draft::ONCE;
use self::questions::{WORDS_MAX, answer_text, field_text, question, read};
use super::files::{self, Received};
use crate::web::address::encode;
use crate::web::ctx::{Ctx, query_of};
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};
use crate::web::money::CURRENCY;

/// The doors that lead to a form.
const DOORS: [Door; 4] = [Door::Complain, Door::Ask, Door::Request, Door::Quote];

fn door_named(name: &str) -> Result<Door, Fault> {
    DOORS
        .into_iter()
        .find(|door| door.name() == name)
        .ok_or_else(Fault::not_found)
}

/// What is wanted?
pub(super) async fn doors(ctx: Ctx) -> Answer {
    ctx.app.visits.came("raise");
    let doors: Vec<Value> = DOORS
        .iter()
        .map(|door| {
            let text = |part: &str| ctx.text(&format!("customer-door-{}{part}", door.name()), &[]);
            context! {
                href => format!("/raise/{}", door.name()),
                symbol => if *door == Door::Complain { "speech" } else { "question" },
                title => text(""),
                text => text("-text"),
            }
        })
        .collect();
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let begun = draft::begun(&ctx, &catalogue).await?;
    ctx.page(
        "customer/raise_doors.html",
        "customer-title-raise",
        context! { doors => doors, begun => begun },
    )
}

/// In an address: the reference of the payment that a case is about.
const ABOUT: &str = "about";

fn about(ctx: &Ctx) -> Option<String> {
    let fits = |text: &String| (1..=REFERENCE_MAX).contains(&text.len());
    query_of(&ctx.uri, ABOUT).filter(fits)
}

/// What is it about?
pub(super) async fn services(ctx: Ctx, Path(door): Path<String>) -> Answer {
    let door = door_named(&door)?;
    ctx.app.visits.came(door.name());
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let language = &ctx.visitor.language;
    let about = about(&ctx).map(|payment| format!("?{ABOUT}={}", encode(&payment)));
    let about = about.unwrap_or_default();
    let services: Vec<Value> = catalogue
        .by_door(door)
        .map(|(code, offer)| {
            context! {
                href => format!("/raise/{}/{code}{about}", door.name()),
                title => offer.title.told(language),
                text => offer.description.told(language),
            }
        })
        .collect();
    ctx.page(
        "customer/raise_services.html",
        "customer-title-about",
        context! { services => services, door => door.name() },
    )
}

struct Asked {
    door: Door,
    service: Code,
    offer: Offer,
    catalogue: Catalogue,
}

impl Asked {
    /// Where its form is, and what belongs to it.
    fn path(&self, part: &str) -> String {
        format!("/raise/{}/{}{part}", self.door.name(), self.service)
    }
}

async fn asked(ctx: &Ctx, door: &str, service: &str) -> Result<Asked, Fault> {
    let door = door_named(door)?;
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let service: Code = service.parse().map_err(|_| Fault::not_found())?;
    let offer = catalogue.services.get(&service).cloned();
    let offer = offer.filter(|offer| offer.doors.contains(&door));
    Ok(Asked {
        door,
        service,
        offer: offer.ok_or_else(Fault::not_found)?,
        catalogue,
    })
}

fn page_of(ctx: &Ctx, asked: &Asked, form: &Form, errors: &Errors) -> Result<Value, Fault> {
    let rules = ctx.desk().rules();
    let questions: Vec<Value> = asked
        .offer
        .asks
        .iter()
        .filter_map(|field| question(ctx, &asked.catalogue, &rules, field))
        .collect();
    let once = match form.text(ONCE) {
        "" => ctx.fresh_key()?,
        once => once.to_owned(),
    };
    Ok(context! {
        once => once,
        draft => draft::place(asked.door, &asked.service),
        door => asked.door.name(),
        action => asked.path(""),
        title => asked.offer.title.told(&ctx.visitor.language),
        questions => questions,
        asks_amount => matches!(asked.door, Door::Complain | Door::Quote),
        currency => CURRENCY,
        subject_max => SUBJECT_MAX,
        words_max => WORDS_MAX,
        filled => errors.filled(ctx, form),
    })
}

/// What happened?
pub(super) async fn what(ctx: Ctx, Path((door, service)): Path<(String, String)>) -> Answer {
    let asked = asked(&ctx, &door, &service).await?;
    let form = match (draft::kept(&ctx, &asked).await?, about(&ctx)) {
        (Some(kept), _) => kept,
        (None, Some(payment)) => {
            let payment = ("payment".to_owned(), payment.into());
            let subject = ctx.text("customer-about-payment", &[payment]);
            Form::default().with("subject", &subject)
        }
        (None, None) => Form::default(),
    };
    let page = page_of(&ctx, &asked, &form, &Errors::default())?;
    ctx.page("customer/raise_what.html", "customer-title-what", page)
}

/// Keeps what was answered, and goes on to look at it.
pub(super) async fn keep(
    ctx: Ctx,
    Path((door, service)): Path<(String, String)>,
    form: Form,
) -> Answer {
    let asked = asked(&ctx, &door, &service).await?;
    let mut errors = Errors::default();
    let raise = read(&ctx, &asked, &form, &mut errors)?;
    ctx.tally("raise", &errors).await;
    if raise.is_none() || !errors.is_empty() {
        let page = page_of(&ctx, &asked, &form, &errors)?;
        return ctx.refused("customer/raise_what.html", "customer-title-what", page);
    }
    draft::keep(&ctx, asked.door, &asked.service, form).await?;
    ctx.see_other(&asked.path("/check"), None)
}

/// The page before sending: all answers, each with a way back to it.
fn check_page(ctx: &Ctx, asked: &Asked, whole: &Whole, filled: Value) -> Value {
    let Whole { key, raise } = whole;
    let back = asked.path("");
    let row = |key: String, value: String, href: &str| context! { key => key, value => value, href => href };
    let label = |id: &str| ctx.text(id, &[]);
    let door = asked.door.name();
    let title = asked.offer.title.told(&ctx.visitor.language).to_owned();
    let mut rows = vec![
        row(
            label("customer-kind"),
            label(&format!("customer-door-{door}")),
            "/raise",
        ),
        row(label("customer-service"), title, &format!("/raise/{door}")),
        row(label("customer-subject"), raise.subject.clone(), &back),
        row(
            label("customer-text"),
            raise.body.clone().unwrap_or_default(),
            &back,
        ),
    ];
    if let Some(amount) = raise.amount {
        let amount = amount.written(ctx.visitor.language.as_str());
        rows.push(row(label("customer-amount"), amount, &back));
    }
    for (field, value) in &raise.fields {
        let text = answer_text(ctx, &asked.catalogue, field, value);
        rows.push(row(field_text(ctx, field), text, &back));
    }
    let account = ctx.visitor.account();
    context! {
        rows => rows,
        back_to => back,
        send => asked.path("/send"),
        key => key,
        email => account.map(|account| account.email.as_str().to_owned()),
        accept => files::policy(ctx).accept(),
        files_max => crate::web::form::FILES_MAX,
        filled => filled,
    }
}

/// A case as it would be raised now.
struct Whole {
    /// Of the form and of what it says: whoever sends what they looked at sends that and nothing else.
    key: String,
    raise: Raise,
}

/// What is kept, if it is whole.
async fn whole(ctx: &Ctx, asked: &Asked) -> Result<Option<Whole>, Fault> {
    let Some(form) = draft::kept(ctx, asked).await? else {
        return Ok(None);
    };
    let once = form.text(ONCE);
    let raise = read(ctx, asked, &form, &mut Errors::default())?;
    let Some(raise) = raise.filter(|_| !once.is_empty()) else {
        return Ok(None);
    };
    let says = serde_json::to_vec(&raise).map_err(Fault::broken)?;
    let says = HEXLOWER.encode(&Sha256::digest(says)[..16]);
    let key = format!("{once}.{says}");
    Ok(Some(Whole { key, raise }))
}

/// Check your answers.
pub(super) async fn check(ctx: Ctx, Path((door, service)): Path<(String, String)>) -> Answer {
    let asked = asked(&ctx, &door, &service).await?;
    match whole(&ctx, &asked).await? {
        Some(whole) => {
            let page = check_page(&ctx, &asked, &whole, Value::from(()));
            ctx.page("customer/raise_check.html", "customer-title-check", page)
        }
        None => ctx.see_other(&asked.path(""), None),
    }
}

/// Sends it, as it was looked at. Sent twice, it is one case, and both get the same confirmation.
pub(super) async fn send(
    ctx: Ctx,
    Path((door, service)): Path<(String, String)>,
    form: Form,
) -> Answer {
    let key = form.text("key");
    let mut errors = Errors::default();
    let files = files::received(&ctx, &form, &mut errors);
    let asked = asked(&ctx, &door, &service).await?;
    // In this order: what a form made is noted before the form goes.
    let whole = whole(&ctx, &asked).await?;
    let is_kept = whole.as_ref().is_some_and(|whole| whole.key == key);
    if let Some(made) = draft::made_by(&ctx, key).await? {
        if is_kept {
            draft::dropped(&ctx, asked.door, &asked.service).await?;
        }
        let told = (!errors.is_empty()).then_some("customer-flash-file-not-taken");
        return sent(&ctx, made, files, key, told).await;
    }
    let Some(whole) = whole else {
        return ctx.see_other(&asked.path(""), None);
    };
    if !is_kept {
        return ctx.lead_back(&asked.path("/check"), "customer-flash-changed");
    }
    ctx.tally("send", &errors).await;
    if !errors.is_empty() {
        let page = check_page(&ctx, &asked, &whole, errors.filled(&ctx, &form));
        return ctx.refused("customer/raise_check.html", "customer-title-check", page);
    }
    let acting = ctx.desk().acting(ctx.actor()?).with_key(key);
    let done = acting.raise(whole.raise).await?;
    // The case is made, whatever becomes of its form.
    let mut put_away = draft::remember(&ctx, key, done.reference).await;
    if put_away.is_ok() {
        put_away = draft::dropped(&ctx, asked.door, &asked.service).await;
    }
    if let Err(fault) = put_away {
        tracing::warn!(code = fault.code, "the form of a case is not put away");
    }
    sent(&ctx, done.reference, files, key, None).await
}

/// The case is made: what was sent with it goes on it.
async fn sent(
    ctx: &Ctx,
    reference: Reference,
    files: Vec<Received>,
    key: &str,
    mut told: Option<&'static str>,
) -> Answer {
    if !files.is_empty() {
        let case = ctx.desk().by_reference(ctx.actor()?, reference).await?;
        told = files::put(ctx, case.id, files, key).await?.or(told);
    }
    ctx.see_other(&format!("/cases/{reference}/received"), told)
}

/// Keeps what somebody wrote elsewhere as the beginning of a question, or of what else can be had of the service,
/// after what they had begun already, and gives the page to go on at; none where there is no form about it.
pub(crate) async fn begin(ctx: &Ctx, service: &Code, text: &str) -> Result<Option<String>, Fault> {
    let catalogue = ctx.desk().public_catalogue().await?.value;
    let offer = catalogue.services.get(service);
    let mut doors = [Door::Ask].into_iter().chain(DOORS);
    let door = offer.and_then(|offer| doors.find(|door| offer.doors.contains(door)));
    let Some(door) = door else { return Ok(None) };
    let asked = asked(ctx, door.name(), service.as_str()).await?;
    let form = draft::kept(ctx, &asked).await?.unwrap_or_default();
    let text = match form.text("text") {
        "" => text.to_owned(),
        // Pressed twice.
        before if before == text.trim() || before.ends_with(&format!("\n\n{}", text.trim())) => {
            before.to_owned()
        }
        before => format!("{before}\n\n{text}"),
    };
    draft::keep(ctx, door, service, form.with("text", &text)).await?;
    Ok(Some(asked.path("")))
}

/// Begins anew. What is no longer offered can be thrown away too.
pub(super) async fn discard(
    ctx: Ctx,
    Path((door, service)): Path<(String, String)>,
    _form: Form,
) -> Answer {
    let service = service.parse().map_err(|_| Fault::not_found())?;
    draft::dropped(&ctx, door_named(&door)?, &service).await?;
    ctx.see_other("/raise", None)
}
