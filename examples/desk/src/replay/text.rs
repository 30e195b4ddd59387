//! The report on a screen.

use std::fmt::{self, Display, Formatter};

use crcore::analytics::Spread;
use crcore::ticket::Target;

use super::case::Split;
use super::report::{Agreement, Line, Report};

/// By month where that is a page at most, else by year.
const MONTHS_MAX: usize = 24;
/// As many services are listed; the rest is in the JSON.
const SERVICES_MAX: usize = 12;

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let input = &self.input;
        writeln!(
            f,
            "{}: {} of {} cases of {}, seed {}, {} on the roster",
            input.form.title(),
            number(input.cases_replayed),
            number(input.cases_in_file),
            input.file,
            input.seed,
            number(input.agents),
        )?;
        self.recorded(f)?;
        self.computed(f)?;
        for agreement in &self.agreement {
            self.agreement(f, agreement)?;
        }
        writeln!(f, "\nASSUMED, because the file does not say")?;
        for line in &self.assumed {
            writeln!(f, "  - {line}")?;
        }
        let speed = &self.speed;
        writeln!(
            f,
            "\n{} events of {} commands and {} ticks in {:.1} s: {} events, {} commands per second",
            number(speed.events),
            number(speed.commands),
            number(speed.ticks),
            speed.seconds,
            number(speed.events_per_second as u64),
            number(speed.commands_per_second as u64),
        )?;
        writeln!(
            f,
            "chain of events read again and whole: position {}, hash {}",
            self.store.head.position, self.store.head.hash
        )?;
        writeln!(f, "kept in {}", self.store.address)?;
        // Quoted: a reference may end in `*`, `~`, `$` or `=`.
        for reference in &self.store.references {
            writeln!(
                f,
                "  try: crdesk explain '{reference}'{}",
                self.store.option
            )?;
        }
        Ok(())
    }
}

impl Report {
    fn recorded(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let recorded = &self.recorded;
        let label = self.input.form.label();
        writeln!(
            f,
            "\nRECORDED: the file's own labels, over all of its {} cases",
            number(recorded.cases)
        )?;
        writeln!(f, "  {label:<28} {}", shares(recorded.in_time))?;
        for (year, split) in &recorded.by_year {
            writeln!(f, "    {year:<26} {}", shares(*split))?;
        }
        if let Some(times) = recorded.reassigned {
            writeln!(
                f,
                "  {:<28} {} of {} ({}), {} times in all",
                "reassigned at least once",
                number(times.cases),
                number(recorded.cases),
                percent(times.cases as f64 / recorded.cases.max(1) as f64),
                number(times.times),
            )?;
        }
        if let Some(reopened) = recorded.reopened {
            writeln!(f, "  {:<28} {}", "reopened", number(reopened))?;
        }
        if let Some(without) = recorded.without_resolution {
            writeln!(
                f,
                "  {:<28} {} ({}): they stay open until they closed",
                "no instant of resolution",
                number(without),
                percent(without as f64 / recorded.cases.max(1) as f64),
            )?;
        }
        let mut answers: Vec<_> = recorded.answers.iter().collect();
        answers.sort_by_key(|(name, cases)| (std::cmp::Reverse(**cases), *name));
        for (answer, cases) in answers.into_iter().take(5) {
            let answer = if answer.is_empty() {
                "(nothing)"
            } else {
                answer
            };
            writeln!(f, "  answer: {answer:<36} {:>8}", number(*cases))?;
        }
        Ok(())
    }

