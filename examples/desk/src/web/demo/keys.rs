//! The way in: pass phrases that are drawn anew at every start, and the staff's authenticator apps.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use crcore::{Actor, Role};
use crcore_adapters::accounts::{
    Account, AccountError, Accounts, Hidden, LogIn, MemoryPost, NewToken, PeopleFilter, Visit,
};
use data_encoding::BASE32_NOPAD;
use serde::Serialize;
use totp_rs::{Builder, Secret, Totp};

use super::people::{CLIENTS, Colleague, STAFF};
use crate::failure::{Failure, Result};
use crate::web::api::Scope;
use crate::web::app::App;

/// Seconds that a code of an authenticator app stands (RFC 6238, 5.2).
const STEP: u64 = 30;

/// Who can be entered as, and how.
pub(super) struct Keys {
    pub(super) customer: Key,
    pub(super) agent: Key,
    pub(super) admin: Key,
    /// A token for programs.
    pub(super) program: Hidden,
    /// One for the instrument of an agent.
    pub(super) instrument: Hidden,
}

/// What the demo calls the tokens that it makes.
const TOKENS: &str = "printed when the demo was started";
/// Whose instrument the second is: somebody of the staff who sits at no counter yet.
const INSTRUMENT_OF: &str = "Arjun Nair";
/// How long the tokens are good: a demo that runs for longer is started again.
const TOKEN_LIFE: TimeDelta = TimeDelta::days(7);

/// An address and its pass phrase.
pub(super) struct Key {
    pub(super) email: String,
    pub(super) phrase: Hidden,
}

/// The authenticator apps of a demo's staff, which a real bank's staff have in their pockets.
#[derive(Clone, Default)]
pub(crate) struct Apps(Arc<Mutex<Vec<(String, Totp)>>>);

/// What an app shows.
#[derive(Serialize)]
pub(crate) struct Shown {
    /// Whose app it is.
    pub(crate) email: String,
    /// The code that is good now, and the one after it, which is taken already: for who has used the
    /// first up.
    pub(crate) codes: [String; 2],
    /// For how many seconds yet.
    pub(crate) seconds: u64,
}

impl Apps {
    /// What they all show at this second (since 1970).
    pub(crate) fn shown(&self, second: u64) -> Vec<Shown> {
        let apps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let show = |(email, app): &(String, Totp)| Shown {
            email: email.clone(),
            codes: [second, second + STEP].map(|at| app.generate(at).to_string()),
            seconds: STEP - second % STEP,
        };
        apps.iter().map(show).collect()
    }

    fn add(&self, email: &str, app: Totp) {
        let mut apps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        apps.retain(|(of, _)| of != email);
        apps.push((email.to_owned(), app));
    }
}

/// Draws new pass phrases for one person of each role, and sets up the staff's apps anew.
pub(super) async fn renew(app: &App) -> Result<Keys> {
    // Nobody has to be told that their password changed.
    let post = Arc::new(MemoryPost::default());
    let options = app.accounts.options().clone();
    let accounts = Accounts::new(
        Arc::clone(&app.store),
        Arc::clone(&app.clock),
        post,
        options,
    );
    let accounts = accounts.map_err(failed)?;
    let mut keys = Vec::new();
    let client = CLIENTS.first().map(|client| client.email());
    let first = |role| STAFF.iter().find(|one| one.role == role);
    let staff = [Role::Agent, Role::Admin].map(first);
    let staff = staff.into_iter().flatten().map(|one| one.email());
    for email in client.into_iter().chain(staff) {
        keys.push(key(&accounts, app, email).await?);
    }
    let (program, instrument) = tokens(&accounts).await?;
    let mut keys = keys.into_iter();
    match (keys.next(), keys.next(), keys.next()) {
        (Some(customer), Some(agent), Some(admin)) => Ok(Keys {
            customer,
            agent,
            admin,
            program,
            instrument,
        }),
        _ => Err(Failure::failed("the demo bank has lost its people")),
    }
}

