//! Changing the rules: as a form for what changes often, as JSON for everything; looked at before.

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use crcore::calendar::{Holiday, Hours, Week};
use crcore::desk::{Adopted, InForce, Preview};
use crcore::sla::Span;
use crcore::store::Cursor;
use crcore::ticket::Target;
use crcore::{Calendar, Code, Error, Rulebook, Rules};
use minijinja::context;
use minijinja::value::Value;

use super::diff::diff;
use super::grid::{Grid, at, link, text};
use super::merge::merge;
use super::names::Names;
use super::policies::{DAYS, at_number, pretty};
use super::{complain, filled, option, page, refused, say};
use crate::web::ctx::Ctx;
use crate::web::fault::{Answer, Fault};
use crate::web::form::{Errors, Form};

/// How many pages of 200 open cases one preview looks at: 5,000 cases in a few seconds.
const PAGES: u32 = 25;
/// For how long one request brings open cases under the rules, well within the limit of a request; the rest
/// is for the next.
const ADOPTS_FOR: Duration = Duration::from_secs(8);
/// How many affected cases are named.
const SAMPLES: usize = 20;

/// What changes often.
pub(super) async fn ask(ctx: Ctx) -> Answer {
    let in_force = ctx.desk().rules_in_force(ctx.actor()?).await?;
    let names = Names::read(&ctx).await?;
    let context = form_of(&ctx, &names, in_force.rules.rules(), in_force.number, None);
    page(&ctx, "admin/rules-form.html", "admin-title-edit", context)
}

fn form_of(
    ctx: &Ctx,
    names: &Names,
    rules: &Rules,
    number: u64,
    came: Option<(&Errors, &Form)>,
) -> Value {
    let policies = rules.sla.iter().enumerate().map(|(nth, policy)| {
        let targets = policy.targets.iter().map(|(target, rule)| {
            context! {
                name => format!("target-{nth}-{}", target.name()),
                label => say(ctx, &format!("sla-{}", target.name()), &[]),
                value => rule.within.to_string(),
            }
        });
        context! { name => policy.name.as_str(), targets => targets.collect::<Vec<_>>() }
    });
    let calendars = rules.calendars.iter().map(|(name, calendar)| {
        let days = DAYS.iter().map(|(day, called)| {
            context! {
                name => format!("hours-{name}-{called}"),
                label => say(ctx, &format!("admin-day-{called}"), &[]),
                value => calendar.hours.on(*day).to_string(),
            }
        });
        let holidays: Vec<String> = calendar.holidays.iter().map(holiday_text).collect();
        context! {
            name => name.as_str(),
            days => days.collect::<Vec<_>>(),
            holidays => format!("holidays-{name}"),
            given => holidays.join("\n"),
        }
    });
    let by = rules
        .allocation
        .iter()
        .map(|policy| option(policy.name().as_str(), policy.name().as_str()));
    let claimed = option("", &say(ctx, "admin-claimed", &[]));
    let by: Vec<Value> = [claimed].into_iter().chain(by).collect();
    let queues = super::teams::queues(ctx);
    let queues = queues.iter().map(|queue| {
        let of = rules
            .queues
            .get(queue)
            .and_then(|queue| queue.allocation.as_ref());
        context! {
            name => format!("queue-{queue}"),
            label => queue.as_str(),
            value => of.map_or("", Code::as_str).to_owned(),
        }
    });
    let into: Vec<Value> = super::teams::queues(ctx)
        .iter()
        .map(|queue| option(queue.as_str(), queue.as_str()))
        .collect();
    let services = rules.services.iter().map(|(code, service)| {
        context! {
            name => format!("service-{code}"),
            label => names.service(code),
            value => service.queue.as_str(),
        }
    });
    context! {
        filled => filled(ctx, came),
        services => services.collect::<Vec<_>>(),
        into => into,
        from => number,
        policies => policies.collect::<Vec<_>>(),
        calendars => calendars.collect::<Vec<_>>(),
        queues => queues.collect::<Vec<_>>(),
        by => by,
    }
}

