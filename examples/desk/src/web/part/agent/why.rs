//! Why a case is due when it is, and who was considered for it: the library's account, in words.

use axum::extract::Path;
use crcore::sla::{Explanation, Time};
use crcore::ticket::{Decision, LeftOut, Mark, Milestone};
use minijinja::context;
use minijinja::value::Value;

use super::case;
use super::names::{Names, humane, say};
use crate::web::address::encode;
use crate::web::ctx::Ctx;
use crate::web::fault::Answer;

pub(super) async fn why(ctx: Ctx, Path(reference): Path<String>) -> Answer {
    let ticket = case::ticket(&ctx, &reference).await?;
    let names = Names::of(&ctx, std::slice::from_ref(&ticket)).await?;
    let why = ctx.desk().explain(ctx.actor()?, ticket.id).await?;
    let deadlines: Vec<Value> = why.deadlines.iter().map(|d| deadline(&ctx, d)).collect();
    let allocation = why.allocation.iter();
    let allocation: Vec<Value> = allocation
        .map(|(at, d)| decision(&ctx, &names, ctx.instant(*at), d))
        .collect();
    let reference = ticket.reference.to_string();
    let context = context! {
        reference => reference.as_str(),
        subject => names.subject(&ctx, &ticket),
        back_to => format!("/desk/cases/{}", encode(&reference)),
        live => format!("/live/desk/{}", encode(&reference)),
        deadlines => deadlines,
        allocation => allocation,
    };
    ctx.page("agent/why.html", "agent-title-why", context)
}

fn deadline(ctx: &Ctx, deadline: &Explanation) -> Value {
    let told = |id: &str| say(ctx, id, &[]);
    let at = |at| ctx.instant(at);
    let length = |seconds: i64| length(seconds.unsigned_abs());
    let time = told(match deadline.time {
        Time::Business => "agent-why-business",
        Time::Calendar => "agent-why-calendar-time",
    });
    let mut rows = Vec::new();
    let mut row =
        |key: &str, value: String| rows.push(context! { key => told(key), value => value });
    row("agent-why-policy", humane(&deadline.policy));
    if !deadline.because.is_empty() {
        row("agent-why-because", deadline.because.join(", "));
    }
    if let Some(calendar) = &deadline.calendar {
        row(
            "agent-why-calendar",
            format!("{} ({})", humane(calendar), deadline.time_zone),
        );
    }
    row(
        "agent-why-within",
        format!(
            "{} ({}, {time})",
            deadline.within,
            length(deadline.allowed_s)
        ),
    );
    row("agent-why-from", at(deadline.started_at));
    row(
        "agent-why-counted",
        format!("{} ({time})", length(deadline.counted_s)),
    );
    let due = deadline.due_at.map(at);
    row(
        "agent-why-due",
        due.unwrap_or_else(|| told("agent-why-held")),
    );
    if let Some(other) = deadline.otherwise_due_at {
        row("agent-why-otherwise", at(other));
    }
    for pause in &deadline.pauses {
        let to = pause.to.map_or_else(|| told("agent-why-now"), at);
        row("agent-why-pause", format!("{} – {to}", at(pause.from)));
    }
    if !deadline.holidays.is_empty() {
        let all = deadline.holidays.iter();
        let all: Vec<String> = all.map(|(day, name)| format!("{day} {name}")).collect();
        row("agent-why-holidays", all.join(", "));
    }
    for milestone in &deadline.milestones {
        row("agent-why-milestone", step(ctx, milestone));
    }
    if let Some(verdict) = deadline.verdict {
        let id = if verdict.met {
            "agent-why-met"
        } else {
            "agent-why-missed"
        };
        let (at, margin) = (at(verdict.at), length(verdict.margin_s));
        row(
            "agent-why-verdict",
            say(ctx, id, &[("at", &at), ("margin", &margin)]),
        );
    }
    let windows = deadline.windows.iter();
    let windows: Vec<Value> = windows
        .map(|w| {
            let seconds = (w.to - w.from).num_seconds();
            context! { from => at(w.from), to => at(w.to), length => length(seconds) }
        })
        .collect();
    context! {
        what => told(&format!("sla-{}", deadline.target.name())),
        cycle => deadline.cycle,
        rows => rows,
        windows => windows,
        left_out => deadline.windows_left_out,
        text => deadline.to_string(),
    }
}

fn step(ctx: &Ctx, milestone: &Milestone) -> String {
    let id = match milestone.mark {
        Mark::Warning(_) => "agent-why-warning",
        Mark::Due => "agent-why-breach",
        Mark::Escalation(_) => "agent-why-escalation",
    };
    let done = if milestone.fired {
        say(ctx, "agent-why-done", &[])
    } else {
        String::new()
    };
    let at = milestone
        .at
        .map_or_else(|| say(ctx, "agent-why-held", &[]), |at| ctx.instant(at));
    format!("{}: {at} {done}", say(ctx, id, &[]))
        .trim_end()
        .to_owned()
}

/// `2 d 3 h 4 min`: exact, where a deadline is reckoned.
fn length(seconds: u64) -> String {
    let parts = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let mut left = seconds;
    let mut words = Vec::new();
    for (unit, name) in parts {
        if left >= unit {
            words.push(format!("{} {name}", left / unit));
            left %= unit;
        }
    }
    if words.is_empty() {
        "0 s".to_owned()
    } else {
        words.join(" ")
    }
}

fn decision(ctx: &Ctx, names: &Names, at: String, decision: &Decision) -> Value {
    let considered: Vec<Value> = decision
        .considered
        .iter()
        .map(|one| {
            context! {
                name => names.agent(ctx, one.agent),
                load => format!("{} / {}", one.units, one.capacity),
                why => one.left_out.as_ref().map(|because| left_out(ctx, because)),
                chosen => decision.chosen == Some(one.agent),
            }
        })
        .collect();
    let tie = decision.decided_by.map(|tie| {
        let name = format!("{tie:?}").to_lowercase();
        say(ctx, &format!("agent-why-tie-{name}"), &[])
    });
    context! {
        at => at,
        policy => humane(&decision.policy),
        chosen => decision.chosen.map(|id| names.agent(ctx, id)),
        decided_by => tie,
        looked_at => decision.looked_at,
        considered => considered,
    }
}

fn left_out(ctx: &Ctx, because: &LeftOut) -> String {
    match because {
        LeftOut::Unavailable => say(ctx, "agent-why-unavailable", &[]),
        LeftOut::OtherQueue => say(ctx, "agent-why-other-queue", &[]),
        LeftOut::Skill {
            skill,
            needed,
            level,
        } => {
            let (skill, needed, level) = (humane(skill), needed.to_string(), level.to_string());
            let with = [
                ("skill", skill.as_str()),
                ("needed", &needed),
                ("level", &level),
            ];
            say(ctx, "agent-why-skill", &with)
        }
        LeftOut::Full => say(ctx, "agent-why-full", &[]),
        LeftOut::PutBack => say(ctx, "agent-why-put-back", &[]),
        LeftOut::OwnRule { rule } => say(ctx, "agent-why-own-rule", &[("rule", &humane(rule))]),
    }
}
