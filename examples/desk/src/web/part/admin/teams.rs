//! Queues and who serves them, teams and where they get their mail.

use std::collections::BTreeSet;

use crcore::{Code, Pool};
use minijinja::context;

use super::grid::{Grid, link, text};
use super::names::Names;
use super::{page, say};
use crate::web::ctx::Ctx;
use crate::web::fault::Answer;

/// How much of the roster is shown.
const ROSTER_MAX: u32 = 500;

/// Every queue that the rules name.
pub(super) fn queues(ctx: &Ctx) -> BTreeSet<Code> {
    let rules = ctx.desk().rules();
    let named = rules.rules().queues.keys().cloned();
    let of_services = rules.rules().services.values();
    let of_services = of_services.map(|service| service.queue.clone());
    named.chain(of_services).collect()
}

pub(super) async fn teams(ctx: Ctx) -> Answer {
    let actor = ctx.actor()?;
    let names = Names::read(&ctx).await?;
    let roster = ctx.desk().agents(actor, None, ROSTER_MAX).await?;
    let rules = ctx.desk().rules();
    let rules = rules.rules();
    let mut of_queues = Grid::new(&ctx, "queues", &["queue", "services", "allocation", "who"]);
    for queue in queues(&ctx) {
        let services = rules.services.iter();
        let services = services.filter(|(_, service)| service.queue == queue);
        let services: Vec<String> = services.map(|(code, _)| names.service(code)).collect();
        let serving = roster.iter().filter(|s| s.agent.queues.contains(&queue));
        let serving: Vec<&str> = serving.map(|s| s.agent.name.as_str()).collect();
        let by = rules.queues.get(&queue).and_then(|q| q.allocation.clone());
        let by = by.map_or_else(|| say(&ctx, "admin-claimed", &[]), |by| by.to_string());
        of_queues.row([
            text(queue.to_string()),
            text(services.join(", ")),
            text(by),
            text(serving.join(", ")),
        ]);
    }
    let columns = [
        "name",
        "role",
        "available",
        "queues",
        "skills",
        "#cases",
        "#live",
    ];
    let mut staff = Grid::new(&ctx, "staff", &columns);
    for standing in &roster {
        let agent = &standing.agent;
        let queues: Vec<&str> = agent.queues.iter().map(Code::as_str).collect();
        let skills = agent
            .skills
            .iter()
            .map(|(skill, level)| format!("{skill} {level}"));
        let load = |pool| {
            let load = standing.load(pool);
            text(format!("{} / {}", load.units, load.capacity))
        };
        let available = if agent.available {
            "admin-yes"
        } else {
            "admin-no"
        };
        staff.row([
            link(agent.name.clone(), format!("/admin/people/{}", agent.id)),
            text(say(&ctx, &format!("admin-role-{}", agent.role.name()), &[])),
            text(say(&ctx, available, &[])),
            text(queues.join(", ")),
            text(skills.collect::<Vec<_>>().join(", ")),
            load(Pool::Cases),
            load(Pool::Live),
        ]);
    }
    let mut mail = Grid::new(&ctx, "teams", &["team", "email"]);
    for (team, email) in &rules.teams {
        mail.row([text(team.to_string()), text(email.clone())]);
    }
    let grids = vec![of_queues.value(), staff.value(), mail.value()];
    page(
        &ctx,
        "admin/table.html",
        "admin-title-teams",
        context! { grids => grids },
    )
}
