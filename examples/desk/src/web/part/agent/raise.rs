//! A case that staff take down for a customer: a telephone call, a letter, somebody at the counter.

use crcore::ticket::{Channel, FieldType, Kind, Language, Priority};
use crcore::{Code, Customer, CustomerId, Error, Raise};
use minijinja::context;
use minijinja::value::Value;

use super::names::{Names, field_name, humane, option, say};
use super::views::Asked;
use super::{acts, case, desk_reader};
use crate::web::ctx::{Ctx, query_of};
use crate::web::drafts;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};

/// Where what is being typed is kept.
const PLACE: &str = "raise-for";

/// First whose it is, then what it is about.
pub(super) async fn raise(ctx: Ctx) -> Answer {
    if let Some(customer) = query_of(&ctx.uri, "customer") {
        let customer = customer.parse().map_err(|_| Fault::not_found())?;
        let draft = drafts::form(&ctx, &place(customer)).await?;
        let filled = Errors::default().filled(&ctx, &draft);
        let context = questions(&ctx, customer, filled).await?;
        return ctx.page("agent/raise.html", "agent-title-raise", context);
    }
    let query = query_of(&ctx.uri, "who").unwrap_or_default();
    let context = found(&ctx, &query, ().into()).await?;
    ctx.page("agent/who.html", "agent-title-raise", context)
}

fn place(customer: CustomerId) -> String {
    format!("{PLACE}/{customer}")
}

/// Customers by address or name.
async fn found(ctx: &Ctx, query: &str, filled: Value) -> Result<Value, Fault> {
    let actor = ctx.actor()?;
    let found = ctx.app.accounts.find_customers(actor, query).await?;
    let found: Vec<Value> = found
        .iter()
        .map(|account| {
            context! {
                href => format!("/desk/raise?customer={}", account.id.uuid()),
                name => account.name.as_str(),
                email => account.email.as_str(),
            }
        })
        .collect();
    Ok(context! { found => found, query => query, filled => filled })
}

/// Somebody whom the desk does not know yet: their name and, where they tell it, their address.
pub(super) async fn take_on(ctx: Ctx, form: Form) -> Answer {
    let (name, email) = (form.text("name"), form.text("email"));
    let mut errors = Errors::default();
    errors.check(!name.is_empty(), "name", "agent-error-name");
    errors.check(
        email.is_empty() || email.contains('@'),
        "email",
        "agent-error-email",
    );
    if errors.is_empty() {
        let actor = ctx.actor()?;
        let known = ctx.app.accounts.find_customers(actor, email).await?;
        if let Some(account) = known.first().filter(|_| !email.is_empty()) {
            let to = format!("/desk/raise?customer={}", account.id.uuid());
            return ctx.see_other(&to, Some("agent-customer-known"));
        }
        let customer = Customer {
            name: Some(name.to_owned()),
            email: (!email.is_empty()).then(|| email.to_owned()),
            ..Customer::new(ctx.desk().new_id()?)
        };
        match ctx.desk().save_customer(actor, customer).await {
            Ok(customer) => {
                return ctx.see_other(&format!("/desk/raise?customer={}", customer.id), None);
            }
            Err(Error::Invalid { field, .. }) => errors.add(&field, "agent-error-name"),
            Err(error) => return Err(error.into()),
        }
    }
    let filled = errors.filled(&ctx, &form);
    let context = found(&ctx, "", filled).await?;
    ctx.refused("agent/who.html", "agent-title-raise", context)
}

