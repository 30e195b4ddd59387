use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::*;
use crate::desk::beside::{Doing, Looker, View};
use crate::store::{Paging, Records as _, TicketFilter};
use crate::ticket::WaitingOn;

#[tokio::test]
async fn colleagues_see_who_else_looks_and_types() {
    let bank = Bank::open().await;
    let (desk, id) = (&bank.desk, bank.raise("cards").await);
    let looker = |actor: Actor, doing, since| Looker {
        agent: actor.staff().unwrap(),
        doing,
        since,
    };
    let start = TestDesk::start();
    desk.look(bank.meera, id, Doing::Viewing).await.unwrap();
    assert_eq!(desk.lookers(bank.meera, id).await.unwrap(), [], "who else");
    let seen = desk.lookers(bank.sonia, id).await.unwrap();
    assert_eq!(seen, [looker(bank.meera, Doing::Viewing, start)]);
    let shown = [desk.ticket(bank.sonia, id).await.unwrap()];
    let all = desk.lookers_at(bank.sonia, &shown).await.unwrap();
    assert_eq!(all[&id], seen, "the same for a whole list");
    let all = desk.lookers_at(bank.omar, &shown).await.unwrap();
    assert!(all.is_empty(), "not theirs to know");

    desk.clock.advance(TimeDelta::seconds(25));
    desk.look(bank.meera, id, Doing::Typing).await.unwrap();
    desk.clock.advance(TimeDelta::seconds(25));
    let seen = desk.lookers(bank.sonia, id).await.unwrap();
    assert_eq!(
        seen,
        [looker(bank.meera, Doing::Typing, start)],
        "there all along"
    );
    desk.clock.advance(TimeDelta::seconds(5));
    assert_eq!(desk.lookers(bank.sonia, id).await.unwrap(), [], "and gone");

    desk.look(bank.meera, id, Doing::Viewing).await.unwrap();
    desk.leave(bank.meera, id).await.unwrap();
    assert_eq!(desk.lookers(bank.sonia, id).await.unwrap(), []);
    desk.tick(10).await.unwrap();
    assert_eq!(bank.store.count("presence", "", start).await.unwrap(), 0);
}

#[tokio::test]
async fn a_beat_that_says_nothing_new_is_not_written() {
    let bank = Bank::open().await;
    let (desk, id) = (&bank.desk, bank.raise("cards").await);
    let me = format!("{id}/{}", bank.meera.staff().unwrap());
    let version = || async {
        bank.store
            .record("presence", &me)
            .await
            .unwrap()
            .unwrap()
            .version
    };
    for _ in 0..9 {
        desk.look(bank.meera, id, Doing::Viewing).await.unwrap();
        desk.clock.advance(TimeDelta::seconds(1));
    }
    assert_eq!(version().await, 1);
    desk.clock.advance(TimeDelta::seconds(1));
    desk.look(bank.meera, id, Doing::Viewing).await.unwrap();
    assert_eq!(version().await, 2);
}

#[tokio::test]
async fn presence_is_among_staff_who_may_see_the_ticket() {
    let bank = Bank::open().await;
    let (desk, id) = (&bank.desk, bank.raise("cards").await);
    desk.look(bank.meera, id, Doing::Typing).await.unwrap();
    assert_eq!(
        kind(desk.look(bank.asha, id, Doing::Viewing).await),
        ErrorKind::NotAllowed
    );
    assert_eq!(
        kind(desk.lookers(bank.asha, id).await),
        ErrorKind::NotAllowed
    );
    assert_eq!(
        kind(desk.look(bank.omar, id, Doing::Viewing).await),
        ErrorKind::NotFound
    );
    assert_eq!(kind(desk.lookers(bank.omar, id).await), ErrorKind::NotFound);
    assert_eq!(desk.lookers(bank.program, id).await.unwrap().len(), 1);
}

/// The tickets that a view of `actor`'s shows.
async fn shown(bank: &Bank, actor: Actor, view: &str) -> BTreeSet<TicketId> {
    let views = bank.desk.views(actor).await.unwrap();
    let view = views.iter().find(|v| v.code.as_str() == view).unwrap();
    let filter = bank.desk.filter_of(actor, view);
    let paging = Paging {
        sort: view.sort,
        ..Paging::default()
    };
    let page = bank.desk.tickets(actor, filter, &paging).await.unwrap();
    page.items.iter().map(|ticket| ticket.id).collect()
}

