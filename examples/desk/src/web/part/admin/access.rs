//! Who may do what: the library's own tables, as they are.

use crcore::Role;
use crcore::access::{self, Reach, Right};
use crcore::ticket::Verb;
use minijinja::context;

use super::grid::{Grid, text};
use super::{page, say};
use crate::web::ctx::Ctx;
use crate::web::fault::Answer;

pub(super) async fn access(ctx: Ctx) -> Answer {
    let roles = || {
        let name = |role: &Role| say(&ctx, &format!("admin-role-{}", role.name()), &[]);
        Role::ALL.iter().map(name).collect::<Vec<String>>()
    };
    let mut verbs = Grid::new(&ctx, "verbs", &["verb"]).headed(roles());
    for verb in Verb::ALL {
        let mut row = vec![text(verb.name())];
        for role in Role::ALL {
            let reach = match access::reach(role, *verb) {
                Reach::Never => "never",
                Reach::Own => "own",
                Reach::Served => "served",
                Reach::Any => "any",
            };
            row.push(text(say(&ctx, &format!("admin-reach-{reach}"), &[])));
        }
        verbs.row(row);
    }
    let mut rights = Grid::new(&ctx, "rights", &["right"]).headed(roles());
    let yes_or_no = |yes: bool| text(say(&ctx, if yes { "admin-yes" } else { "admin-no" }, &[]));
    for right in Right::ALL {
        let mut row = vec![text(right.name())];
        row.extend(Role::ALL.map(|role| yes_or_no(access::has(role, right))));
        rights.row(row);
    }
    let staff = [Role::Agent, Role::Supervisor, Role::Admin];
    let mut manages = Grid::new(&ctx, "manages", &["role"])
        .headed(staff.map(|role| say(&ctx, &format!("admin-role-{}", role.name()), &[])));
    for role in staff {
        let name = say(&ctx, &format!("admin-role-{}", role.name()), &[]);
        let mut row = vec![text(name)];
        row.extend(staff.map(|of| yes_or_no(access::manages(role, of))));
        manages.row(row);
    }
    let grids = vec![rights.value(), manages.value(), verbs.value()];
    page(
        &ctx,
        "admin/table.html",
        "admin-title-access",
        context! { grids => grids },
    )
}
