//! Text is kept and compared byte by byte.

use crate::conformance::check::{commit, ensure, land, same};
use crate::conformance::everything::Everything;
use crate::conformance::fixture::{Scene, answers, customer, joins, knows, owes, together};
use crate::conformance::picture::Watch;
use crate::conformance::{Broken, Harness, Outcome, Verdict};
use crate::notify::NoticeState;
use crate::store::{Changes, StoreError};

/// Texts that some layer between us and a disk has been seen to change, cut or refuse.
const AWKWARD: &[&str] = &[
    "",
    " ",
    "  leading and trailing  ",
    "trailing tab\t",
    "line\r\nline\nline\r",
    "'single' \"double\" `back` \\ \\\\ \\n \\u0041 %s {} $1 ? :name ; -- /* */",
    "100%_ match",
    "null",
    "\u{1}\u{8}\u{b}\u{1f}\u{7f}\u{80}\u{9f}",
    "\u{feff}byte order mark",
    "e\u{301} and \u{e9}: combined and composed",
    "q\u{307}\u{323} and q\u{323}\u{307}: two orders of marks",
    "مرحبا \u{202e}override\u{202c} שלום",
    "हिन्दी தமிழ் ไทย 日本語 한국어",
    "𝕬𝖘𝖙𝖗𝖆𝖑 😀👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿 \u{10ffff}",
    "\u{d7ff}\u{e000}\u{fffd}\u{fffe}\u{ffff}",
    "\u{2028}\u{2029}\u{200b}\u{200d}\u{a0}",
];

/// Keys that a collation which folds case, accents, width, spaces or ligatures takes for one another.
const ALIKE: &[&str] = &[
    "key",
    "KEY",
    "Key",
    "key ",
    " key",
    "key\t",
    "k\u{e9}y",
    "ke\u{301}y",
    "\u{ff4b}\u{ff45}\u{ff59}",
    "k\u{200b}ey",
    "stra\u{df}e",
    "strasse",
    "STRASSE",
    "\u{fb01}ne",
    "fine",
    "\u{131}",
    "i",
    "\u{130}",
    "I",
    "\u{1c6}",
    "\u{1c5}",
    "\u{3a9}",
    "\u{2126}",
    "\u{1f600}",
    "\u{1f601}",
    "\u{304b}",
    "\u{304c}",
    "\u{30ab}",
];

/// Any Unicode text but U+0000 comes back as it was, wherever a text can stand.
pub async fn any_text_comes_back(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(14)?;
    let long = "ḥ😀 ".repeat(20_000);
    for (nth, text) in AWKWARD.iter().copied().chain([&long[..]]).enumerate() {
        let set = saying(&mut scene, nth, text)?;
        land(&*store, std::slice::from_ref(&set)).await?;
        let words = store.words(&[set.words[0].id]).await?;
        same("words", &words, &set.words)?;
        let standing = store.agent(set.agents[0].value.id).await?;
        let agent = standing.as_ref().map(|standing| &standing.agent);
        same("agent", &agent, &Some(&set.agents[0].value))?;
        let stored = store.customer(set.customers[0].value.id).await?;
        same("customer", &stored.as_ref(), &Some(&set.customers[0].value))?;
        let stored = store.notice(set.notices[0].value.id).await?;
        same("notice", &stored.as_ref(), &Some(&set.notices[0].value))?;
        let stored = store.rules(&set.rules[0].version).await?;
        same("rules", &stored.as_ref(), &Some(&set.rules[0]))?;
        let answer = &set.answers[0];
        let stored = store.answered(&answer.principal, &answer.key).await?;
        same("answer", &stored.as_ref(), &Some(answer))?;
    }
    Ok(Outcome::Kept)
}

/// A change set that says `text` wherever something can be said.
fn saying(scene: &mut Scene, nth: usize, text: &str) -> Result<Changes, Broken> {
    let (ticket, raise) = scene.raise()?;
    let words = scene.words(ticket.id, text);
    let mut agent = scene.agent(&[], 1);
    agent.name = text.to_owned();
    agent.email = Some(text.to_owned());
    let mut customer = customer(scene.id(), 1, text);
    customer.email = Some(text.to_owned());
    let mut notice = scene.notice(ticket.id, scene.now())?;
    notice.state = NoticeState::Dead {
        at: scene.now(),
        why: text.to_owned(),
    };
    let mut rules = scene.rules(&format!("{nth:032x}"));
    rules.text = text.to_owned();
    let key: String = text.chars().take(60).collect();
    let mut answer = scene.answer(&format!("agent:{nth}"), &key);
    answer.outcome = text.to_owned();
    let mut set = together([
        raise,
        joins(&agent),
        knows(&customer, 0),
        owes(&notice, 0),
        answers([answer]),
    ]);
    set.words = vec![words];
    set.rules = vec![rules];
    Ok(set)
}

type Spoil = fn(&mut Changes);

const SPOILS: &[(&str, Spoil)] = &[
    ("words", |set| set.words[0].text.push('\0')),
    ("an agent's name", |set| set.agents[0].value.name.push('\0')),
    ("a customer's name", |set| {
        set.customers[0].value.name = Some("\0".to_owned());
    }),
    ("rules", |set| set.rules[0].text.push('\0')),
    ("a key", |set| set.answers[0].key.push('\0')),
    ("an outcome", |set| set.answers[0].outcome.push('\0')),
    ("a record's key", |set| set.records[0].key.push('\0')),
];

/// U+0000 is refused as unwritable, wherever it stands, and nothing of its change set is there.
pub async fn a_text_with_u0000_is_refused(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(15)?;
    let Everything { base, change, .. } = Everything::new(&mut scene)?;
    let watch = Watch::of([&base, &change]);
    land(&*store, &[base]).await?;
    let before = watch.picture(&*store).await?;
    for (name, spoil) in SPOILS {
        let mut spoilt = change.clone();
        spoil(&mut spoilt);
        let answer = commit(&*store, &spoilt).await;
        let refused = matches!(answer, Err(StoreError::Corrupt { .. }));
        ensure(
            refused,
            format_args!("{name}: expected corrupt, got {answer:?}"),
        )?;
        let after = watch.picture(&*store).await?;
        after.must_be(&before).map_err(|b| b.within(name))?;
    }
    land(&*store, &[change]).await?;
    Ok(Outcome::Kept)
}

/// Texts that look alike are different keys and different principals.
pub async fn texts_are_told_apart_bytewise(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let scene = Scene::new(16)?;
    let mut kept = Vec::new();
    for (nth, text) in ALIKE.iter().enumerate() {
        for (principal, key) in [("agent:1", *text), (*text, "key")] {
            let mut answer = scene.answer(principal, key);
            answer.outcome = nth.to_string();
            land(&*store, &[answers([answer.clone()])])
                .await
                .map_err(|b| b.within(format_args!("{principal:?}, {key:?}")))?;
            kept.push(answer);
        }
    }
    for answer in kept {
        let stored = store.answered(&answer.principal, &answer.key).await?;
        same("answer", &stored, &Some(answer))?;
    }
    Ok(Outcome::Kept)
}
