use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use super::*;
use crate::store::Records as _;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_form_is_judged_by_the_share_of_submissions_with_an_error() {
    let bank = Bank::open().await;
    let (desk, raise) = (&bank.desk, code("raise"));
    for wrong in [
        &[][..],
        &[code("amount")],
        &[code("amount"), code("service"), code("amount")],
        &[],
    ] {
        desk.tally_form(&raise, wrong).await.unwrap();
    }
    desk.clock.advance(TimeDelta::days(1));
    desk.tally_form(&raise, &[]).await.unwrap();
    desk.tally_form(&code("profile"), &[code("submissions")])
        .await
        .unwrap();

    let (monday, tuesday) = (day("2026-03-02"), day("2026-03-03"));
    let both = desk
        .form_quality(bank.sonia, monday, day("2026-03-04"))
        .await
        .unwrap();
    assert_eq!(both.len(), 2);
    assert_eq!(
        (
            both[1].form.as_str(),
            both[1].submissions,
            both[1].with_error
        ),
        ("raise", 5, 2)
    );
    assert_eq!(
        both[1].by_question,
        [(code("amount"), 2), (code("service"), 1)].into()
    );
    assert!((both[1].error_rate() - 0.4).abs() < 1e-9);
    assert_eq!(
        (
            both[0].submissions,
            both[0].by_question[&code("submissions")]
        ),
        (1, 1)
    );
    let first = desk
        .form_quality(bank.sonia, monday, tuesday)
        .await
        .unwrap();
    assert_eq!((first.len(), first[0].submissions), (1, 4));
    assert_eq!(
        desk.form_quality(bank.sonia, monday, monday).await.unwrap(),
        []
    );
}

#[tokio::test]
async fn visits_are_counted_by_page_and_day() {
    let bank = Bank::open().await;
    let desk = &bank.desk;
    for visits in [
        BTreeMap::from([(code("home"), 1)]),
        BTreeMap::from([(code("complain"), 1), (code("home"), 1)]),
        BTreeMap::new(),
    ] {
        desk.tally_visits(&visits).await.unwrap();
    }
    desk.clock.advance(TimeDelta::days(2));
    desk.tally_visits(&[(code("home"), 7)].into())
        .await
        .unwrap();
    let visits = desk
        .visits(bank.sonia, day("2026-03-01"), day("2026-03-05"))
        .await
        .unwrap();
    let days: Vec<_> = visits.iter().map(|v| v.day.to_string()).collect();
    assert_eq!(days, ["2026-03-02", "2026-03-04"]);
    assert_eq!(
        visits[0].pages,
        [(code("complain"), 1), (code("home"), 2)].into()
    );
    assert_eq!(visits[1].pages, [(code("home"), 7)].into());
    let kept = bank
        .store
        .count("visit-tally", "2026-03-02", TestDesk::start())
        .await
        .unwrap();
    assert_eq!(kept, 1, "one record a day where nobody competes");
}

#[tokio::test]
async fn counts_are_for_who_sees_reports() {
    let bank = Bank::open().await;
    let (desk, from, to) = (&bank.desk, day("2026-03-01"), day("2026-03-05"));
    for actor in [bank.asha, bank.meera] {
        assert_eq!(
            kind(desk.form_quality(actor, from, to).await),
            ErrorKind::NotAllowed
        );
        assert_eq!(
            kind(desk.visits(actor, from, to).await),
            ErrorKind::NotAllowed
        );
    }
    assert_eq!(
        kind(desk.visits(bank.sonia, to, from).await),
        ErrorKind::Invalid
    );
    let long = desk
        .visits(bank.sonia, from, from + TimeDelta::days(401))
        .await;
    assert_eq!(kind(long), ErrorKind::Invalid);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_who_count_at_once_lose_nothing() {
    let bank = Bank::open().await;
    let mut counting = Vec::new();
    for nth in 0..200 {
        let desk = (*bank.desk).clone();
        counting.push(tokio::spawn(async move {
            let wrong = if nth % 4 == 0 {
                vec![code("amount")]
            } else {
                Vec::new()
            };
            desk.tally_form(&code("raise"), &wrong).await
        }));
    }
    for counted in counting {
        counted.await.unwrap().unwrap();
    }
    let quality = bank
        .desk
        .form_quality(bank.sonia, day("2026-03-02"), day("2026-03-03"))
        .await;
    let quality = quality.unwrap();
    assert_eq!((quality[0].submissions, quality[0].with_error), (200, 50));
}
