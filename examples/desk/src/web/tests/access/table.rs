//! The table of who may ask for what, as it is found by asking: every route, by everybody. It is written
//! to a file that people read, and held against the library's own tables.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use crcore::access::{Reach, Right, has, reach};
use crcore::desk::beside::{Canned, Macro};
use crcore::ticket::{Language, Verb};
use crcore::{Act, Actor, Agent, Code, Role};

use crate::web::api::Scope;
use crate::web::route::{Route, Who};
use crate::web::tests::isolation::lives::{BRANCH, Bank, Own};
use crate::web::tests::support::{Browser, Seen};

const FILE: &str = "docs/access.md";
const HEAD: &str = "\
# Who may ask for what

Every route of the desk, and what everybody gets who asks for it. The table is what was found by asking:
`web::tests::access` asks each route as everybody, compares the answers with this file and with the tables
of the library, and writes it again with `CRDESK_WRITE_ACCESS=1`.

`yes`: it is answered, as far as what it is about may be seen. `log in`: first they are sent to log in, or
asked for a token. `no`: the answer is that of an address that does not exist. What is done to a ticket, the
library decides once more, by the verb or right that is named here: a dash where the route is for anybody or
about one's own, `seen` where it shows tickets that one may see, `each act` where the form or the program
says which verb, `of an agent` where a program has to act in the place of one.

";
/// A canned reply and a macro that are there.
const SHARED: &str = "of-a-test";
/// Who asks: the columns.
const ASKING: [&str; 6] = [
    "visitor",
    "customer",
    "agent",
    "supervisor",
    "admin",
    "program",
];

/// What the library asks of whoever uses a route.
#[derive(Debug, Clone, Copy)]
enum Need {
    /// Nothing: it is for anybody, or about oneself.
    Nothing,
    /// To see tickets, as far as one may.
    Seen,
    /// A verb that the request names.
    EachAct,
    Verb(Verb),
    Right(Right),
    /// A right of agents, for a program in the place of one.
    OfAgent(Right),
}

impl Need {
    fn name(self) -> String {
        match self {
            Self::Nothing => "–".to_owned(),
            Self::Seen => "seen".to_owned(),
            Self::EachAct => "each act".to_owned(),
            Self::Verb(verb) => format!("`{}`", verb.name()),
            Self::Right(right) => format!("`{}`", right.name()),
            Self::OfAgent(right) => format!("`{}` of an agent", right.name()),
        }
    }

    /// Whether the library lets somebody of this role, by its tables.
    fn lets(self, role: Role) -> bool {
        match self {
            Self::Nothing | Self::Seen | Self::EachAct => true,
            Self::Verb(verb) => reach(role, verb) != Reach::Never,
            Self::Right(right) => has(role, right),
            Self::OfAgent(right) => role == Role::Service && has(Role::Agent, right),
        }
    }
}

