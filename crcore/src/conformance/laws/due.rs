//! Tickets at which something must happen.

use chrono::TimeDelta;

use crate::conformance::check::{land, same};
use crate::conformance::fixture::{Scene, notice_ids, owes, ticket_ids};
use crate::conformance::{Harness, Outcome, Verdict};
use crate::event::Fact;
use crate::id::TicketId;

/// Due tickets come by the instant they were due, bounded; what is settled or not yet due does not.
pub async fn the_longest_overdue_is_due_first(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(27)?;
    let start = scene.now() + TimeDelta::days(1);
    let mut minutes: Vec<i64> = (0..12).map(|nth| nth / 2).collect();
    scene.chance.shuffle(&mut minutes);
    let mut snoozed = Vec::new();
    for minute in minutes {
        let until = start + TimeDelta::minutes(minute);
        let (ticket, raise) = scene.raise()?;
        let (ticket, snooze) = scene.step(&ticket, Fact::Snoozed { until })?;
        land(&*store, &[raise, snooze]).await?;
        snoozed.push((until, ticket.id, ticket));
    }
    let (_, never) = scene.raise()?;
    land(&*store, &[never]).await?;
    snoozed.sort_by_key(|(until, id, _)| (*until, *id));
    let tick = TimeDelta::microseconds(1);
    same(
        "before any",
        &store.due(start - tick, 0, 100).await?.len(),
        &0,
    )?;
    for minute in 0..6 {
        let now = start + TimeDelta::minutes(minute);
        let due: Vec<_> = snoozed
            .iter()
            .filter(|(until, ..)| *until <= now)
            .map(|(_, id, _)| *id)
            .collect();
        for limit in [0, 1, 5, 100] {
            let found = store.due(now, 0, limit).await?;
            let wanted: Vec<_> = due.iter().copied().take(limit as usize).collect();
            // Those of one instant may come in any order, but the same each time.
            let instants = |ids: &[TicketId]| -> Vec<_> {
                let until = |id: &TicketId| snoozed.iter().find(|s| s.1 == *id).map(|s| s.0);
                ids.iter().map(until).collect()
            };
            let found = ticket_ids(&found);
            same("when they were due", &instants(&found), &instants(&wanted))?;
            let again = ticket_ids(&store.due(now, 0, limit).await?);
            same("asked twice", &again, &found)?;
        }
    }
    let now = start + TimeDelta::days(1);
    for (nth, (_, id, ticket)) in snoozed.iter().enumerate() {
        let (_, wake) = scene.step(ticket, Fact::Woken)?;
        land(&*store, &[wake]).await?;
        let due = ticket_ids(&store.due(now, 0, 100).await?);
        same("how many are left", &due.len(), &(snoozed.len() - nth - 1))?;
        same("a settled one is due", &due.contains(id), &false)?;
    }
    Ok(Outcome::Kept)
}

/// `spread` passes over so many batches, unless that passes over all: then over none.
pub async fn hosts_start_at_different_places(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(28)?;
    let start = scene.now() + TimeDelta::days(1);
    let (mut tickets, mut notices) = (Vec::new(), Vec::new());
    for nth in 0..10 {
        let at = start + TimeDelta::minutes(nth);
        let (ticket, raise) = scene.raise()?;
        let (_, snooze) = scene.step(&ticket, Fact::Snoozed { until: at })?;
        let notice = scene.notice(ticket.id, at)?;
        land(&*store, &[raise, snooze, owes(&notice, 0)]).await?;
        tickets.push(ticket.id);
        notices.push(notice.id);
    }
    for (minutes, due) in [(9, 10), (5, 6)] {
        let now = start + TimeDelta::minutes(minutes);
        for (spread, limit) in [
            (0, 4),
            (1, 4),
            (2, 4),
            (3, 4),
            (1, 6),
            (1, 10),
            (u32::MAX, 4),
        ] {
            let over = (spread as usize).saturating_mul(limit);
            let over = if over < due { over } else { 0 };
            let to = due.min(over + limit);
            let name = format!("{due} due, spread {spread}, limit {limit}");
            let found = store.due(now, spread, limit as u32).await?;
            same(&name, &ticket_ids(&found), &tickets[over..to].to_vec())?;
            let found = store.owed(now, spread, limit as u32).await?;
            same(&name, &notice_ids(&found), &notices[over..to].to_vec())?;
        }
    }
    Ok(Outcome::Kept)
}