#[tokio::test]
async fn the_desk_comes_with_the_usual_views() {
    let bank = Bank::open().await;
    let desk = &bank.desk;
    let (mine, free, stuck) = (
        bank.raise("cards").await,
        bank.raise("cards").await,
        bank.raise("cards").await,
    );
    bank.raise("loans").await;
    let me = desk.acting(bank.meera);
    me.claim(mine).await.unwrap();
    me.wait(stuck, WaitingOn::Customer).await.unwrap();
    assert_eq!(shown(&bank, bank.meera, "mine").await, [mine].into());
    assert_eq!(
        shown(&bank, bank.meera, "unassigned").await,
        [free, stuck].into()
    );
    assert_eq!(shown(&bank, bank.meera, "waiting").await, [stuck].into());
    assert_eq!(
        shown(&bank, bank.meera, "open").await,
        [mine, free, stuck].into()
    );
    assert_eq!(shown(&bank, bank.sonia, "open").await.len(), 4);
    assert_eq!(
        shown(&bank, bank.meera, "due_soon").await,
        [].into(),
        "30 hours are left"
    );
    desk.clock.advance(TimeDelta::hours(7));
    assert_eq!(
        shown(&bank, bank.meera, "due_soon").await,
        [mine, free].into()
    );
}

#[tokio::test]
async fn ones_own_views_are_ones_own_and_shared_ones_are_everybodys() {
    let bank = Bank::open().await;
    let desk = &bank.desk;
    let view = |name: &str, shared| View {
        mine: shared,
        shared,
        filter: TicketFilter {
            queues: [code("cards")].into(),
            ..TicketFilter::default()
        },
        ..View::new(code(name), "A view")
    };
    let own = desk
        .save_view(bank.meera, view("cards", false))
        .await
        .unwrap();
    let shared = desk
        .save_view(bank.sonia, view("cards", true))
        .await
        .unwrap();
    let refused = desk.save_view(bank.meera, view("more", true)).await;
    assert_eq!(kind(refused), ErrorKind::NotAllowed, "who leads shares");
    let codes = |views: Vec<View>| -> Vec<(String, bool)> {
        let kept = views.into_iter().filter(|view| !view.built_in);
        kept.map(|v| (v.code.to_string(), v.shared)).collect()
    };
    let (both, one) = ([("cards".to_owned(), true), ("cards".to_owned(), false)], 1);
    assert_eq!(codes(desk.views(bank.meera).await.unwrap()), both);
    assert_eq!(codes(desk.views(bank.omar).await.unwrap()), both[..one]);
    let id = bank.raise("cards").await;
    desk.acting(bank.meera).claim(id).await.unwrap();
    assert_eq!(
        shown(&bank, bank.meera, "cards").await,
        [id].into(),
        "mine is whoever's who looks"
    );

    let stale = desk
        .save_view(bank.sonia, view("cards", true))
        .await
        .unwrap_err();
    assert!(matches!(stale, Error::Stale { seen: 0, now: 1 }));
    let renamed = View {
        title: "Cards".into(),
        ..shared
    };
    let renamed = desk.save_view(bank.sonia, renamed).await.unwrap();
    assert_eq!(renamed.version, 2);
    desk.remove_view(bank.sonia, &renamed).await.unwrap();
    assert_eq!(
        kind(desk.remove_view(bank.omar, &own).await),
        ErrorKind::NotPossible,
        "not his"
    );
    desk.remove_view(bank.meera, &own).await.unwrap();
    assert_eq!(codes(desk.views(bank.meera).await.unwrap()), []);

    assert_eq!(kind(desk.views(bank.asha).await), ErrorKind::NotAllowed);
    assert_eq!(
        kind(desk.save_view(bank.asha, view("x", false)).await),
        ErrorKind::NotAllowed
    );
    let usual = desk.save_view(bank.meera, view("mine", false)).await;
    assert_eq!(
        kind(usual),
        ErrorKind::Invalid,
        "the desk's own keep their names"
    );
    let nameless = View::new(code("x"), " ");
    assert_eq!(
        kind(desk.save_view(bank.meera, nameless).await),
        ErrorKind::Invalid
    );
}
