//! The README's Rust is compiled and run: each of its blocks stands in a function here, word by
//! word, and a test compares the two.

use std::error::Error;

use crcore::command::{Command, Request};
use crcore::ticket::StatusName;
use crcore_adapters::sql::SqliteStore;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;

const README: &str = include_str!("../README.md");
const HERE: &str = include_str!("readme.rs");

/// The text without what indentation and line breaks add to it.
fn plain(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn every_rust_block_of_the_readme_stands_here() {
    let blocks: Vec<&str> = README.split("```rust\n").skip(1).collect();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        let (block, _) = block.split_once("```").unwrap();
        assert!(
            plain(HERE).contains(&plain(block)),
            "not run here:\n{block}"
        );
    }
}

#[test]
fn the_readme_names_what_there_is() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let links = README.split("](").skip(1);
    for link in links.map(|rest| rest.split(')').next().unwrap()) {
        assert!(root.join(link).exists(), "{link} is not there");
    }
    let adapters = std::fs::read_to_string(root.join("adapters/Cargo.toml")).unwrap();
    let (_, features) = adapters.split_once("[features]\n").unwrap();
    let (features, _) = features.split_once("\n[").unwrap();
    let names = features.lines().filter_map(|line| line.split_once(" = "));
    for (name, _) in names.filter(|(name, _)| !name.starts_with('_') && *name != "default") {
        assert!(README.contains(&format!("| `{name}` |")), "{name} is told");
    }
}

#[tokio::test]
async fn quickstart() -> Result<(), Box<dyn Error>> {
    use crcore::ticket::Outcome;
    use crcore::{Actor, Agent, Code, Desk, MemoryStore, Pool, Raise, Rules};

    let cards: Code = "cards".parse()?;
    let desk = Desk::builder(MemoryStore::new())
        .rules(Rules::of_services([&cards]))
        .open()
        .await?;

    let mut meera = Agent::new(desk.new_id()?, "Meera");
    meera.queues.insert(cards.clone());
    meera.capacity.insert(Pool::Cases, 10);
    let meera = desk.save_agent(Actor::System, meera).await?.actor();

    let asha = desk.new_id()?;
    let raise = Raise::new(asha, cards, "Charged twice");
    let raised = desk.acting(Actor::Customer(asha)).raise(raise).await?;
    println!("Your reference is {}", raised.reference);

    let agent = desk.acting(meera);
    agent.claim(raised.ticket).await?;
    agent.reply(raised.ticket, "We see both payments.").await?;
    agent.resolve(raised.ticket, Outcome::Upheld, None).await?;

    let seen = desk.ticket(Actor::Customer(asha), raised.ticket).await?;
    assert_eq!(seen.status.name(), StatusName::Resolved);
    Ok(())
}

#[tokio::test]
async fn your_write_and_ours_in_one_transaction() -> Result<(), Box<dyn Error>> {
    use crcore::{Actor, Code, Desk, Raise, Rules};

    let folder = tempfile::tempdir()?;
    let file = folder.path().join("bank.db");
    SqliteStore::migrate(&file).await?;
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&file)).await?;
    sqlx::query("CREATE TABLE card_block (card TEXT PRIMARY KEY, reference TEXT NOT NULL)")
        .execute(&pool)
        .await?;
    let cards: Code = "cards".parse()?;
    let rules = Rules::of_services([&cards]);
    let customer = uuid::Uuid::from_u128(1).into();
    let request = Request {
        actor: Actor::Customer(customer),
        key: None,
        command: Command::Raise(Box::new(Raise::new(customer, cards, "Block my card"))),
    };
    let card = "4711";

    let store = SqliteStore::open(&file, "bank".parse()?).await?;
    let desk = Desk::builder(store.clone()).rules(rules).open().await?;

    let plan = desk.plan(&request).await?;
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("INSERT INTO card_block (card, reference) VALUES (?, ?)")
        .bind(card)
        .bind(plan.done.reference.to_string())
        .execute(&mut *tx)
        .await?;
    store.commit_in(&mut tx, &plan.changes).await?;
    tx.commit().await?;
    desk.after(&plan).await;

    let reference: String = sqlx::query_scalar("SELECT reference FROM card_block")
        .fetch_one(&pool)
        .await?;
    let seen = desk
        .by_reference(Actor::Customer(customer), reference.parse()?)
        .await?;
    assert_eq!(seen.id, plan.done.ticket);
    Ok(())
}
