//! Why a ticket is due when it is.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::book::{Prepared, SlaBook, SlaError};
use super::running::Running;
use super::span::clock_text;
use super::timing;
use super::{Action, Recipient, Span, TargetRule, Time};
use crate::id::Code;
use crate::ticket::{Mark, Milestone, Pause, PauseCause, Status, Target, Ticket, Timer, Verdict};

/// As many windows are listed at either end; those between are counted.
const WINDOWS_SHOWN: usize = 10;

/// How a due instant came about: everything that it was computed from, so that anybody can compute it
/// again. [`Display`](fmt::Display) tells it in plain lines, in the calendar's time zone and in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// What has to be done.
    pub target: Target,
    /// The how-manieth time.
    pub cycle: u32,
    /// The policy that decided.
    pub policy: Code,
    /// What the ticket has of what the policy asks for; empty where it takes every ticket.
    pub because: Vec<String>,
    /// Whether the policy still asks for this ticket.
    pub still_matches: bool,
    /// The version of the rules.
    pub rules: String,
    /// The calendar of the policy, if it has one.
    pub calendar: Option<Code>,
    /// The time zone in which its days end.
    pub time_zone: Tz,
    /// What counts as time.
    pub time: Time,
    /// How long the target may take.
    pub within: Span,
    /// The same in seconds of the target's time.
    pub allowed_s: i64,
    /// What it counts from.
    pub started_at: DateTime<Utc>,
    /// When it is due; absent while a pause holds it.
    pub due_at: Option<DateTime<Utc>>,
    /// The instant to which these rules lead, where it is another one: the timer was settled by earlier
    /// rules, or before the ticket was changed, and kept its due instant.
    pub otherwise_due_at: Option<DateTime<Utc>>,
    /// Seconds of the target's time until the due instant, the verdict or the pause that holds it,
    /// whichever these windows end with.
    pub counted_s: i64,
    /// In which time was counted: the first and the last of them, in order.
    pub windows: Vec<Window>,
    /// How many windows are left out after the first ten.
    pub windows_left_out: usize,
    /// The calendar's holidays on the way, of business time.
    pub holidays: Vec<(NaiveDate, String)>,
    /// The pauses for which the target stops, up to then.
    pub pauses: Vec<Pause>,
    /// What happens on the way.
    pub milestones: Vec<Milestone>,
    /// What the escalation steps do, by their number.
    pub actions: Vec<Action>,
    /// How it ended; absent while it runs.
    pub verdict: Option<Verdict>,
}

/// An interval that counted, `[from, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Since when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
}

impl SlaBook {
    /// Tells how a timer of a ticket came to its due instant.
    ///
    /// It takes the book of the version that the ticket remembers. Once a timer has its verdict, the
    /// ticket may have come under another policy or version; give the ticket as it stood at the
    /// verdict, the fold of its events up to [`Met`](crate::Fact::Met) or
    /// [`Missed`](crate::Fact::Missed), and the book of that time.
    ///
    /// # Errors
    /// [`SlaError::NoTimer`] and [`SlaError::NoTarget`] where there is nothing to explain,
    /// [`SlaError::OtherRules`] where this book did not decide, [`SlaError::OutOfReach`] as
    /// [`follow`](Self::follow).
    pub fn explain(
        &self,
        ticket: &Ticket,
        target: Target,
        cycle: u32,
    ) -> Result<Explanation, SlaError> {
        let timers = ticket.sla.iter().flat_map(|sla| &sla.timers);
        let timer = timers
            .into_iter()
            .find(|t| t.target == target && t.cycle == cycle);
        let (Some(sla), Some(timer)) = (&ticket.sla, timer) else {
            return Err(SlaError::NoTimer { target, cycle });
        };
        let other_rules = || SlaError::OtherRules {
            ticket: sla.rules.clone(),
            book: self.version().to_owned(),
        };
        if sla.rules != self.version() {
            return Err(other_rules());
        }
        let prepared = self.named(&sla.policy).ok_or_else(other_rules)?;
        let rule = prepared.rule(target).ok_or_else(|| SlaError::NoTarget {
            policy: sla.policy.clone(),
            target,
        })?;
        let pauses = pauses_of(ticket, timer);
        let running = prepared.running(rule, target, &pauses);
        let start = timer.started_at;
        let allowed = running
            .allowed(rule.within, start)
            .map_err(prepared.out_of_reach(target))?;
        let due = timing::due_at(&running, rule, start).map_err(prepared.out_of_reach(target))?;
        let end = end_of(ticket, timer, &running);
        let (windows, windows_left_out) = shorten(running.windows(start, end));
        Ok(Explanation {
            target,
            cycle,
            policy: sla.policy.clone(),
            because: prepared.policy.when.reasons(ticket),
            still_matches: prepared.policy.when.matches(ticket),
            rules: sla.rules.clone(),
            calendar: prepared.policy.calendar.clone(),
            time_zone: prepared.zone,
            time: rule.time,
            within: rule.within,
            allowed_s: allowed.num_seconds(),
            started_at: start,
            due_at: timer.due_at,
            otherwise_due_at: due.filter(|_| timer.due_at.is_some() && timer.due_at != due),
            counted_s: running.between(start, end).num_seconds(),
            windows,
            windows_left_out,
            holidays: holidays(prepared, rule, start, end),
            pauses: running.pauses().to_vec(),
            milestones: timer.milestones.clone(),
            actions: rule.escalate.iter().map(|e| e.action.clone()).collect(),
            verdict: timer.verdict,
        })
    }
}