/// What the library asks of all routes that begin so; the longest beginning counts.
#[rustfmt::skip]
const NEEDS: &[(&str, Need)] = &[
    ("GET ", Need::Nothing),
    ("POST ", Need::Nothing),
    ("GET /admin", Need::Right(Right::SeeReports)),
    ("GET /admin/audit", Need::Right(Right::SeeAudit)),
    ("POST /admin/audit", Need::Right(Right::SeeAudit)),
    ("GET /admin/access", Need::Right(Right::SeeRules)),
    ("GET /admin/catalogue", Need::Right(Right::ManageCatalogue)),
    ("POST /admin/catalogue", Need::Right(Right::ManageCatalogue)),
    ("GET /admin/customers", Need::Right(Right::EraseCustomers)),
    ("POST /admin/customers", Need::Right(Right::EraseCustomers)),
    ("GET /admin/people", Need::Right(Right::ManageAccounts)),
    ("POST /admin/people", Need::Right(Right::ManageAccounts)),
    ("POST /admin/people/{id}/work", Need::Right(Right::ManageAgents)),
    ("GET /admin/policies", Need::Right(Right::SeeRules)),
    ("GET /admin/policies/edit", Need::Right(Right::ManageRules)),
    ("GET /admin/policies/json", Need::Right(Right::ManageRules)),
    ("POST /admin/policies", Need::Right(Right::ManageRules)),
    ("GET /admin/policies/texts", Need::Right(Right::ManageRules)),
    ("GET /admin/replies", Need::Right(Right::ManageShared)),
    ("POST /admin/replies", Need::Right(Right::ManageShared)),
    ("POST /admin/notices", Need::Right(Right::SeeReports)),
    ("GET /admin/teams", Need::Right(Right::SeeAgents)),
    ("GET /admin/tokens", Need::Right(Right::ManageAccounts)),
    ("POST /admin/tokens", Need::Right(Right::ManageAccounts)),
    ("GET /api/v1/agents", Need::Right(Right::SeeAgents)),
    ("GET /api/v1/events", Need::Right(Right::SeeReports)),
    ("GET /api/v1/reports", Need::Right(Right::SeeReports)),
    ("GET /api/v1/tickets", Need::Seen),
    ("POST /api/v1/tickets", Need::Verb(Verb::Raise)),
    ("POST /api/v1/tickets/{reference}/acts", Need::EachAct),
    ("POST /api/v1/tickets/{reference}/files", Need::Verb(Verb::Attach)),
    ("POST /api/v1/branches/{branch}/tokens", Need::Verb(Verb::Raise)),
    ("POST /api/v1/tickets/{reference}/quotation", Need::Verb(Verb::Reply)),
    ("GET /api/v1/branches/{branch}/counters", Need::Right(Right::SeeInternal)),
    ("POST /api/v1/branches/{branch}/counters", Need::OfAgent(Right::SeeInternal)),
    ("GET /api/v1/chats", Need::Seen),
    ("POST /api/v1/chats", Need::Verb(Verb::Raise)),
    ("POST /api/v1/chats/{reference}/acts", Need::EachAct),
    ("POST /api/v1/agents/me/chats", Need::OfAgent(Right::SeeInternal)),
    ("GET /api/v1/customers", Need::Right(Right::ManageCustomers)),
    ("GET /api/v1/customers/{customer}", Need::Right(Right::SeeInternal)),
    ("GET /api/v1/customers/{customer}/transactions", Need::OfAgent(Right::SeeTransactions)),
    ("GET /api/v1/macros", Need::Right(Right::SeeInternal)),
    ("GET /api/v1/replies", Need::Right(Right::SeeInternal)),
    ("GET /api/v1/views", Need::Right(Right::SeeInternal)),
    ("GET /api/v1/tickets/{reference}/replies", Need::Right(Right::SeeInternal)),
    ("POST /api/v1/tickets/{reference}/macros", Need::EachAct),
    ("GET /api/v1/tokens", Need::Seen),
    ("GET /board", Need::Right(Right::SeeInternal)),
    ("POST /board", Need::Right(Right::SeeInternal)),
    ("GET /live/board", Need::Right(Right::SeeInternal)),
    ("GET /live/queue", Need::Right(Right::SeeInternal)),
    ("GET /live/desk", Need::Right(Right::SeeInternal)),
    ("GET /live/me", Need::Seen),
    ("GET /live/notices", Need::Seen),
    ("GET /palette", Need::Right(Right::SeeInternal)),
    ("GET /cases", Need::Seen),
    ("POST /cases/{reference}/reply", Need::Verb(Verb::Write)),
    ("POST /cases/{reference}/reopen", Need::Verb(Verb::Reopen)),
    ("POST /cases/{reference}/solved", Need::Verb(Verb::Close)),
    ("POST /cases/{reference}/withdraw", Need::Verb(Verb::Withdraw)),
    ("POST /cases/{reference}/rate", Need::Verb(Verb::Rate)),
    ("GET /chat/", Need::Seen),
    ("POST /chat", Need::Verb(Verb::Raise)),
    ("POST /chat/{reference}/say", Need::Verb(Verb::Write)),
    ("POST /chat/{reference}/end", Need::Verb(Verb::Withdraw)),
    ("GET /chats", Need::Right(Right::SeeInternal)),
    ("POST /chats/take", Need::Right(Right::SeeInternal)),
    ("POST /chat/{reference}/typing", Need::Seen),
    ("POST /chats/{reference}/typing", Need::Right(Right::SeeInternal)),
    ("POST /chats/{reference}/accept", Need::Verb(Verb::Claim)),
    ("POST /chats/{reference}/say", Need::Verb(Verb::Reply)),
    ("POST /chats/{reference}/end", Need::Verb(Verb::Resolve)),
    ("POST /chats/{reference}/complaint", Need::Verb(Verb::Convert)),
    ("POST /chats/{reference}/release", Need::Verb(Verb::Release)),
    ("GET /counter", Need::Right(Right::SeeInternal)),
    ("POST /counter", Need::Right(Right::SeeInternal)),
    ("POST /counter/{branch}/{counter}/next", Need::Verb(Verb::Claim)),
    ("POST /counter/{branch}/{counter}/no-show", Need::Verb(Verb::Resolve)),
    ("POST /counter/{branch}/{counter}/hold", Need::Verb(Verb::WaitForCustomer)),
    ("POST /counter/{branch}/{counter}/transfer", Need::Verb(Verb::Amend)),
    ("POST /counter/{branch}/{counter}/serve", Need::Verb(Verb::Resolve)),
    ("POST /counter/{branch}/{counter}/token", Need::Verb(Verb::Raise)),
    ("GET /desk", Need::Right(Right::SeeInternal)),
    ("POST /desk/bulk", Need::EachAct),
    ("POST /desk/cases", Need::EachAct),
    ("POST /desk/cases/{reference}/presence", Need::Right(Right::SeeInternal)),
    ("POST /desk/cases/{reference}/reply", Need::Verb(Verb::Reply)),
    ("POST /desk/cases/{reference}/note", Need::Verb(Verb::Note)),
    ("POST /desk/cases/{reference}/quote", Need::Verb(Verb::Reply)),
    ("POST /desk/customers", Need::Right(Right::ManageCustomers)),
    ("POST /desk/raise", Need::Verb(Verb::Raise)),
    ("POST /desk/views", Need::Right(Right::SeeInternal)),
    ("POST /raise/{door}/{service}/send", Need::Verb(Verb::Raise)),
    ("POST /token", Need::Verb(Verb::Raise)),
    ("GET /token/", Need::Seen),
    ("POST /token/{reference}/leave", Need::Verb(Verb::Withdraw)),
];