/// `2026-12-24 12:00-24:00 Christmas Eve`; without hours, the whole day.
fn holiday_text(holiday: &Holiday) -> String {
    if holiday.closed == Hours::whole_day() {
        return format!("{} {}", holiday.date, holiday.name);
    }
    let hours = holiday.closed.to_string().replace(' ', "");
    format!("{} {hours} {}", holiday.date, holiday.name)
}

fn holiday(line: &str) -> Option<Holiday> {
    let (date, rest) = line.trim().split_once(' ')?;
    let date: NaiveDate = date.parse().ok()?;
    let timed = rest.trim().split_once(' ').and_then(|(hours, name)| {
        let closed: Hours = hours.contains(':').then(|| hours.parse().ok())??;
        Some((closed, name))
    });
    let (closed, name) = timed.unwrap_or_else(|| (Hours::whole_day(), rest));
    let name = name.trim().to_owned();
    (!name.is_empty()).then_some(Holiday { date, name, closed })
}

/// The rules with what a form says in place of what it asks.
fn of_form(form: &Form, mut rules: Rules, errors: &mut Errors) -> Rules {
    for (nth, policy) in rules.sla.iter_mut().enumerate() {
        for (target, rule) in &mut policy.targets {
            let name = format!("target-{nth}-{}", Target::name(*target));
            match form.text(&name).parse::<Span>() {
                Ok(within) => rule.within = within,
                Err(error) => expected(errors, &name, error),
            }
        }
    }
    for (name, calendar) in &mut rules.calendars {
        read_calendar(form, name, calendar, errors);
    }
    for (code, service) in &mut rules.services {
        if let Some(queue) = form.parse(&format!("service-{code}")) {
            service.queue = queue;
        }
    }
    let queues: Vec<Code> = rules
        .services
        .values()
        .map(|service| service.queue.clone())
        .collect();
    for queue in queues {
        let by = form.text(&format!("queue-{queue}")).parse().ok();
        if by.is_some() || rules.queues.contains_key(&queue) {
            rules.queues.entry(queue).or_default().allocation = by;
        }
    }
    rules
}

fn read_calendar(form: &Form, name: &Code, calendar: &mut Calendar, errors: &mut Errors) {
    let mut week = Week::default();
    let places = [
        &mut week.monday,
        &mut week.tuesday,
        &mut week.wednesday,
        &mut week.thursday,
        &mut week.friday,
        &mut week.saturday,
        &mut week.sunday,
    ];
    for ((_, called), place) in DAYS.iter().zip(places) {
        let field = format!("hours-{name}-{called}");
        let given = match form.text(&field) {
            "" => "closed",
            given => given,
        };
        match given.parse() {
            Ok(hours) => *place = hours,
            Err(error) => expected::<crcore::calendar::HoursError>(errors, &field, error),
        }
    }
    calendar.hours = week;
    let field = format!("holidays-{name}");
    let lines = form
        .text(&field)
        .lines()
        .filter(|line| !line.trim().is_empty());
    match lines.map(holiday).collect() {
        Some(holidays) => calendar.holidays = holidays,
        None => errors.add(&field, "admin-holidays-wrong"),
    }
}

fn expected<E: std::fmt::Display>(errors: &mut Errors, field: &str, error: E) {
    let said = vec![("why".into(), error.to_string().into())];
    errors.add_with(field, "admin-not-so", said);
}

/// Everything, as JSON.
pub(super) async fn ask_json(ctx: Ctx) -> Answer {
    let in_force = ctx.desk().rules_in_force(ctx.actor()?).await?;
    let context = context! {
        filled => (), rules => pretty(in_force.rules.rules())?, from => in_force.number,
    };
    page(&ctx, "admin/rules-json.html", "admin-title-json", context)
}

