//! What is owed to someone.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::conformance::check::{commit, ensure, is_conflict, land, refused, same};
use crate::conformance::fixture::{Scene, notice_ids, owes};
use crate::conformance::together::{race, turn};
use crate::conformance::{Broken, Harness, Outcome, Verdict};
use crate::id::NoticeId;
use crate::notify::{Notice, NoticeState};
use crate::store::{NoticeFilter, Store};

/// The notice in its next state.
fn moved(notice: &Notice, state: NoticeState) -> Notice {
    Notice {
        version: notice.version + 1,
        state,
        ..notice.clone()
    }
}

async fn owed(store: &dyn Store, now: DateTime<Utc>) -> Result<Vec<NoticeId>, Broken> {
    Ok(notice_ids(&store.owed(now, 0, 100).await?))
}

/// Owed from its instant, not while a lease lasts, again when it ran out, never once settled.
pub async fn a_notice_is_owed_until_it_is_settled(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(29)?;
    let tick = TimeDelta::microseconds(1);
    let (ticket, raise) = scene.raise()?;
    land(&*store, &[raise]).await?;
    let at = scene.now() + TimeDelta::minutes(1);
    let until = at + TimeDelta::minutes(5);
    let by: Uuid = scene.id();
    let settled = [
        NoticeState::Delivered { at: until },
        NoticeState::Withdrawn { at: until },
        NoticeState::Dead {
            at: until,
            why: "refused".to_owned(),
        },
    ];
    for end in settled {
        let first = scene.notice(ticket.id, at)?;
        land(&*store, &[owes(&first, 0)]).await?;
        same(
            "before its instant",
            &owed(&*store, at - tick).await?,
            &vec![],
        )?;
        same("at its instant", &owed(&*store, at).await?, &vec![first.id])?;
        let leased = moved(&first, NoticeState::Leased { until, by });
        land(&*store, &[owes(&leased, 1)]).await?;
        same("leased", &owed(&*store, until - tick).await?, &vec![])?;
        same("lease over", &owed(&*store, until).await?, &vec![first.id])?;
        let later = until + TimeDelta::hours(1);
        let again = moved(&leased, NoticeState::Owed { at: later });
        land(&*store, &[owes(&again, 2)]).await?;
        same("put off", &owed(&*store, later - tick).await?, &vec![])?;
        same("due again", &owed(&*store, later).await?, &vec![first.id])?;
        let done = moved(&again, end);
        land(&*store, &[owes(&done, 3)]).await?;
        same("settled", &owed(&*store, later).await?, &vec![])?;
        let stored = store.notice(first.id).await?;
        same("the notice", &stored, &Some(done))?;
    }
    Ok(Outcome::Kept)
}

/// Notices that the two hosts share out.
const NOTICES: usize = 40;

/// Leases what is owed, a few at a time, until nothing is; says what it got.
async fn leases(
    store: Arc<dyn Store>,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<NoticeId>, Broken> {
    let until = now + TimeDelta::hours(1);
    let mut got = Vec::new();
    let spread = u32::from(by.as_bytes()[15] % 2);
    // Each round somebody leases something, so there are no more rounds than notices.
    for _ in 0..=NOTICES {
        let found = store.owed(now, spread, 3).await?;
        if found.is_empty() {
            return Ok(got);
        }
        for notice in found {
            let leased = moved(&notice, NoticeState::Leased { until, by });
            turn().await;
            match commit(&*store, &owes(&leased, notice.version)).await {
                Ok(()) => got.push(notice.id),
                lost => is_conflict(&lost, "a lease")?,
            }
        }
    }
    Err(Broken::new("notices that are leased are owed still"))
}

/// Several hosts at one store lease each notice once.
pub async fn two_hosts_lease_each_notice_once(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(30)?;
    let (ticket, raise) = scene.raise()?;
    let now = scene.now();
    let (mut all, mut sets) = (BTreeSet::new(), vec![raise]);
    for _ in 0..NOTICES {
        let notice = scene.notice(ticket.id, now)?;
        sets.push(owes(&notice, 0));
        all.insert(notice.id);
    }
    land(&*store, &sets).await?;
    let mut hosts = Vec::new();
    for nth in 0..4 {
        let by = Uuid::from_u128(nth);
        hosts.push(leases(on.open("bank").await?, by, now));
    }
    let mut got = Vec::new();
    for host in race(on, hosts).await? {
        got.extend(host?);
    }
    same("leases", &got.len(), &NOTICES)?;
    let got: BTreeSet<_> = got.into_iter().collect();
    same("notices leased", &got, &all)?;
    Ok(Outcome::Kept)
}

/// A host whose lease ran out and was taken over can settle nothing.
pub async fn a_late_sender_settles_nothing(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(31)?;
    let (ticket, raise) = scene.raise()?;
    let now = scene.now();
    let notice = scene.notice(ticket.id, now)?;
    let lease = |notice: &Notice, by| {
        let until = notice.created_at + TimeDelta::minutes(1);
        moved(notice, NoticeState::Leased { until, by })
    };
    let late = lease(&notice, Uuid::from_u128(1));
    let taken = lease(&late, Uuid::from_u128(2));
    land(
        &*store,
        &[raise, owes(&notice, 0), owes(&late, 1), owes(&taken, 2)],
    )
    .await?;
    let at = scene.pass(TimeDelta::minutes(2));
    let settles = moved(&late, NoticeState::Delivered { at });
    refused(&*store, &owes(&settles, 2), "a late sender").await?;
    let stored = store.notice(notice.id).await?;
    same("the notice", &stored.as_ref(), &Some(&taken))?;
    let settles = moved(&taken, NoticeState::Delivered { at });
    land(&*store, &[owes(&settles, 3)]).await?;
    Ok(Outcome::Kept)
}

/// Notices by ticket, unsettled or dead, page by page in the order of their ids.
pub async fn notices_are_found_by_what_they_are(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(32)?;
    let (mut tickets, mut all) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let (ticket, raise) = scene.raise()?;
        land(&*store, &[raise]).await?;
        tickets.push(ticket.id);
    }
    for nth in 0..20 {
        let at = scene.now();
        let mut notice = scene.notice(tickets[nth % 2], at)?;
        notice.state = match nth % 5 {
            0 => NoticeState::Delivered { at },
            1 => NoticeState::Withdrawn { at },
            2 => NoticeState::Owed { at },
            3 => NoticeState::Leased {
                until: at,
                by: scene.id(),
            },
            _ => NoticeState::Dead {
                at,
                why: "refused".to_owned(),
            },
        };
        land(&*store, &[owes(&notice, 0)]).await?;
        all.push(notice);
    }
    all.sort_by_key(|notice| notice.id);
    for nth in 0..12 {
        let filter = NoticeFilter {
            ticket: tickets.get(nth % 3).copied(),
            unsettled: nth / 3 % 2 == 1,
            dead: nth / 6 == 1,
        };
        let expected: Vec<_> = all
            .iter()
            .filter(|n| filter.ticket.is_none_or(|ticket| ticket == n.ticket))
            .filter(|n| !filter.unsettled || n.due_at().is_some())
            .filter(|n| !filter.dead || n.is_dead())
            .map(|n| n.id)
            .collect();
        let mut found: Vec<NoticeId> = Vec::new();
        loop {
            let page = store.notices(&filter, found.last().copied(), 3).await?;
            ensure(page.len() <= 3, "more notices than asked for")?;
            if page.is_empty() {
                break;
            }
            found.extend(notice_ids(&page));
        }
        same(format_args!("{filter:?}"), &found, &expected)?;
    }
    Ok(Outcome::Kept)
}