/// Pages that are for fewer people than have the right that they need, and why.
const NARROWER: &[(&str, Role, &str)] = &[
    (
        "/admin/access",
        Role::Agent,
        "agents see the rules that touched a case beside the case",
    ),
    ("/admin/policies", Role::Agent, "the same"),
    ("/admin/policies/history", Role::Agent, "the same"),
    ("/admin/policies/history/{number}", Role::Agent, "the same"),
    (
        "/admin/teams",
        Role::Agent,
        "agents see each other on a case and on the board",
    ),
    (
        "/admin/tokens",
        Role::Supervisor,
        "a program is nobody's subordinate: admins let it in",
    ),
    ("/admin/tokens/{id}/revoke", Role::Supervisor, "the same"),
];

fn need(route: &Route) -> Need {
    let line = format!("{} {}", route.method, route.path);
    let fitting = NEEDS.iter().filter(|(begin, _)| line.starts_with(begin));
    fitting.max_by_key(|(begin, _)| begin.len()).unwrap().1
}

/// A bank in which something is there at the address of every route.
struct Asked {
    bank: Bank,
    own: Own,
    asking: Vec<(Option<Role>, Browser)>,
    agent: String,
    customer: String,
}

impl Asked {
    async fn open() -> Self {
        let mut bank = Bank::open().await;
        let own = bank.asha().await;
        let desk = &bank.site.app.desk;
        let mut rules = desk.rules().rules().clone();
        rules.tags.insert("of-a-test".parse().unwrap());
        desk.use_rules(Actor::System, rules, 0, None).await.unwrap();
        let texts = &bank.site.app.texts;
        let (all, _) = texts.in_force(Actor::System).await.unwrap();
        let (english, code) = (Language::default(), "acknowledged".parse().unwrap());
        let mut text = all.languages[&english][&code].clone();
        text.text += "\nWe answer every letter.";
        texts
            .put(Actor::System, (&english, &code), text, 0, None)
            .await
            .unwrap();
        let shared: Code = SHARED.parse().unwrap();
        let canned = Canned {
            code: shared.clone(),
            title: "Of a test".into(),
            text: "We look into it.".into(),
            queues: [].into(),
            version: 0,
        };
        desk.save_canned(Actor::System, canned).await.unwrap();
        let noted = Macro {
            code: shared,
            title: "Of a test".into(),
            reply: None,
            acts: vec![Act::Note {
                text: "Looked into.".into(),
            }],
            queues: [].into(),
            version: 0,
        };
        desk.save_macro(Actor::System, noted).await.unwrap();
        let mut asking = vec![
            (None, bank.site.browser()),
            (Some(Role::Customer), own.browser.clone()),
        ];
        let mut of_agent = String::new();
        for role in [Role::Agent, Role::Supervisor, Role::Admin] {
            let (browser, id) = bank
                .site
                .someone(role, &format!("Who {}", role.name()))
                .await;
            let known = desk.agent(Actor::System, id.into()).await.unwrap().agent;
            let queues = desk.rules().rules().queues.keys().cloned().collect();
            desk.save_agent(Actor::System, Agent { queues, ..known })
                .await
                .unwrap();
            if role == Role::Agent {
                of_agent = id.to_string();
            }
            asking.push((Some(role), browser));
        }
        asking.push((Some(Role::Service), bank.site.program(&Scope::ALL).await));
        let ticket = own.tickets[0].parse().unwrap();
        let ticket = desk.ticket(Actor::System, ticket).await.unwrap();
        Self {
            bank,
            own,
            asking,
            agent: of_agent,
            customer: ticket.customer.to_string(),
        }
    }

