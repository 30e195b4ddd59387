//! The web desk as every request finds it.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use chrono::TimeDelta;
use crcore::{CasePages, Clock, Code, Desk, Role, Rules, Store, SystemClock};
use crcore_adapters::accounts::{Accounts, AccountsOptions, Hidden, Post, SessionLimits, Urls};
use crcore_adapters::oidc::Provider;
use crcore_adapters::templates::{Following, KeptTexts};
use crcore_adapters::{Live, LiveOptions, Login, Security, SmtpNotifier, SmtpOptions, Texts};
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::ExposeSecret as _;

use super::demo::Props;
use super::guard::{Rates, Signer};
use super::messages::Messages;
use super::outbox::Outbox;
use super::pages::Pages;
use super::settings::{MailSecurity, Settings};
use super::visitor::Cookies;
use crate::failure::{Failure, Result};
use crate::web::place::Place;

/// Everything that requests share. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) desk: Desk,
    pub(crate) accounts: Accounts,
    pub(crate) providers: BTreeMap<Code, Arc<dyn Provider>>,
    pub(crate) messages: Arc<Messages>,
    pub(crate) pages: Pages,
    pub(crate) cookies: Cookies,
    pub(crate) signer: Signer,
    pub(crate) rates: Rates,
    pub(crate) live: Live,
    /// A demo's mail.
    pub(crate) outbox: Option<Outbox>,
    /// What a demo has in place of a bank.
    pub(crate) props: Props,
    pub(crate) numbers: super::part::admin::Numbers,
    pub(crate) texts: KeptTexts,
    pub(crate) visits: super::visits::Visits,
    pub(crate) lines: super::lines::Lines,
    pub(crate) metrics: PrometheusHandle,
    pub(crate) pulse: super::health::Pulse,
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// What goes out of the desk to people, and how.
pub(crate) struct Carriers {
    pub(crate) notifier: Arc<dyn crcore::Notifier>,
    pub(crate) post: Arc<dyn Post>,
    /// Where a demo shows what it would have sent.
    pub(crate) outbox: Option<Outbox>,
}

impl Carriers {
    /// A mail server where one is set, else the demo's outbox; each renders the texts as they are.
    fn of(settings: &Settings, texts: &KeptTexts) -> Result<Self> {
        let mail = &settings.mail;
        let Some(host) = &mail.host else {
            let outbox = Outbox::new(texts.current());
            let following = Arc::new(Following::new(texts.clone(), Arc::new(outbox.clone())));
            return Ok(Self {
                notifier: following.clone(),
                post: following,
                outbox: Some(outbox),
            });
        };
        let (security, usual) = match mail.security {
            MailSecurity::Tls => (Security::Tls, 465),
            MailSecurity::Starttls => (Security::StartTls, 587),
            MailSecurity::Clear => (Security::None, 25),
        };
        let login = mail.user.as_ref().zip(mail.password.as_ref());
        let options = SmtpOptions {
            host: host.clone(),
            port: mail.port.unwrap_or(usual),
            security,
            login: login.map(|(user, password)| Login {
                user: user.clone(),
                password: password.expose_secret().to_owned(),
            }),
            from: mail.from.clone(),
            ..SmtpOptions::default()
        };
        let smtp = SmtpNotifier::new(options, texts.current());
        let smtp = Arc::new(smtp.map_err(|e| Failure::asked(format!("mail: {e}")))?);
        let following = Arc::new(Following::new(texts.clone(), smtp));
        Ok(Self {
            notifier: following.clone(),
            post: following,
            outbox: None,
        })
    }
}

impl App {
    /// Opens the desk over `store` by `rules`, which are the beginning: what admins put in force since
    /// is in the store.
    pub(crate) async fn open(
        settings: Settings,
        store: Arc<dyn Store>,
        rules: Rules,
        metrics: PrometheusHandle,
    ) -> Result<Self> {
        Self::open_by(Arc::new(SystemClock), settings, store, rules, metrics).await
    }