/// What the rules of a form would change, before anything does.
pub(super) async fn preview(ctx: Ctx, form: Form) -> Answer {
    let from: u64 = form.parse("from").unwrap_or(0);
    let mut errors = Errors::default();
    if form.is_ticked("form") {
        let base = at_number(&ctx, from).await?;
        let rules = of_form(&form, base.clone(), &mut errors);
        if errors.is_empty()
            && let Err(error) = Rulebook::new(rules.clone())
        {
            expected(&mut errors, "", error);
        }
        if errors.is_empty() {
            return show(&ctx, Candidate::of(rules, from), &Errors::default()).await;
        }
        let names = Names::read(&ctx).await?;
        let context = form_of(&ctx, &names, &base, from, Some((&errors, &form)));
        return refused(&ctx, "admin/rules-form.html", "admin-title-edit", context);
    }
    match readable(&form) {
        Ok(rules) => show(&ctx, Candidate::of(rules, from), &Errors::default()).await,
        Err(why) => not_readable(&ctx, &form, from, why),
    }
}

/// The rules of a form's JSON, or what the library says of them, with its place.
fn readable(form: &Form) -> Result<Rules, String> {
    let rules = Rules::from_json(form.raw("rules")).map_err(|e| e.to_string())?;
    Rulebook::new(rules.clone()).map_err(|e| e.to_string())?;
    Ok(rules)
}

fn not_readable(ctx: &Ctx, form: &Form, from: u64, why: String) -> Answer {
    let mut errors = Errors::default();
    errors.add_with("rules", "admin-not-so", vec![("why".into(), why.into())]);
    let context = context! {
        filled => errors.filled(ctx, form), rules => form.raw("rules"), from => from,
    };
    refused(ctx, "admin/rules-json.html", "admin-title-json", context)
}

/// Rules that somebody is about to put in force.
struct Candidate {
    rules: Rules,
    /// The number of the change that they began with.
    from: u64,
    comment: String,
    /// Whether open cases are to come under them at once.
    adopt: bool,
}

impl Candidate {
    fn of(rules: Rules, from: u64) -> Self {
        Self {
            rules,
            from,
            comment: String::new(),
            adopt: true,
        }
    }

    /// Brings in what others put in force since it was begun, and says so.
    async fn catch_up(&mut self, ctx: &Ctx, now: &InForce) -> Result<Option<&'static str>, Fault> {
        if self.from == now.number {
            return Ok(None);
        }
        let value = |rules: &Rules| serde_json::to_value(rules).map_err(Fault::broken);
        let base = value(&at_number(ctx, self.from).await?)?;
        let (merged, both) = merge(&base, &value(&self.rules)?, &value(now.rules.rules())?);
        let merged = serde_json::from_value::<Rules>(merged).ok();
        let merged = merged.filter(|rules| Rulebook::new(rules.clone()).is_ok());
        self.from = now.number;
        Ok(Some(match merged {
            Some(rules) => {
                self.rules = rules;
                if both {
                    "admin-rules-both"
                } else {
                    "admin-rules-together"
                }
            }
            None => "admin-rules-stale",
        }))
    }
}

