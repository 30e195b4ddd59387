//! Who has an account: by role and state, by name or address; and who is invited.

use crcore::{Role, access};
use crcore_adapters::accounts::{Account, AccountState, Hidden, PeopleFilter};
use minijinja::context;
use minijinja::value::Value;

use super::asked::Asked;
use super::grid::{Grid, at, button, link, text};
use super::{option, page, say};
use crate::web::address::encode;
use crate::web::ctx::Ctx;
use crate::web::fault::Answer;

/// How many people a page shows.
const PAGE: u32 = 50;
/// The roles of people, in the order of a bank.
pub(super) const ROLES: [Role; 4] = [Role::Customer, Role::Agent, Role::Supervisor, Role::Admin];

/// A role by its name.
pub(super) fn role(name: &str) -> Option<Role> {
    ROLES.into_iter().find(|role| role.name() == name)
}

/// What a role is called.
pub(super) fn role_name(ctx: &Ctx, role: Role) -> String {
    say(ctx, &format!("admin-role-{}", role.name()), &[])
}

pub(super) async fn people(ctx: Ctx) -> Answer {
    let (actor, asked) = (ctx.actor()?, Asked::of(&ctx));
    let given = |name: &str| asked.other.get(name).map_or("", String::as_str).trim();
    let query = given("q");
    let filter = PeopleFilter {
        role: role(given("role")),
        state: AccountState::ALL
            .into_iter()
            .find(|s| s.name() == given("state")),
        email: query.contains('@').then(|| query.to_owned()),
        name: (!query.is_empty() && !query.contains('@')).then(|| query.to_owned()),
    };
    let after = (!given("after").is_empty()).then(|| Hidden::from(given("after")));
    let accounts = &ctx.app.accounts;
    let is_address = query.parse::<crcore_adapters::accounts::Email>().is_ok();
    let found = if query.contains('@') && !is_address {
        crcore_adapters::accounts::People::default()
    } else {
        accounts
            .people(actor, &filter, after.as_ref(), PAGE)
            .await?
    };
    let columns = ["name", "email", "role", "state", "factor", "seen"];
    let mut grid = Grid::new(&ctx, "people", &columns);
    for account in &found.accounts {
        grid.row(row(&ctx, account));
    }
    let columns = ["name", "email", "role", "invited", "until", "action"];
    let mut invited = Grid::new(&ctx, "invitations", &columns);
    for open in accounts.invitations(actor).await? {
        let withdraw = format!("/admin/people/invitations/{}/withdraw", open.id);
        let may = access::manages(actor.role(), open.agent.role);
        let action = if may {
            let sure = say(&ctx, "admin-withdraw-sure", &[]);
            button(say(&ctx, "admin-withdraw", &[]), withdraw, &sure)
        } else {
            text("")
        };
        invited.row([
            text(open.name.clone()),
            text(open.email.as_str()),
            text(role_name(&ctx, open.agent.role)),
            at(open.at),
            at(open.until),
            action,
        ]);
    }
    let next = found.next.map(|next| {
        let kept = format!("role={}&state={}", given("role"), given("state"));
        let (query, after) = (encode(query), encode(next.reveal()));
        format!("/admin/people?{kept}&q={query}&after={after}")
    });
    let any = || option("", &say(&ctx, "admin-any", &[]));
    let roles = ROLES.map(|role| option(role.name(), &role_name(&ctx, role)));
    let state = |state: AccountState| {
        option(
            state.name(),
            &say(&ctx, &format!("admin-state-{}", state.name()), &[]),
        )
    };
    let mut grids = vec![grid.value()];
    if !invited.is_empty() {
        grids.push(invited.value());
    }
    let context = context! {
        grids => grids,
        next => next,
        roles => [any()].into_iter().chain(roles).collect::<Vec<Value>>(),
        states => [any()].into_iter().chain(AccountState::ALL.map(state)).collect::<Vec<Value>>(),
        given => context! { role => given("role"), state => given("state"), q => query },
    };
    page(&ctx, "admin/people.html", "admin-title-people", context)
}

fn row(ctx: &Ctx, account: &Account) -> Vec<Value> {
    let factor = if account.second_factor {
        "admin-yes"
    } else {
        "admin-no"
    };
    vec![
        link(
            account.name.clone(),
            format!("/admin/people/{}", account.id),
        ),
        text(account.email.as_str()),
        text(role_name(ctx, account.role)),
        text(say(
            ctx,
            &format!("admin-state-{}", account.state.name()),
            &[],
        )),
        text(say(ctx, factor, &[])),
        account.last_seen.map_or_else(|| text(""), at),
    ]
}