    /// The same by another clock than the host's.
    pub(crate) async fn open_by(
        clock: Arc<dyn Clock>,
        settings: Settings,
        store: Arc<dyn Store>,
        rules: Rules,
        metrics: PrometheusHandle,
    ) -> Result<Self> {
        let texts = KeptTexts::open(Arc::clone(&store), Arc::clone(&clock), Texts::default());
        let texts = texts.await.map_err(Failure::failed)?;
        let carriers = Carriers::of(&settings, &texts)?;
        let place: Place = settings.files.place.parse().map_err(Failure::asked)?;
        let files = place.open(std::env::vars()).await?;
        let desk = Desk::builder(Arc::clone(&store))
            .rules(rules)
            .blobs(files)
            .notifier(carriers.notifier)
            .clock(Arc::clone(&clock));
        let desk = match settings.files.scanner() {
            Some(clamd) => desk.scanner(clamd),
            None => desk,
        };
        let props = Props::default();
        let desk = match settings.demo {
            true => desk.ledger(props.ledger.clone()),
            false => desk,
        };
        let origin = settings.origin();
        let desk = desk.time_zone(settings.zone).case_pages(CasePages {
            customer: format!("{origin}/cases/{{reference}}"),
            staff: format!("{origin}/desk/cases/{{reference}}"),
        });
        let desk = desk.open().await.map_err(Failure::failed)?;
        let options = accounts_options(&settings);
        let accounts = Accounts::new(
            Arc::clone(&store),
            Arc::clone(&clock),
            carriers.post,
            options,
        );
        let accounts = accounts.map_err(|e| Failure::asked(e.to_string()))?;
        let providers = super::providers::all(&settings, &clock)?;
        let live = LiveOptions {
            seats: settings.limits.live,
            ..LiveOptions::default()
        };
        let live = Live::new(desk.clone(), Arc::clone(&clock), live);
        let messages = Arc::new(Messages::read()?);
        let pages = Pages::new(
            settings.theme.clone(),
            Arc::clone(&messages),
            super::open::addresses(),
        );
        Ok(Self(Arc::new(Inner {
            clock,
            store,
            desk,
            accounts,
            providers,
            pages,
            messages,
            cookies: Cookies::new(settings.is_secure()),
            signer: Signer::new(settings.secrets.clone()),
            rates: Rates::new(settings.limits),
            live,
            outbox: carriers.outbox,
            props,
            numbers: super::part::admin::Numbers::default(),
            texts,
            visits: super::visits::Visits::default(),
            lines: super::lines::Lines::default(),
            metrics,
            pulse: super::health::Pulse::default(),
            settings,
        })))
    }

    /// Seconds after which somebody of this role who does nothing is signed out.
    pub(crate) fn idle_seconds(&self, role: Role) -> u32 {
        let sessions = self.settings.sessions;
        let minutes = match role {
            Role::Customer => sessions.customer_idle_minutes,
            _ => sessions.staff_idle_minutes,
        };
        minutes * 60
    }
}

fn accounts_options(settings: &Settings) -> AccountsOptions {
    let origin = settings.origin();
    let limits = |idle: u32| SessionLimits {
        idle: TimeDelta::minutes(idle.into()),
        absolute: TimeDelta::minutes(settings.sessions.absolute_minutes.into()),
    };
    let secrets = settings.secrets.iter();
    let trusted = settings
        .providers
        .values()
        .filter(|provider| provider.trusted);
    AccountsOptions {
        bank: settings.bank.clone(),
        secrets: secrets
            .map(|secret| Hidden::from(secret.expose_secret()))
            .collect(),
        urls: Urls {
            reset: format!("{origin}/reset/{{token}}"),
            invite: format!("{origin}/invitation/{{token}}"),
            track: format!("{origin}/track/{{token}}"),
            log_in: format!("{origin}/log-in"),
        },
        customer: limits(settings.sessions.customer_idle_minutes),
        staff: limits(settings.sessions.staff_idle_minutes),
        trusted_issuers: trusted.map(|provider| provider.issuer.clone()).collect(),
        ..AccountsOptions::default()
    }
}
