//! A bank with accounts, a clock that moves when told, and letters that are caught.

use std::sync::Arc;

use chrono::TimeDelta;
use crcore::testing::FaultyStore;
use crcore::{Actor, Clock as _, Desk, ManualClock, MemoryStore, Role, Rules, Store};
use crcore_adapters::accounts::{
    Account, AccountError, Accounts, AccountsOptions, Factor, HashCost, Hidden, Invitation, Letter,
    LogIn, MemoryPost, NewSession, ProviderIdentity, Registration, Urls, Visit,
};

/// Good for a customer: 16 characters that nobody tries.
pub(crate) const PASSWORD: &str = "monsoon kettle vine";
pub(crate) const OTHER: &str = "brass lantern quay 5";

pub(crate) struct World {
    pub(crate) accounts: Accounts,
    pub(crate) store: FaultyStore<Arc<dyn Store>>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) post: MemoryPost,
    /// Kept for as long as the store is.
    _folder: Option<tempfile::TempDir>,
}

/// Options that make a test quick.
pub(crate) fn options() -> AccountsOptions {
    AccountsOptions {
        secrets: vec!["0123456789abcdef0123456789abcdef".into()],
        urls: Urls {
            reset: "https://desk.bank.example/reset#{token}".into(),
            invite: "https://desk.bank.example/invite#{token}".into(),
            track: "https://desk.bank.example/track#{token}".into(),
            log_in: "https://desk.bank.example/log-in".into(),
        },
        hash: HashCost {
            memory: 64,
            passes: 1,
            lanes: 1,
        },
        trusted_issuers: ["https://id.bank.example".to_owned()].into(),
        ..AccountsOptions::default()
    }
}

impl World {
    pub(crate) fn memory() -> Self {
        Self::over(Arc::new(MemoryStore::new()), None)
    }

    #[cfg(feature = "sqlite")]
    pub(crate) async fn sqlite() -> Self {
        use crcore_adapters::sql::SqliteStore;
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("desk.db");
        SqliteStore::migrate(&path).await.unwrap();
        let store = SqliteStore::open(&path, "bank".parse().unwrap()).await;
        Self::over(Arc::new(store.unwrap()), Some(folder))
    }

    /// A tenant of its own in a database that the tests of accounts share; nothing where no server is.
    #[cfg(feature = "postgres")]
    pub(crate) async fn postgres(test: &str) -> Option<Self> {
        use crcore_adapters::sql::PostgresStore;
        use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
        let Ok(server) = std::env::var("CRCORE_POSTGRES_URL") else {
            eprintln!("skipped: CRCORE_POSTGRES_URL is not set");
            return None;
        };
        let mut admin = PgConnection::connect(&server).await.unwrap();
        // It may be there already.
        let create = AssertSqlSafe("CREATE DATABASE crcore_accounts");
        let _ = sqlx::raw_sql(create).execute(&mut admin).await;
        let url = format!("{}/crcore_accounts", server.rsplit_once('/').unwrap().0);
        PostgresStore::migrate(&url).await.unwrap();
        let store = PostgresStore::connect(&url, tenant(test)).await.unwrap();
        Some(Self::over(Arc::new(store), None))
    }

    /// The same over MariaDB.
    #[cfg(feature = "mysql")]
    pub(crate) async fn mariadb(test: &str) -> Option<Self> {
        use crcore_adapters::sql::MariaStore;
        use sqlx::{AssertSqlSafe, Connection as _, MySqlConnection};
        let Ok(server) = std::env::var("CRCORE_MYSQL_URL") else {
            eprintln!("skipped: CRCORE_MYSQL_URL is not set");
            return None;
        };
        let mut admin = MySqlConnection::connect(&server).await.unwrap();
        let create = AssertSqlSafe("CREATE DATABASE IF NOT EXISTS crcore_accounts");
        sqlx::raw_sql(create).execute(&mut admin).await.unwrap();
        let url = format!("{}/crcore_accounts", server.rsplit_once('/').unwrap().0);
        MariaStore::migrate(&url).await.unwrap();
        let store = MariaStore::connect(&url, tenant(test)).await.unwrap();
        Some(Self::over(Arc::new(store), None))
    }

    /// A desk over the same store.
    pub(crate) async fn desk(&self) -> Desk {
        Desk::builder(Arc::new(self.store.clone()))
            .clock(self.clock.clone())
            .rules(Rules::default())
            .open()
            .await
            .unwrap()
    }