/// Makes two tokens with every scope that there is, in the place of those that were printed before.
async fn tokens(accounts: &Accounts) -> Result<(Hidden, Hidden)> {
    let tokens = accounts.tokens(Actor::System).await.map_err(failed)?;
    for old in tokens.iter().filter(|token| token.label == TOKENS) {
        let revoked = accounts.revoke_token(Actor::System, old.id);
        revoked.await.map_err(failed)?;
    }
    let program = NewToken {
        service: None,
        agent: None,
        label: TOKENS.to_owned(),
        scopes: Scope::ALL.map(|scope| scope.name().to_owned()).into(),
        life: TOKEN_LIFE,
    };
    let agent = STAFF.iter().find(|one| one.name == INSTRUMENT_OF);
    let email = agent.map(Colleague::email).unwrap_or_default();
    let instrument = NewToken {
        agent: Some(find(accounts, &email).await?.id),
        ..program.clone()
    };
    let program = accounts.new_token(Actor::System, &program).await;
    let instrument = accounts.new_token(Actor::System, &instrument).await;
    Ok((program.map_err(failed)?.0, instrument.map_err(failed)?.0))
}

async fn key(accounts: &Accounts, app: &App, email: String) -> Result<Key> {
    let account = find(accounts, &email).await?;
    let phrase = accounts.pass_phrase().map_err(failed)?;
    let given = accounts.give_password(Actor::System, account.id, &phrase);
    given.await.map_err(failed)?;
    if account.role != Role::Customer {
        if account.second_factor {
            let reset = accounts.reset_factor(Actor::System, account.id);
            reset.await.map_err(failed)?;
        }
        enrol(accounts, app, &email, &phrase).await?;
    }
    Ok(Key { email, phrase })
}

async fn find(accounts: &Accounts, email: &str) -> Result<Account> {
    let filter = PeopleFilter {
        email: Some(email.to_owned()),
        ..PeopleFilter::default()
    };
    let found = accounts.people(Actor::System, &filter, None, 1).await;
    let found = found.map_err(failed)?.accounts.pop();
    found.ok_or_else(|| {
        Failure::failed("the demo bank has lost its people")
            .todo("delete the file, or name another store with --store")
    })
}

/// Sets up an app as its owner would.
async fn enrol(accounts: &Accounts, app: &App, email: &str, phrase: &Hidden) -> Result<()> {
    let visit = Visit {
        source: "the demo itself".to_owned(),
        label: "the demo itself".to_owned(),
        ..Visit::default()
    };
    let lost = || Failure::failed("an authenticator app of the demo could not be set up");
    let logged_in = accounts.log_in(email, phrase.reveal(), &visit).await;
    let LogIn::EnrolSecondFactor(flow) = logged_in.map_err(failed)? else {
        return Err(lost());
    };
    let enrolment = accounts.enrolment(flow.reveal()).await.map_err(failed)?;
    let secret = BASE32_NOPAD.decode(enrolment.secret.reveal().as_bytes());
    let secret = <[u8; 20]>::try_from(secret.map_err(Failure::failed)?).map_err(|_| lost())?;
    let totp = Builder::new()
        .with_secret(Secret::new_stack(secret))
        .build();
    let totp = totp.map_err(Failure::failed)?;
    // By the code before the one that is good now, which is left for whoever comes.
    let second = u64::try_from(app.clock.now().timestamp()).unwrap_or(0);
    let code = totp.generate(second.saturating_sub(STEP)).to_string();
    let enrolled = accounts
        .confirm_enrolment(enrolment.flow.reveal(), &code, &visit)
        .await;
    if let LogIn::Done(session) = enrolled.map_err(failed)?.log_in {
        accounts.end(session.token.reveal()).await.map_err(failed)?;
    }
    app.props.apps.add(email, totp);
    Ok(())
}

fn failed(error: AccountError) -> Failure {
    Failure::failed(error)
}