    fn computed(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let computed = &self.computed;
        let all = &computed.all.measures;
        writeln!(
            f,
            "\nCOMPUTED: our timers over our calendar, {} to {}",
            computed.from.format("%Y-%m-%d"),
            computed.to.format("%Y-%m-%d")
        )?;
        writeln!(
            f,
            "  {} raised, {} resolved, {} closed, {} reopened; {} still open",
            number(all.raised),
            number(all.resolved),
            number(all.closed),
            number(all.reopened),
            number(computed.still_open),
        )?;
        let outcomes = computed.outcomes.iter();
        let outcomes =
            outcomes.map(|(outcome, n)| format!("{} {}", outcome.replace('_', " "), number(*n)));
        writeln!(f, "  outcomes: {}", list(outcomes))?;
        for target in Target::ALL {
            let (met, missed) = computed.all.kept(target);
            if met + missed > 0 {
                let split = Split {
                    yes: met,
                    no: missed,
                    not_said: 0,
                };
                writeln!(
                    f,
                    "  {:<28} met {}",
                    target.name().replace('_', " "),
                    shares(split)
                )?;
            }
        }
        let mark = if self.input.form.assumes_answers() {
            " (assumed)"
        } else {
            ""
        };
        let (first, last) = (&all.first_response, &all.resolution);
        writeln!(
            f,
            "  {:<28} {}{mark}",
            "first response after",
            spread(first)
        )?;
        writeln!(f, "  {:<28} {}{mark}", "resolution after", spread(last))?;
        writeln!(
            f,
            "  {:<28} {} of {} ({}), {} times in all",
            "reassigned at least once",
            number(all.reassigned),
            number(all.first_resolved()),
            all.reassignment_rate().map_or_else(|| "-".into(), percent),
            number(all.reassignments),
        )?;
        let allocation = &computed.allocation;
        writeln!(
            f,
            "  {:<28} {} tickets given out, {} by hand; {} waited because nobody had room, {} never had anybody; longest wait {}",
            "allocation",
            number(allocation.chosen),
            number(allocation.by_hand),
            number(allocation.waited),
            number(allocation.never_assigned),
            duration(allocation.longest_wait_s.unsigned_abs()),
        )?;
        let notices = computed
            .notices
            .iter()
            .map(|(text, n)| format!("{text} {}", number(*n)));
        writeln!(f, "  {:<28} {}", "notices carried out", list(notices))?;
        if !computed.refused.is_empty() {
            let refused = computed
                .refused
                .iter()
                .map(|(what, n)| format!("{what} {}", number(*n)));
            writeln!(f, "  {:<28} {}", "not possible at the desk", list(refused))?;
        }
        let mut services: Vec<&Line> = computed.by_service.iter().collect();
        services.sort_by_key(|line| std::cmp::Reverse(line.measures.raised));
        let left_out = services.len().saturating_sub(SERVICES_MAX);
        services.truncate(SERVICES_MAX);
        self.table(f, "by product or category", services.into_iter())?;
        if left_out > 0 {
            writeln!(f, "  and {left_out} more in --json")?;
        }
        match computed.by_month.len() {
            0..=MONTHS_MAX => self.table(f, "by month", computed.by_month.iter())?,
            _ => self.table(f, "by year (months are in --json)", computed.by_year.iter())?,
        }
        writeln!(f, "  met counts when it was met, missed when it fell due")
    }

    fn table<'a>(
        &self,
        f: &mut Formatter<'_>,
        title: &str,
        lines: impl Iterator<Item = &'a Line>,
    ) -> fmt::Result {
        let target = self.input.form.labelled_target();
        writeln!(
            f,
            "\n  {title:<32} {:>8} {:>8} {:>8} {:>7} {:>7}  resolution p50, p90, p95",
            "raised", "resolved", "met", "missed", "met %"
        )?;
        for line in lines {
            let (met, missed) = line.kept(target);
            let share = Split {
                yes: met,
                no: missed,
                not_said: 0,
            }
            .share();
            let Spread { p50, p90, p95, .. } = *line.resolution();
            writeln!(
                f,
                "  {:<32} {:>8} {:>8} {:>8} {:>7} {:>7}  {}, {}, {}",
                line.what,
                number(line.measures.raised),
                number(line.measures.resolved),
                number(met),
                number(missed),
                share.map_or_else(|| "-".into(), percent),
                duration(p50),
                duration(p90),
                duration(p95),
            )?;
        }
        Ok(())
    }

    fn agreement(&self, f: &mut Formatter<'_>, agreement: &Agreement) -> fmt::Result {
        writeln!(
            f,
            "\nAGREEMENT, case by case, of what was replayed: {}",
            agreement
                .share()
                .map_or_else(|| "nothing to compare".into(), percent)
        )?;
        let computed = format!("computed: {}", agreement.computed);
        writeln!(
            f,
            "  {:<38} {computed}",
            format!("recorded: {}", agreement.recorded)
        )?;
        writeln!(
            f,
            "  {:<38} {:>10} {:>10} {:>10}",
            "", "yes", "no", "not said"
        )?;
        let rows = [
            ("yes", agreement.yes),
            ("no", agreement.no),
            ("not said", agreement.not_said),
        ];
        for (said, ours) in rows {
            let cells = [ours.yes, ours.no, ours.not_said].map(number);
            writeln!(
                f,
                "  {said:<38} {:>10} {:>10} {:>10}",
                cells[0], cells[1], cells[2]
            )?;
        }
        Ok(())
    }
}

fn list(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        "none".to_owned()
    } else {
        parts.join(", ")
    }
}

fn shares(split: Split) -> String {
    let share = split.share().map_or_else(|| "-".to_owned(), percent);
    let said = split.yes + split.no;
    let not_said = match split.not_said {
        0 => String::new(),
        n => format!("; {} not said", number(n)),
    };
    format!(
        "{share:>7}  {} of {}{not_said}",
        number(split.yes),
        number(said)
    )
}

fn spread(spread: &Spread) -> String {
    if spread.count == 0 {
        return "-".to_owned();
    }
    let Spread { p50, p90, p95, .. } = *spread;
    format!(
        "p50 {}, p90 {}, p95 {}",
        duration(p50),
        duration(p90),
        duration(p95)
    )
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// `43549` as `43,549`.
fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The two largest units.
pub(super) fn duration(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_at_a_glance() {
        let numbers = [0, 999, 1_000, 43_549, 1_234_567].map(number);
        assert_eq!(numbers, ["0", "999", "1,000", "43,549", "1,234,567"]);
        let durations = [59, 61 * 60, 90_000].map(duration);
        assert_eq!(durations, ["0 min", "1 h 1 min", "1 d 1 h"]);
    }
}