/// What the rules would change: the difference, and the open cases that would get other deadlines.
async fn show(ctx: &Ctx, mut candidate: Candidate, errors: &Errors) -> Answer {
    let actor = ctx.actor()?;
    let in_force = ctx.desk().rules_in_force(actor).await?;
    let meanwhile = candidate.catch_up(ctx, &in_force).await?;
    let rules = &candidate.rules;
    let mut all = Preview::default();
    for _ in 0..PAGES {
        let one = ctx.desk().preview_rules(actor, rules, all.next).await?;
        all.changed += one.changed;
        all.unchanged += one.unchanged;
        all.left += one.left;
        all.given_out += one.given_out;
        all.samples.extend(one.samples);
        all.next = one.next;
        if all.next.is_none() {
            break;
        }
    }
    all.samples.truncate(SAMPLES);
    let mut grid = Grid::new(ctx, "affected", &["case", "due-now", "due-then"]);
    for affected in &all.samples {
        let case = format!("/desk/cases/{}", affected.reference);
        grid.row([
            link(affected.reference.to_string(), case),
            affected.before.map_or_else(|| text("–"), at),
            affected.after.map_or_else(|| text("–"), at),
        ]);
    }
    let counts = [
        ("changed", u64::from(all.changed).into()),
        (
            "all",
            u64::from(all.changed + all.unchanged + all.left).into(),
        ),
    ];
    let more = if all.next.is_some() {
        "admin-preview-more"
    } else {
        "admin-preview-all"
    };
    let context = context! {
        filled => errors.filled(ctx, &Form::default()),
        counted => say(ctx, more, &counts),
        undecided => all.left,
        given_out => all.given_out,
        grids => vec![grid.value()],
        difference => diff(&pretty(in_force.rules.rules())?, &pretty(rules)?),
        rules => pretty(rules)?,
        meanwhile => meanwhile.map(|message| ctx.text(message, &[])),
        now => in_force.number,
        comment => candidate.comment,
        adopt => candidate.adopt,
    };
    let (template, title) = ("admin/rules-preview.html", "admin-title-preview");
    if errors.is_empty() {
        return page(ctx, template, title, context);
    }
    refused(ctx, template, title, context)
}

/// Puts the rules of a form in force.
pub(super) async fn put(ctx: Ctx, form: Form) -> Answer {
    let (actor, from) = (ctx.actor()?, form.parse("from").unwrap_or(0));
    let rules = match readable(&form) {
        Ok(rules) => rules,
        Err(why) => return not_readable(&ctx, &form, from, why),
    };
    let comment = form.text("comment");
    let put = ctx
        .desk()
        .use_rules(actor, rules.clone(), from, Some(comment))
        .await;
    match put {
        Ok(change) if form.is_ticked("adopt") => {
            match bring_open(&ctx, change.number, None).await {
                Ok(place) => ctx.see_other(&place, Some("admin-done-rules-all")),
                // They are in force all the same; the page has the button for the rest.
                Err(_) => ctx.lead_back(&place(change.number), "admin-done-rules-only"),
            }
        }
        Ok(change) => ctx.see_other(&place(change.number), Some("admin-done-rules")),
        // Pressed twice: they are in force.
        Err(Error::Stale { now, .. }) if ctx.desk().rules().rules() == &rules => {
            ctx.see_other(&place(now), Some("admin-done-rules"))
        }
        Err(error) => {
            let mut errors = Errors::default();
            match error {
                Error::Stale { .. } => errors.add("", "admin-rules-moved"),
                error => complain(&mut errors, error)?,
            }
            // Nothing is lost: the same rules are shown against those that are in force by now.
            let candidate = Candidate {
                rules,
                from,
                comment: comment.to_owned(),
                adopt: form.is_ticked("adopt"),
            };
            show(&ctx, candidate, &errors).await
        }
    }
}

fn place(number: u64) -> String {
    format!("/admin/policies/history/{number}")
}

/// Brings open cases under the rules in force.
pub(super) async fn adopt(ctx: Ctx, form: Form) -> Answer {
    let in_force = ctx.desk().rules_in_force(ctx.actor()?).await?;
    let place = bring_open(&ctx, in_force.number, form.parse("after")).await?;
    ctx.see_other(&place, None)
}

/// Brings as many open cases under the rules as one request has time for; where the page says how many
/// came, and where to go on.
async fn bring_open(ctx: &Ctx, number: u64, after: Option<Cursor>) -> Result<String, Fault> {
    let mut all = Adopted {
        next: after,
        ..Adopted::default()
    };
    let began = Instant::now();
    while began.elapsed() < ADOPTS_FOR {
        let one = ctx.desk().adopt_rules(ctx.actor()?, all.next).await?;
        all.changed += one.changed;
        all.left += one.left;
        all.next = one.next;
        if all.next.is_none() {
            break;
        }
    }
    let (place, changed, left) = (place(number), all.changed, all.left);
    let next = all.next.map(|next| format!("&after={next}"));
    let next = next.unwrap_or_default();
    Ok(format!("{place}?changed={changed}&left={left}{next}"))
}