/// The pauses that a timer knew: those until its verdict.
fn pauses_of(ticket: &Ticket, timer: &Timer) -> Vec<Pause> {
    let known = |pause: &&Pause| timer.verdict.is_none_or(|verdict| pause.from < verdict.at);
    ticket.pauses.iter().filter(known).copied().collect()
}

/// Up to when time is told: the due instant, else what keeps it from coming.
fn end_of(ticket: &Ticket, timer: &Timer, running: &Running<'_>) -> DateTime<Utc> {
    let closed_at = match ticket.status {
        Status::Closed { at, .. } => Some(at),
        _ => None,
    };
    let held_since = running.pauses().iter().find(|p| p.to.is_none());
    timer
        .due_at
        .or(timer.verdict.map(|verdict| verdict.at))
        .or(held_since.map(|pause| pause.from))
        .or(closed_at)
        .unwrap_or(timer.started_at)
        .max(timer.started_at)
}

fn shorten(windows: impl Iterator<Item = std::ops::Range<DateTime<Utc>>>) -> (Vec<Window>, usize) {
    let mut windows: Vec<_> = windows
        .map(|window| Window {
            from: window.start,
            to: window.end,
        })
        .collect();
    let left_out = windows.len().saturating_sub(2 * WINDOWS_SHOWN);
    if left_out > 0 {
        windows.drain(WINDOWS_SHOWN..WINDOWS_SHOWN + left_out);
    }
    (windows, left_out)
}

fn holidays(
    prepared: &Prepared,
    rule: &TargetRule,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
) -> Vec<(NaiveDate, String)> {
    let hours = prepared.business.as_ref();
    hours
        .filter(|_| rule.time == Time::Business)
        .into_iter()
        .flat_map(|hours| hours.holidays_between(hours.date(start), hours.date(end)))
        .map(|(date, name)| (date, name.to_owned()))
        .collect()
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", name(self.target))?;
        if self.cycle > 1 {
            write!(f, " ({})", self.cycle)?;
        }
        match self.due_at {
            Some(due) => writeln!(f, " due {}", self.at(due))?,
            None if self.verdict.is_some() => writeln!(f, " reached while a pause held it")?,
            None if self.is_held() => writeln!(f, " not due while a pause holds it")?,
            None => writeln!(f, " not due any more")?,
        }
        self.policy_lines(f)?;
        self.time_lines(f)?;
        self.milestone_lines(f)?;
        if let Some(verdict) = self.verdict {
            let text = if verdict.met { "met" } else { "missed" };
            let margin = clock_text(verdict.margin_s.unsigned_abs());
            let side = if verdict.met { "to spare" } else { "late" };
            writeln!(f, "{text}: {}, {margin} {side}", self.at(verdict.at))?;
        }
        Ok(())
    }
}

