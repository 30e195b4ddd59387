//! Your write and ours in one transaction, on SQLite: `cargo run --example host_transaction`.
//!
//! A bank blocks a card and raises the ticket about it. Neither may be there without the other.

use std::error::Error;
use std::io::{self, Write};

use crcore::command::{Command, Request};
use crcore::store::{TicketFilter, Total};
use crcore::{Actor, Desk, Raise, Rules, StoreError};
use crcore_adapters::sql::SqliteStore;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;

pub(crate) async fn run(out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("bank.db");

    // The host's own connections and its own table, in the file that the desk's tables are in.
    SqliteStore::migrate(&file).await?;
    let bank = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&file)).await?;
    sqlx::query("CREATE TABLE card_block (card TEXT PRIMARY KEY, reference TEXT NOT NULL)")
        .execute(&bank)
        .await?;

    // Clones of a store are one store: the desk holds one, the host another.
    let store = SqliteStore::open(&file, "bank".parse()?).await?;
    let cards = "cards".parse()?;
    let desk = Desk::builder(store.clone())
        .rules(Rules::of_services([&cards]))
        .open()
        .await?;
    let customer = desk.new_id()?;
    let request = Request {
        actor: Actor::Customer(customer),
        key: Some("block-4711".into()),
        command: Command::Raise(Box::new(Raise::new(customer, cards, "Block my card"))),
    };

    // The desk decides and writes nothing; the host writes both.
    let mut plan = desk.plan(&request).await?;
    let mut tx = bank.begin_with("BEGIN IMMEDIATE").await?;
    block_card(&mut tx, &plan.done.reference.to_string()).await?;
    store.commit_in(&mut tx, &plan.changes).await?;
    writeln!(out, "Both are written, and the host rolls back.")?;
    tx.rollback().await?;
    writeln!(out, "  {}", count(&bank, &desk).await?)?;

    // The same again, and the host commits. A conflict leaves the transaction usable: plan anew.
    let mut tx = bank.begin_with("BEGIN IMMEDIATE").await?;
    loop {
        match store.commit_in(&mut tx, &plan.changes).await {
            Ok(()) => break,
            Err(StoreError::Conflict { .. }) => plan = desk.plan(&request).await?,
            Err(error) => return Err(error.into()),
        }
    }
    block_card(&mut tx, &plan.done.reference.to_string()).await?;
    tx.commit().await?;
    desk.after(&plan).await;
    writeln!(out, "Both are written, and the host commits.")?;
    writeln!(out, "  {}", count(&bank, &desk).await?)?;

    // The key was answered in that transaction too: asked again, the desk gives the same answer.
    let again = desk.plan(&request).await?;
    let same = again.done.reference == plan.done.reference;
    writeln!(out, "Asked again under the same key:")?;
    writeln!(
        out,
        "  nothing to write: {}, the same reference: {same}",
        again.changes.is_empty()
    )?;
    Ok(())
}

async fn block_card(
    tx: &mut sqlx::Transaction<'_, sqlx::Sqlite>,
    reference: &str,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO card_block VALUES ('4711', ?)")
        .bind(reference)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn count(bank: &SqlitePool, desk: &Desk) -> Result<String, Box<dyn Error>> {
    let blocks: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM card_block")
        .fetch_one(bank)
        .await?;
    let total = desk.total(Actor::System, TicketFilter::default()).await?;
    let (Total::Exact(tickets) | Total::AtLeast(tickets)) = total;
    Ok(format!("cards blocked: {blocks}, tickets: {tickets}"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout()).await
}