    fn over(store: Arc<dyn Store>, folder: Option<tempfile::TempDir>) -> Self {
        let start = "2026-03-02T09:00:00Z".parse().unwrap();
        let clock = Arc::new(ManualClock::seeded(start, 7));
        let post = MemoryPost::default();
        let store = FaultyStore::new(store);
        let accounts = accounts(&store, &clock, &post, options());
        Self {
            accounts,
            store,
            clock,
            post,
            _folder: folder,
        }
    }

    /// Another process of the same bank, with other options.
    pub(crate) fn again(&self, options: AccountsOptions) -> Accounts {
        accounts(&self.store, &self.clock, &self.post, options)
    }

    pub(crate) fn minutes(&self, minutes: i64) {
        self.clock.advance(TimeDelta::minutes(minutes));
    }

    pub(crate) async fn letter(&self, to: &str, text: &str) -> Letter {
        self.accounts.flush().await;
        // Letters leave side by side, so that of two the later one may be there first.
        let letters = self.post.letters();
        let mut found = letters.into_iter().rev();
        let found = found.find(|letter| letter.to == *to && letter.text.as_str() == text);
        found.unwrap_or_else(|| panic!("no {text} to {to}"))
    }

    pub(crate) async fn letters(&self) -> Vec<String> {
        self.accounts.flush().await;
        let letters = self.post.letters();
        letters
            .iter()
            .map(|l| format!("{} {}", l.to, l.text))
            .collect()
    }

    pub(crate) async fn code_for(&self, to: &str) -> String {
        self.letter(to, "account-code").await.variables["code"].clone()
    }

    /// The token of the link in the last letter.
    pub(crate) async fn link_for(&self, to: &str, text: &str) -> String {
        let link = self.letter(to, text).await.variables["link"].clone();
        link.split('#').nth(1).unwrap().to_owned()
    }

    /// A customer who registered and confirmed their address.
    pub(crate) async fn customer(&self, name: &str) -> NewSession {
        let email = address(name);
        let flow = self.registers(name, &email).await;
        let code = self.code_for(&email).await;
        self.confirms(&flow, &code).await.unwrap().session()
    }

    pub(crate) async fn registers(&self, name: &str, email: &str) -> Hidden {
        let registered = self
            .accounts
            .register(&registration(name, email), &visit())
            .await;
        registered.unwrap()
    }

    pub(crate) async fn confirms(&self, flow: &Hidden, code: &str) -> Result<LogIn, AccountError> {
        let flow = flow.reveal();
        self.accounts.confirm_address(flow, code, &visit()).await
    }

    pub(crate) async fn logs_in(&self, name: &str, password: &str) -> LogIn {
        let email = address(name);
        let next = self.accounts.log_in(&email, password, &visit()).await;
        next.unwrap()
    }

    pub(crate) async fn comes_by(&self, provider: &ProviderIdentity) -> LogIn {
        self.accounts.log_in_with(provider, &visit()).await.unwrap()
    }

    pub(crate) async fn proves(
        &self,
        flow: &Hidden,
        factor: &Factor,
    ) -> Result<LogIn, AccountError> {
        let flow = flow.reveal();
        self.accounts.second_factor(flow, factor, &visit()).await
    }

    pub(crate) async fn forgot(&self, name: &str) {
        let (email, visit) = (address(name), visit());
        self.accounts.forgot_password(&email, &visit).await.unwrap();
    }

    /// Somebody of the staff who accepted an invitation and set up an app.
    pub(crate) async fn staff(&self, name: &str, role: Role) -> (NewSession, App) {
        let email = address(name);
        let invitation = Invitation::new(role, name, &email);
        self.accounts
            .invite(Actor::System, &invitation)
            .await
            .unwrap();
        let token = self.link_for(&email, "account-invite").await;
        let next = self
            .accounts
            .accept(&token, PASSWORD, &visit())
            .await
            .unwrap();
        let LogIn::EnrolSecondFactor(flow) = next else {
            panic!("the staff needs a second factor, got {next:?}");
        };
        self.enrol(&flow).await
    }

