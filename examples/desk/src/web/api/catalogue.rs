//! What the bank offers: where, when, and by which doors.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::response::IntoResponse as _;
use chrono::{DateTime, TimeDelta, Utc};
use crcore::catalogue::{Opening, Translated};
use crcore::{Code, Rulebook};
use serde::Serialize;
use utoipa::ToSchema;

use super::asked::Program;
use super::scope::Scope;
use super::words::{CodeText, DoorName};
use crate::web::fault::Answer;

/// How far ahead hours are told: a week, after which they mostly come again.
const AHEAD: TimeDelta = TimeDelta::days(7);

/// Whether something is open, and until or from when.
#[derive(Serialize, ToSchema)]
#[serde(tag = "is", rename_all = "snake_case")]
#[schema(as = Opening)]
pub(crate) enum OpeningBody {
    Open {
        /// When it closes; absent where it does not within a month.
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<DateTime<Utc>>,
    },
    Closed {
        /// When it opens; absent where it does not within a month.
        #[serde(skip_serializing_if = "Option::is_none")]
        opens: Option<DateTime<Utc>>,
    },
}

impl From<Opening> for OpeningBody {
    fn from(opening: Opening) -> Self {
        match opening {
            Opening::Open { until } => Self::Open { until },
            Opening::Closed { opens } => Self::Closed { opens },
        }
    }
}

impl From<Option<Opening>> for OpeningBody {
    fn from(opening: Option<Opening>) -> Self {
        opening.map_or(Self::Closed { opens: None }, Self::from)
    }
}

/// A time during which something is open.
#[derive(Serialize, ToSchema)]
#[schema(as = Window)]
pub(crate) struct WindowBody {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// A branch as customers are shown it.
#[derive(Serialize, ToSchema)]
#[schema(as = Branch)]
pub(crate) struct BranchBody {
    /// What it is called, by language.
    name: BTreeMap<String, String>,
    /// Where it is, by language.
    address: BTreeMap<String, String>,
    counters: BTreeSet<CodeText>,
    /// Whether it is open now.
    open: bool,
    opening: OpeningBody,
    /// When it is open within the next seven days, holidays left out; absent where it always is.
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<Vec<WindowBody>>,
}

/// A service as customers are shown it.
#[derive(Serialize, ToSchema)]
#[schema(as = Service)]
pub(crate) struct ServiceBody {
    /// What it is called, by language.
    title: BTreeMap<String, String>,
    /// What it is, by language.
    description: BTreeMap<String, String>,
    /// How a customer can come in with it.
    doors: BTreeSet<DoorName>,
    /// Where it is had in person.
    branches: BTreeSet<CodeText>,
    /// How many minutes it usually takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    minutes: Option<u32>,
    /// Whether somebody answers a chat about it now.
    open: bool,
    opening: OpeningBody,
    /// When chats about it are answered within the next seven days; absent where they always are.
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<Vec<WindowBody>>,
}

/// What the bank offers.
#[derive(Serialize, ToSchema)]
#[schema(as = Catalogue)]
pub(crate) struct CatalogueBody {
    /// By code.
    branches: BTreeMap<String, BranchBody>,
    /// By code.
    services: BTreeMap<String, ServiceBody>,
}

fn texts(told: &Translated) -> BTreeMap<String, String> {
    let texts = told.0.iter();
    texts
        .map(|(language, text)| (language.to_string(), text.clone()))
        .collect()
}

fn codes<'a>(codes: impl IntoIterator<Item = &'a Code>) -> BTreeSet<CodeText> {
    codes.into_iter().cloned().map(CodeText).collect()
}

/// The hours of a calendar in the days to come; none where there is no calendar to go by.
fn hours(rules: &Rulebook, calendar: Option<&Code>, now: DateTime<Utc>) -> Option<Vec<WindowBody>> {
    let Some(hours) = rules.sla().hours_of(calendar?) else {
        return Some(Vec::new());
    };
    let windows = hours.windows(now, now + AHEAD).map(|window| WindowBody {
        from: window.start,
        until: window.end,
    });
    Some(windows.collect())
}

/// What the bank offers: branches and services
#[utoipa::path(get, path = "/api/v1/catalogue", tag = "catalogue", operation_id = "read_catalogue",
    security(("token" = ["catalogue:read"])),
    responses((status = 200, description = "The catalogue.", body = CatalogueBody)))]
pub(super) async fn read(program: Program) -> Answer {
    let actor = program.may(Scope::CatalogueRead)?;
    let (desk, now) = (program.ctx.desk(), program.ctx.app.clock.now());
    let (kept, rules) = (desk.catalogue(actor).await?.value, desk.rules());
    let branches = kept.branches.iter().map(|(code, branch)| {
        let open = kept.branch_opening(&rules, code, now);
        let body = BranchBody {
            name: texts(&branch.name),
            address: texts(&branch.address),
            counters: codes(&branch.counters),
            open: open.is_some_and(|open| open.is_open()),
            opening: open.into(),
            hours: hours(&rules, branch.calendar.as_ref(), now),
        };
        (code.to_string(), body)
    });
    let services = kept.services.iter().map(|(code, offer)| {
        let open = kept.service_opening(&rules, code, now);
        let body = ServiceBody {
            title: texts(&offer.title),
            description: texts(&offer.description),
            doors: offer.doors.iter().copied().map(DoorName).collect(),
            branches: codes(&offer.branches),
            minutes: offer.minutes,
            open: open.is_some_and(|open| open.is_open()),
            opening: open.into(),
            hours: hours(&rules, offer.calendar.as_ref(), now),
        };
        (code.to_string(), body)
    });
    let body = CatalogueBody {
        branches: branches.collect(),
        services: services.collect(),
    };
    Ok(Json(body).into_response())
}