    /// The address at which there is something for whom a route is for.
    fn address(&self, route: &Route) -> String {
        let [case, _, _, chat, token] = &self.own.references[..] else {
            panic!("Asha has five")
        };
        let reference = match route.path {
            path if path.starts_with("/chat") || path.starts_with("/api/v1/chat") => chat,
            path if path.starts_with("/token") => token,
            _ => case,
        };
        let parts = route.path.split('/').map(|part| match part {
            "{reference}" => reference,
            "{piece}" => &self.own.pieces[0],
            "{ticket}" => &self.own.tickets[4],
            "{id}" if route.path.starts_with("/admin/customers/") => &self.customer,
            "{customer}" => &self.customer,
            "{id}" => &self.agent,
            "{view}" => "open",
            "{reply}" | "{macro}" => SHARED,
            "{branch}" => BRANCH,
            "{counter}" | "{number}" => "1",
            "{what}" => "reopened",
            "{door}" => "complain",
            "{service}" => "cards",
            "{language}" => "en",
            "{code}" if route.path.contains("/texts/") => "acknowledged",
            "{code}" if route.path.contains("/branches/") => BRANCH,
            "{code}" => "cards",
            "{field}" => "branch",
            "{*place}" => "raise",
            part if part.starts_with('{') => "none-such",
            part => part,
        });
        let path = parts.collect::<Vec<_>>().join("/");
        match route.path {
            "/board/messages" => path + "?room=team/cards",
            _ => path,
        }
    }