    pub(crate) async fn enrol(&self, flow: &Hidden) -> (NewSession, App) {
        let enrolment = self.accounts.enrolment(flow.reveal()).await.unwrap();
        let mut app = App::new(&enrolment.secret);
        let code = app.code(self);
        let enrolled = self
            .accounts
            .confirm_enrolment(flow.reveal(), &code, &visit())
            .await
            .unwrap();
        app.recovery = enrolled.recovery_codes;
        (enrolled.log_in.session(), app)
    }

    /// Who is behind a token.
    pub(crate) async fn who(&self, token: &Hidden) -> Option<Account> {
        let session = self.accounts.session(token.reveal()).await.unwrap();
        session.and_then(|s| s.account().cloned())
    }
}

/// Nobody else's, in no other run.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn tenant(test: &str) -> crcore_adapters::sql::Tenant {
    let hash = crcore::BlobId::of(test.as_bytes()).to_string();
    let run = std::process::id();
    format!("a-{}-{run}", &hash[..16]).parse().unwrap()
}

fn accounts(
    store: &FaultyStore<Arc<dyn Store>>,
    clock: &Arc<ManualClock>,
    post: &MemoryPost,
    options: AccountsOptions,
) -> Accounts {
    let (store, post) = (Arc::new(store.clone()), Arc::new(post.clone()));
    Accounts::new(store, clock.clone(), post, options).unwrap()
}

/// Somebody's authenticator app.
pub(crate) struct App {
    totp: totp_rs::Totp,
    pub(crate) recovery: Vec<Hidden>,
}

impl App {
    pub(crate) fn new(secret: &Hidden) -> Self {
        let secret = data_encoding::BASE32_NOPAD
            .decode(secret.reveal().as_bytes())
            .unwrap();
        let secret = totp_rs::Secret::new_stack(secret.try_into().unwrap());
        Self {
            totp: totp_rs::Builder::new().with_secret(secret).build().unwrap(),
            recovery: Vec::new(),
        }
    }

    pub(crate) fn code(&self, world: &World) -> String {
        self.code_at(world, 0)
    }

    /// What it shows so many seconds from now.
    pub(crate) fn code_at(&self, world: &World, seconds: i64) -> String {
        let now = world.clock.now().timestamp() + seconds;
        self.totp.generate(now.try_into().unwrap()).to_string()
    }

    pub(crate) fn factor(&self, world: &World) -> Factor {
        Factor::App(self.code(world).into())
    }
}

pub(crate) fn address(name: &str) -> String {
    format!("{}@example.test", name.to_lowercase())
}

pub(crate) fn registration(name: &str, email: &str) -> Registration {
    Registration {
        email: email.into(),
        name: name.into(),
        password: PASSWORD.into(),
        language: "en".parse().unwrap(),
    }
}

/// A browser that was never here.
pub(crate) fn visit() -> Visit {
    visit_from("192.0.2.7")
}

pub(crate) fn visit_from(source: &str) -> Visit {
    Visit {
        source: source.into(),
        label: "Firefox on Linux".into(),
        ..Visit::default()
    }
}

/// What is asked of a log-in.
pub(crate) trait Outcome {
    fn session(self) -> NewSession;
    fn is_refused(&self) -> bool;
}

impl Outcome for LogIn {
    fn session(self) -> NewSession {
        match self {
            LogIn::Done(session) => *session,
            other => panic!("expected a session, got {other:?}"),
        }
    }

    fn is_refused(&self) -> bool {
        matches!(self, LogIn::Refused { .. })
    }
}

/// Each test over memory, and over SQLite where that is compiled in.
macro_rules! over_stores {
    ($($name:ident)*) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::world::World::memory()).await;
            })*
        }

        #[cfg(feature = "sqlite")]
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::world::World::sqlite().await).await;
            })*
        }
    };
}
pub(crate) use over_stores;

/// The same over the servers that are there: what races, and what depends on the order of keys.
macro_rules! over_servers {
    ($($name:ident)*) => {
        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                let test = concat!(module_path!(), stringify!($name));
                if let Some(world) = crate::world::World::postgres(test).await {
                    super::$name(world).await;
                }
            })*
        }

        #[cfg(feature = "mysql")]
        mod mariadb {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                let test = concat!(module_path!(), stringify!($name));
                if let Some(world) = crate::world::World::mariadb(test).await {
                    super::$name(world).await;
                }
            })*
        }
    };
}
pub(crate) use over_servers;
