//! What was said, and what goes for good.

use crate::conformance::check::{land, refused, same};
use crate::conformance::fixture::{Scene, customer, knows, together};
use crate::conformance::picture::whole_feed;
use crate::conformance::{Broken, Harness, Outcome, Verdict};
use crate::event::Fact;
use crate::id::{BlobId, PieceId};
use crate::store::{Changes, Erasure, Store};

async fn readable(store: &dyn Store, ids: &[PieceId]) -> Result<Vec<PieceId>, Broken> {
    let words = store.words(ids).await?;
    let mut ids: Vec<_> = words.into_iter().map(|words| words.id).collect();
    ids.sort_unstable();
    Ok(ids)
}

/// All words of an erased ticket go, and the pieces named, and none others; the feed stays as it was.
pub async fn erased_words_never_come_back(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(33)?;
    let (ticket, raise) = scene.raise()?;
    let (other, raise_other) = scene.raise()?;
    let own = [scene.words(ticket.id, "one"), scene.words(ticket.id, "two")];
    let foreign = scene.words(other.id, "about the first");
    let kept = raise_other.words[0].id;
    let mut set = together([raise.clone(), raise_other]);
    set.words.extend(own.clone());
    set.words.push(foreign.clone());
    land(&*store, &[set]).await?;
    let gone = [raise.words[0].id, own[0].id, own[1].id, foreign.id];
    let mut all = gone.to_vec();
    all.push(kept);
    all.sort_unstable();
    let mut asked = all.clone();
    asked.push(scene.id());
    same("words before", &readable(&*store, &asked).await?, &all)?;
    let feed = whole_feed(&*store).await?;

    let (_, mut erase) = scene.step(&ticket, Fact::Erased {})?;
    erase.erased.push(Erasure {
        ticket: ticket.id,
        pieces: vec![foreign.id],
    });
    land(&*store, &[erase]).await?;
    same(
        "words after",
        &readable(&*store, &asked).await?,
        &vec![kept],
    )?;
    let again = on.open("bank").await?;
    same(
        "opened again",
        &readable(&*again, &asked).await?,
        &vec![kept],
    )?;
    let after = whole_feed(&*again).await?;
    let unchanged = after.iter().zip(&feed).all(|(now, before)| now == before);
    same("the feed before the erasure", &unchanged, &true)?;
    Ok(Outcome::Kept)
}

/// A blob is a ticket's, and referenced, as long as any words describe it.
pub async fn blobs_are_known_while_words_describe_them(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(34)?;
    let blobs = [b"statement", b"loan deed", b"photo.jpg"].map(|content| BlobId::of(content));
    let (ticket, raise) = scene.raise()?;
    let (other, raise_other) = scene.raise()?;
    let mut set = together([raise, raise_other]);
    for (on, blob) in [
        (ticket.id, blobs[0]),
        (ticket.id, blobs[0]),
        (ticket.id, blobs[1]),
        (other.id, blobs[0]),
    ] {
        let mut words = scene.words(on, "a file");
        words.blob = Some(blob);
        set.words.push(words);
    }
    land(&*store, &[set]).await?;
    let sorted = |mut ids: Vec<BlobId>| {
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let both = sorted(blobs[..2].to_vec());
    same("blobs", &sorted(store.blobs(ticket.id).await?), &both)?;
    same(
        "referenced",
        &sorted(store.referenced(&blobs).await?),
        &both,
    )?;
    let erase = |ticket| Changes {
        erased: vec![Erasure {
            ticket,
            pieces: Vec::new(),
        }],
        ..Changes::default()
    };
    land(&*store, &[erase(ticket.id)]).await?;
    same("blobs after", &store.blobs(ticket.id).await?, &vec![])?;
    let one = vec![blobs[0]];
    same("the other's", &sorted(store.blobs(other.id).await?), &one)?;
    same(
        "still referenced",
        &sorted(store.referenced(&blobs).await?),
        &one,
    )?;
    land(&*store, &[erase(other.id)]).await?;
    same("no more", &store.referenced(&blobs).await?, &vec![])?;
    Ok(Outcome::Kept)
}

/// A forgotten customer's record is gone, and theirs alone; it can be made anew.
pub async fn a_forgotten_customer_is_gone(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(35)?;
    let leaves = customer(scene.id(), 1, "M. Curie");
    let stays = customer(scene.id(), 1, "P. Curie");
    land(&*store, &[knows(&leaves, 0), knows(&stays, 0)]).await?;
    let forget = Changes {
        forgotten: vec![leaves.id, scene.id()],
        ..Changes::default()
    };
    land(&*store, std::slice::from_ref(&forget)).await?;
    same("forgotten", &store.customer(leaves.id).await?, &None)?;
    same("not", &store.customer(stays.id).await?, &Some(stays))?;
    let mut late = leaves.clone();
    late.version = 2;
    refused(&*store, &knows(&late, 1), "a record that is gone").await?;
    land(&*store, &[forget, knows(&leaves, 0)]).await?;
    same("anew", &store.customer(leaves.id).await?, &Some(leaves))?;
    Ok(Outcome::Kept)
}

/// A version of the rules is kept as it was first written, whoever writes it again.
pub async fn rules_are_kept_as_first_written(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let scene = Scene::new(36)?;
    let first = scene.rules("00ff");
    let mut again = first.clone();
    again.since = first.since + chrono::TimeDelta::days(1);
    again.text = "{}".to_owned();
    let mut other = again.clone();
    other.version = "01ff".to_owned();
    for rules in [&first, &again, &other] {
        let set = Changes {
            rules: vec![rules.clone()],
            ..Changes::default()
        };
        land(&*store, &[set]).await?;
    }
    same("the first", &store.rules("00ff").await?, &Some(first))?;
    same("another", &store.rules("01ff").await?, &Some(other))?;
    same("unknown", &store.rules("02ff").await?, &None)?;
    Ok(Outcome::Kept)
}