impl Explanation {
    fn policy_lines(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "policy: {}, rules {}", self.policy, self.rules)?;
        match (self.still_matches, self.because.is_empty()) {
            (false, _) => writeln!(f, ", which the ticket no longer matches")?,
            (true, true) => writeln!(f, ", for every ticket")?,
            (true, false) => writeln!(f, ", because of {}", self.because.join(", "))?,
        }
        if let Some(otherwise) = self.otherwise_due_at {
            let at = self.at(otherwise);
            writeln!(f, "kept: settled earlier; by now these rules lead to {at}")?;
        }
        match &self.calendar {
            Some(calendar) => writeln!(f, "calendar: {calendar}, {}", self.time_zone),
            None => writeln!(f, "calendar: none, {}", self.time_zone),
        }
    }

    fn time_lines(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.time_name();
        let allowed = clock_text(self.allowed_s.unsigned_abs());
        write!(f, "within: {}", self.within)?;
        if allowed == self.within.to_string() {
            writeln!(f, " of {time} time")?;
        } else {
            writeln!(f, ", which is {allowed} of {time} time")?;
        }
        writeln!(f, "start: {}", self.at(self.started_at))?;
        let counted = clock_text(self.counted_s.unsigned_abs());
        writeln!(f, "counted: {counted} of {time} time")?;
        for (place, window) in self.windows.iter().enumerate() {
            if place == WINDOWS_SHOWN && self.windows_left_out > 0 {
                writeln!(f, "  ... {} more ...", self.windows_left_out)?;
            }
            let length = (window.to - window.from).num_seconds().unsigned_abs();
            let [from, to] = [window.from, window.to].map(|at| self.local(at));
            writeln!(f, "  {from} to {to}: {}", clock_text(length))?;
        }
        for (date, name) in &self.holidays {
            writeln!(f, "holiday: {date} {name}")?;
        }
        for pause in &self.pauses {
            let cause = match pause.cause {
                PauseCause::Customer => "waiting for the customer",
                PauseCause::ThirdParty => "waiting for a third party",
                PauseCause::Resolved => "resolved",
            };
            let from = self.at(pause.from);
            match pause.to {
                Some(to) => writeln!(f, "pause: {cause}, {from} to {}", self.at(to))?,
                None => writeln!(f, "pause: {cause}, since {from}")?,
            }
        }
        Ok(())
    }

    fn milestone_lines(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for milestone in &self.milestones {
            match milestone.mark {
                Mark::Warning(step) => write!(f, "warning {}: ", u16::from(step) + 1)?,
                Mark::Due => write!(f, "breach: ")?,
                Mark::Escalation(step) => {
                    write!(f, "escalation {}: ", u16::from(step) + 1)?;
                    if let Some(action) = self.actions.get(usize::from(step)) {
                        write!(f, "{}, ", action_text(action))?;
                    }
                }
            }
            match milestone.at {
                Some(at) => write!(f, "{}", self.at(at))?,
                None if self.is_held() => write!(f, "held")?,
                None => write!(f, "not any more")?,
            }
            writeln!(f, "{}", if milestone.fired { ", done" } else { "" })?;
        }
        Ok(())
    }

    fn is_held(&self) -> bool {
        self.pauses.iter().any(|pause| pause.to.is_none())
    }

    fn time_name(&self) -> &'static str {
        match self.time {
            Time::Business => "business",
            Time::Calendar => "calendar",
        }
    }

    /// An instant on the calendar's wall clock and in UTC.
    fn at(&self, at: DateTime<Utc>) -> String {
        // A fraction of a second is shown where there is one, so that no two instants look the same.
        let utc = at.format("%Y-%m-%dT%H:%M:%S%.fZ");
        if self.time_zone == Tz::UTC {
            return format!("{} {utc}", at.format("%a"));
        }
        format!("{} ({utc})", self.local(at))
    }

    fn local(&self, at: DateTime<Utc>) -> impl fmt::Display {
        at.with_timezone(&self.time_zone)
            .format("%a %Y-%m-%d %H:%M:%S%.f %:z")
    }
}

fn name(target: Target) -> &'static str {
    match target {
        Target::FirstResponse => "first response",
        Target::NextResponse => "next response",
        Target::Resolution => "resolution",
    }
}

fn action_text(action: &Action) -> String {
    match action {
        Action::Notify(Recipient::Assignee) => "notify the assignee".to_owned(),
        Action::Notify(Recipient::Team(team)) => format!("notify team {team}"),
        Action::Notify(Recipient::Role(role)) => format!("notify every {}", role.name()),
        Action::RaisePriority(priority) => format!("raise priority to {}", priority.name()),
        Action::Release => "release to the queue".to_owned(),
    }
}