async fn questions(ctx: &Ctx, customer: CustomerId, filled: Value) -> Result<Value, Fault> {
    let customer = ctx.desk().customer(ctx.actor()?, customer).await?;
    let names = Names::of(ctx, &[]).await?;
    let rules = ctx.desk().rules();
    let rules = rules.rules();
    let told = |prefix: &str, name: &str| option(name, &say(ctx, &format!("{prefix}-{name}"), &[]));
    let none = option("", &say(ctx, "agent-choose", &[]));
    let services = rules.services.keys();
    let services: Vec<Value> = services
        .map(|code| option(code.as_str(), &names.service(code)))
        .collect();
    let fields = rules
        .fields
        .iter()
        .filter(|(field, of)| of.kind == FieldType::Choice && acts::is_asked(field));
    let fields: Vec<Value> = fields
        .map(|(field, of)| {
            let choices = of.choices.iter();
            let choices = choices.map(|c| option(c.as_str(), &names.choice(field.as_str(), c)));
            context! {
                name => format!("field.{field}"),
                label => field_name(ctx, field),
                options => std::iter::once(none.clone()).chain(choices).collect::<Vec<_>>(),
            }
        })
        .collect();
    let priorities = Priority::ALL.iter().map(|p| told("priority", p.name()));
    Ok(context! {
        filled => filled,
        customer => context! {
            id => customer.id.to_string(),
            name => customer.name.clone().unwrap_or_else(|| say(ctx, "agent-customer-unnamed", &[])),
            email => customer.email,
        },
        key => ctx.fresh_key()?,
        place => place(customer.id),
        // A token is dealt at its counter.
        kinds => Kind::ALL.iter().filter(|kind| **kind != Kind::Service).map(|k| told("agent-kind", k.name())).collect::<Vec<_>>(),
        channels => Channel::ALL.iter().map(|c| told("agent-channel", c.name())).collect::<Vec<_>>(),
        services => std::iter::once(none.clone()).chain(services).collect::<Vec<_>>(),
        priorities => std::iter::once(none.clone()).chain(priorities).collect::<Vec<_>>(),
        tags => rules.tags.iter().map(|t| option(t.as_str(), &humane(t))).collect::<Vec<_>>(),
        fields => fields,
    })
}

/// Brings the case to the desk, as it was told.
pub(super) async fn submit(ctx: Ctx, form: Form) -> Answer {
    let (actor, _) = desk_reader(&ctx)?;
    let customer: CustomerId = form.parse("customer").ok_or_else(Fault::not_found)?;
    let known = ctx.desk().customer(actor, customer).await?;
    let mut errors = Errors::default();
    let raise = read(&ctx, customer, known.language, &form, &mut errors);
    ctx.tally("agent-raise", &errors).await;
    if let Some(raise) = raise {
        let acting = ctx
            .desk()
            .acting(actor)
            .with_key(format!("{}-raise", form.text("key")));
        match acting.raise(raise).await {
            Ok(done) => {
                drafts::used(&ctx, &place(customer)).await?;
                let to = case::address(done.reference, &Asked::of_text(""));
                // An agent may take down what others will work on.
                let sees = ctx.desk().ticket(actor, done.ticket).await.is_ok();
                let to = if sees { to } else { "/desk".to_owned() };
                return ctx.see_other(&to, Some("agent-done-raise"));
            }
            Err(error) => {
                acts::refused(&ctx, error, "subject", &mut errors, &form)?;
            }
        }
    }
    let filled = errors.filled(&ctx, &form);
    let context = questions(&ctx, customer, filled).await?;
    ctx.refused("agent/raise.html", "agent-title-raise", context)
}

fn read(
    ctx: &Ctx,
    customer: CustomerId,
    language: Language,
    form: &Form,
    errors: &mut Errors,
) -> Option<Raise> {
    let service: Option<Code> = form.parse("service");
    errors.check(service.is_some(), "service", "agent-error-choose");
    errors.check(
        !form.text("subject").is_empty(),
        "subject",
        "agent-error-subject",
    );
    let kind = acts::kind_of(form.text("kind"));
    errors.check(kind.is_some(), "kind", "agent-error-choose");
    let channel = acts::channel_of(form.text("channel"));
    errors.check(channel.is_some(), "channel", "agent-error-choose");
    let mut raise = Raise::new(customer, service?, form.text("subject"));
    raise.language = language;
    raise.body = Some(form.raw("body").trim_end().to_owned()).filter(|b| !b.trim().is_empty());
    if !form.text("received").is_empty() {
        raise.received_at = acts::local(ctx, form.text("received"));
        let past = raise
            .received_at
            .is_some_and(|at| at <= ctx.app.clock.now());
        errors.check(past, "received", "agent-error-received");
    }
    if !form.text("amount").is_empty() {
        raise.amount = acts::amount(form, "amount", None, errors);
    }
    let mut priorities = Priority::ALL.iter().copied();
    raise.priority = priorities.find(|p| p.name() == form.text("priority"));
    raise.tags = form
        .all("tags")
        .iter()
        .filter_map(|tag| tag.parse().ok())
        .collect();
    let rules = ctx.desk().rules();
    for (field, of) in &rules.rules().fields {
        let name = format!("field.{field}");
        if acts::is_asked(field)
            && !form.text(&name).is_empty()
            && let Some(value) = acts::field_value(&name, of, form, errors)
        {
            raise.fields.insert(field.clone(), value);
        }
    }
    (raise.kind, raise.channel) = (kind?, channel?);
    errors.is_empty().then_some(raise)
}