    /// What everybody gets.
    async fn cells(&self, route: &Route) -> Vec<&'static str> {
        let address = self.address(route);
        let mut cells = Vec::new();
        for (role, browser) in &self.asking {
            let seen = ask(&mut browser.clone(), route, &address).await;
            let what = format!(
                "{} {address} as {role:?}: {} {}",
                route.method,
                seen.status,
                seen.text()
            );
            assert!(!seen.status.is_server_error(), "{what}");
            let cell = match seen.status {
                _ if route.who == Who::Anyone => "yes",
                StatusCode::UNAUTHORIZED => "log in",
                _ if seen.location().starts_with("/log-in?next=") => "log in",
                StatusCode::NOT_FOUND => "no",
                status => {
                    let marked = route.method == Method::GET || route.who == Who::Program;
                    assert!(
                        marked || !status.is_success(),
                        "a form without a mark was taken: {what}"
                    );
                    "yes"
                }
            };
            cells.push(cell);
        }
        cells
    }
}

/// Forms are sent without their mark: whoever is meant is told of that, whoever is not learns nothing.
async fn ask(browser: &mut Browser, route: &Route, address: &str) -> Seen {
    if route.method == Method::POST && route.who != Who::Program {
        return browser.post(address, &[]).await;
    }
    let request = Request::builder().method(route.method.clone()).uri(address);
    let request = request.header(header::CONTENT_TYPE, "application/json");
    browser.send(request.body(Body::from("{}")).unwrap()).await
}

#[tokio::test]
async fn who_gets_what_is_as_the_table_tells_and_as_the_library_lets() {
    let asked = Asked::open().await;
    let mut text = HEAD.to_owned();
    let head = ASKING.map(|who| format!(" {who} |")).concat();
    writeln!(text, "| route | of the library |{head}").unwrap();
    writeln!(text, "|---|---|{}", "---|".repeat(ASKING.len())).unwrap();
    let (mut narrower, mut wrong) = (Vec::new(), Vec::new());
    for route in super::table(&asked.bank.site) {
        let (cells, need) = (asked.cells(&route).await, need(&route));
        for ((role, _), cell) in asked.asking.iter().zip(&cells) {
            let what = format!("{} {} as {role:?} is {cell}", route.method, route.path);
            let expected = match role {
                _ if route.who.admits(*role) => "yes",
                None => "log in",
                Some(_) => "no",
            };
            if *cell != expected {
                wrong.push(format!("{what}, not {expected}"));
            }
            let Some(role) = *role else { continue };
            if *cell == "yes" {
                assert!(
                    need.lets(role),
                    "{what}, which the library does not let them"
                );
            } else if role != Role::Service
                && route.who != Who::Program
                && need_is_a_right(need)
                && need.lets(role)
            {
                narrower.push((route.path, role));
            }
        }
        let cells = cells
            .iter()
            .map(|cell| format!(" {cell} |"))
            .collect::<String>();
        writeln!(
            text,
            "| {} `{}` | {} |{cells}",
            route.method,
            route.path,
            need.name()
        )
        .unwrap();
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let known: Vec<_> = NARROWER
        .iter()
        .map(|(path, role, _)| (*path, *role))
        .collect();
    narrower.sort();
    narrower.dedup();
    assert_eq!(
        narrower, known,
        "who has a right finds its pages, but for these"
    );

    let file = format!("{}/{FILE}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("CRDESK_WRITE_ACCESS").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == text,
        "who may ask for what is not as {FILE} tells; write it again with CRDESK_WRITE_ACCESS=1"
    );
}

fn need_is_a_right(need: Need) -> bool {
    matches!(need, Need::Right(_))
}
