//! What happened in a period, in numbers.

use std::collections::BTreeMap;

use axum::Json;
use axum::response::IntoResponse as _;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use crcore::access::{self, Right};
use crcore::analytics::{
    Attainment, Dimension, Filter, Group, Key, Measures, Period, Query, Spread,
};
use crcore::ticket::{Channel, Kind};
use crcore::{Code, Error};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::asked::{Asked, Program};
use super::scope::Scope;
use super::words::Words;
use crate::web::fault::{Answer, Fault};

/// Which days, of which tickets, told apart by what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The first day.
    from: NaiveDate,
    /// The day after the last one.
    to: NaiveDate,
    /// Where the days begin and end: a name of the tz database. The desk's own unless said otherwise.
    #[param(value_type = Option<String>, example = "Asia/Kolkata")]
    zone: Option<String>,
    /// What the rows are: `whole` (unless said otherwise), `day`, `month`, `kind`, `service`, `channel`,
    /// `agent`, or `field:` and a choice field of the rules.
    #[param(value_type = Option<String>, example = "field:branch")]
    group: Option<String>,
    /// Of these kinds, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    kind: Words<Kind>,
    /// About these services, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    service: Words<Code>,
    /// Come in by these channels, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    channel: Words<Channel>,
}

impl Wanted {
    fn read(self, zone: Tz) -> Result<Query, Fault> {
        let zone = match &self.zone {
            None => zone,
            Some(name) => name
                .parse()
                .map_err(|_| Fault::invalid("zone", "a name of the tz database"))?,
        };
        let filter = Filter {
            kinds: self.kind.0,
            services: self.service.0,
            channels: self.channel.0,
            ..Filter::default()
        };
        let period = Period {
            from: self.from,
            to: self.to,
            zone,
        };
        let group = group(self.group.as_deref().unwrap_or("whole"))?;
        Ok(Query {
            period,
            filter,
            group,
        })
    }
}

fn group(name: &str) -> Result<Group, Fault> {
    let field = name.strip_prefix("field:");
    if let Some(Ok(field)) = field.map(str::parse) {
        return Ok(Group::By(Dimension::Field(field)));
    }
    Ok(match name {
        "whole" => Group::Whole,
        "day" => Group::Day,
        "month" => Group::Month,
        "kind" => Group::By(Dimension::Kind),
        "service" => Group::By(Dimension::Service),
        "channel" => Group::By(Dimension::Channel),
        "agent" => Group::By(Dimension::Agent),
        _ => {
            let expected = "whole, day, month, kind, service, channel, agent, or field:CODE";
            return Err(Fault::invalid("group", expected));
        }
    })
}

/// How long something took, in seconds; 0 where nothing did.
#[derive(Serialize, ToSchema)]
#[schema(as = Spread)]
pub(crate) struct SpreadBody {
    /// How often.
    count: u64,
    min: u64,
    /// The median.
    p50: u64,
    /// What 9 of 10 do not pass.
    p90: u64,
    /// What 99 of 100 do not pass.
    p99: u64,
    max: u64,
}

impl From<Spread> for SpreadBody {
    fn from(spread: Spread) -> Self {
        Self {
            count: spread.count,
            min: spread.min,
            p50: spread.p50,
            p90: spread.p90,
            p99: spread.p99,
            max: spread.max,
        }
    }
}

/// How one target was kept.
#[derive(Serialize, ToSchema)]
#[schema(as = Attainment)]
pub(crate) struct AttainmentBody {
    met: u64,
    breached: u64,
}

impl From<&Attainment> for AttainmentBody {
    fn from(kept: &Attainment) -> Self {
        Self {
            met: kept.met,
            breached: kept.breached,
        }
    }
}

/// A line of a report.
#[derive(Serialize, ToSchema)]
#[schema(as = Row)]
pub(crate) struct RowBody {
    /// What it is about: a day, a month by its first day, a kind, a code, an agent's id. Absent for all of
    /// it, and for what has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<String>,
    /// Tickets raised.
    raised: u64,
    /// Resolutions; a ticket that was resolved again counts again.
    resolved: u64,
    closed: u64,
    /// Tickets taken up again.
    reopened: u64,
    /// Tickets neither resolved nor closed at the end of the row's time.
    backlog: u64,
    /// From receipt to the first public answer.
    first_response: SpreadBody,
    /// From receipt to each resolution.
    resolution: SpreadBody,
    /// How `first_response`, `next_response` and `resolution` were kept.
    targets: BTreeMap<String, AttainmentBody>,
    /// Public answers of anyone but the customer.
    replies: u64,
    /// Ratings given, from 1 (bad) to 5 (good).
    ratings: Vec<u64>,
}

impl RowBody {
    fn of(key: Key, measures: &Measures) -> Result<Self, Fault> {
        let of = match key {
            Key::Whole => None,
            Key::Day(day) | Key::Month(day) => Some(day.to_string()),
            Key::Kind(kind) => Some(kind.name().to_owned()),
            Key::Service(code) => Some(code.to_string()),
            Key::Channel(channel) => Some(channel.name().to_owned()),
            Key::Agent(agent) => agent.map(|agent| agent.to_string()),
            Key::Field(choice) => choice.map(|choice| choice.to_string()),
        };
        let targets = measures.targets.iter().map(|(target, kept)| {
            let name = serde_json::to_value(target).map_err(Fault::broken)?;
            let name = name
                .as_str()
                .ok_or_else(|| Fault::broken("a target without a name"))?;
            Ok((name.to_owned(), kept.into()))
        });
        Ok(Self {
            of,
            raised: measures.raised,
            resolved: measures.resolved,
            closed: measures.closed,
            reopened: measures.reopened,
            backlog: measures.backlog,
            first_response: measures.first_response.into(),
            resolution: measures.resolution.into(),
            targets: targets.collect::<Result<_, Fault>>()?,
            replies: measures.replies,
            ratings: measures.ratings.to_vec(),
        })
    }
}

/// A report.
#[derive(Serialize, ToSchema)]
pub(crate) struct Report {
    rows: Vec<RowBody>,
    /// Up to when everything that happened is in it; absent while the desk still counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<DateTime<Utc>>,
}

/// What happened in a period, in numbers
#[utoipa::path(get, path = "/api/v1/reports", tag = "reports", operation_id = "read_report",
    params(Wanted), security(("token" = ["reports:read"])),
    responses((status = 200, description = "The report.", body = Report)))]
pub(super) async fn report(program: Program, Asked(wanted): Asked<Wanted>) -> Answer {
    let (actor, app) = (program.may(Scope::ReportsRead)?, &program.ctx.app);
    if !access::has(actor.role(), Right::SeeReports) {
        let (role, verb) = (actor.role().name(), Right::SeeReports.name());
        return Err(Error::NotAllowed { role, verb }.into());
    }
    let query = wanted.read(app.settings.zone)?;
    app.numbers.catch_up(app).await?;
    let (rows, as_of) = app.numbers.read(|totals| totals.report(&query)).await;
    let rows = rows.map_err(|error| Fault::invalid("from", error.to_string()))?;
    let rows = rows
        .into_iter()
        .map(|row| RowBody::of(row.key, &row.measures));
    let body = Report {
        rows: rows.collect::<Result<_, _>>()?,
        as_of,
    };
    Ok(Json(body).into_response())
}
