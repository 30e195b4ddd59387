//! Who reaches what: the table of routes, walked with every role; and what nobody reaches, byte by byte.

mod table;

use axum::body::Body;
use axum::http::{Method, Request};
use crcore::access::{Reach, reach};
use crcore::ticket::Verb;
use crcore::{Actor, Agent, AgentId, CustomerId, Fact, Raise, Role, TicketId};

use super::support::{Browser, Seen, Site, unmarked};
use crate::web::route::{Route, Who};

const ROLES: [Role; 4] = [Role::Customer, Role::Agent, Role::Supervisor, Role::Admin];

fn table(site: &Site) -> Vec<Route> {
    crate::web::site::routes(site.app.clone()).1
}

/// The address of a route; what stands in braces is filled with something that may be there.
fn address(path: &str, reference: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| match part.trim_matches(['{', '}']) {
            same if same == part => part.to_owned(),
            "reference" => reference.to_owned(),
            "door" => "complain".to_owned(),
            "service" => "cards".to_owned(),
            "branch" => "mumbai-airport".to_owned(),
            "counter" => "1".to_owned(),
            "*place" => "raise".to_owned(),
            "id" | "piece" | "agent" | "account" | "ticket" | "with" => {
                "01920000-0000-7000-8000-000000000001".to_owned()
            }
            _ => "none-such".to_owned(),
        });
    parts.collect::<Vec<_>>().join("/")
}

async fn ask(browser: &mut Browser, route: &Route, path: &str) -> Seen {
    if route.method == Method::POST {
        // Without the mark of a form: whoever is meant is told of that, whoever is not learns nothing.
        return browser.post(path, &[]).await;
    }
    browser
        .send(Request::get(path).body(Body::empty()).unwrap())
        .await
}

/// Where each part of the site begins, and whose it is. Written by hand: a route that is put up for
/// others than its neighbours are fails here.
const PARTS: &[(&str, &[Who])] = &[
    ("/admin", &[Who::Lead, Who::Admin]),
    ("/api/", &[Who::Program, Who::Anyone]),
    ("/board", &[Who::Staff]),
    ("/chats", &[Who::Staff]),
    ("/counter", &[Who::Staff]),
    ("/desk", &[Who::Staff]),
    ("/palette", &[Who::Staff]),
    ("/presence", &[Who::Staff]),
    ("/cases", &[Who::Customer, Who::SignedIn]),
    ("/raise", &[Who::Customer]),
    ("/transactions", &[Who::Customer]),
    ("/account", &[Who::SignedIn, Who::Customer]),
];

#[tokio::test]
async fn each_part_of_the_site_is_for_those_whom_it_is_meant_for() {
    let site = Site::open().await;
    for route in table(&site) {
        let part = PARTS.iter().find(|(part, _)| {
            let rest = route.path.strip_prefix(part);
            rest.is_some_and(|rest| part.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
        });
        if let Some((part, whose)) = part {
            assert!(
                whose.contains(&route.who),
                "{} {} is {:?}, not as {part}",
                route.method,
                route.path,
                route.who
            );
        }
        if route.method == Method::POST {
            let open = [
                "/register",
                "/log-in",
                "/log-out",
                "/forgot",
                "/reset",
                "/track",
                "/invitation",
                "/preferences",
            ];
            let may =
                route.who != Who::Anyone || open.iter().any(|begin| route.path.starts_with(begin));
            assert!(may, "anybody may post to {}", route.path);
        }
    }
}

#[tokio::test]
async fn asking_for_a_page_changes_nothing() {
    // A GET that deletes was a hole of the registry that this replaces.
    let site = Site::offering().await;
    let mut visitors = Vec::new();
    for role in ROLES {
        visitors.push(site.someone(role, &format!("Who {}", role.name())).await);
    }
    let asha = CustomerId::from(visitors[0].1);
    let raise = Raise::new(asha, "cards".parse().unwrap(), "Charged twice");
    let done = site
        .app
        .desk
        .acting(Actor::Customer(asha))
        .raise(raise)
        .await
        .unwrap();
    site.app.desk.tick(100).await.unwrap();
    let before = site.app.desk.head(Actor::System).await.unwrap();
    for route in table(&site)
        .iter()
        .filter(|route| route.method == Method::GET)
    {
        let path = address(route.path, &done.reference.to_string());
        for (browser, _) in &mut visitors {
            let _ = ask(browser, route, &path).await;
        }
    }
    site.app.desk.tick(100).await.unwrap();
    assert_eq!(site.app.desk.head(Actor::System).await.unwrap(), before);
}

/// What customers post to a case of theirs, and the verb of the library that it is.
const ACTS: [(&str, Verb); 5] = [
    ("reply", Verb::Write),
    ("reopen", Verb::Reopen),
    ("solved", Verb::Close),
    ("withdraw", Verb::Withdraw),
    ("rate", Verb::Rate),
];

#[tokio::test]
async fn customers_are_offered_what_the_librarys_table_lets_them_do() {
    let site = Site::open().await;
    let posts = table(&site);
    let posts = posts.iter().filter(|route| route.method == Method::POST);
    let mut offered: Vec<&str> = posts
        .filter_map(|route| route.path.strip_prefix("/cases/{reference}/"))
        .filter(|rest| !rest.contains('/'))
        .collect();
    offered.sort_unstable();
    for act in &offered {
        // Files and quotes go through the same verbs; a new act is to be entered above.
        let known = ACTS.iter().find(|(name, _)| name == act);
        let known = known.map(|(_, verb)| *verb).or(match *act {
            "files" => Some(Verb::Attach),
            "quotation" => Some(Verb::Write),
            _ => None,
        });
        let verb = known.unwrap_or_else(|| panic!("{act} is an act of the library"));
        assert_ne!(reach(Role::Customer, verb), Reach::Never, "{act}");
    }
    for (act, _) in ACTS {
        assert!(offered.contains(&act), "{act} is offered");
    }
}

/// What must not reach a stranger.
fn canaries(mark: &str) -> Vec<String> {
    [
        "subject", "body", "reply", "note", "rating", "file", "name", "answer",
    ]
    .iter()
    .map(|part| format!("{mark}-{part}"))
    .collect()
}

/// Everything that one customer can have with the bank, with `mark` in every piece of it.
async fn life(site: &Site, mark: &str) -> (CustomerId, TicketId, String) {
    let (_, id) = site.someone(Role::Customer, &format!("{mark}-name")).await;
    let (customer, desk) = (CustomerId::from(id), &site.app.desk);
    let mut agent = Agent::new(desk.new_id::<AgentId>().unwrap(), "Meera");
    agent.queues.insert("cards".parse().unwrap());
    let agent = desk.save_agent(Actor::System, agent).await.unwrap().actor();
    let raise = Raise {
        body: Some(format!("{mark}-body")),
        ..Raise::new(
            customer,
            "cards".parse().unwrap(),
            format!("{mark}-subject"),
        )
    };
    let done = desk
        .acting(Actor::Customer(customer))
        .raise(raise)
        .await
        .unwrap();
    let own = desk.acting(Actor::Customer(customer));
    let file = crcore::desk::File {
        name: format!("{mark}-file.txt"),
        media_type: "text/plain".to_owned(),
        content: format!("{mark}-file").into_bytes(),
        public: true,
    };
    own.attach(done.ticket, file).await.unwrap();
    own.reply(done.ticket, format!("{mark}-reply"))
        .await
        .unwrap();
    let staff = desk.acting(agent);
    let _ = staff.claim(done.ticket).await;
    desk.acting(Actor::System)
        .note(done.ticket, format!("{mark}-note"))
        .await
        .unwrap();
    let outcome = crcore::ticket::Outcome::Upheld;
    let answer = Some(format!("{mark}-answer"));
    desk.acting(Actor::System)
        .resolve(done.ticket, outcome, answer)
        .await
        .unwrap();
    own.rate(done.ticket, 2, Some(format!("{mark}-rating")))
        .await
        .unwrap();
    (customer, done.ticket, done.reference.to_string())
}

/// All that a customer is told who looks everywhere, at addresses of theirs and of another's.
async fn looked_at(
    site: &Site,
    browser: &mut Browser,
    references: [&str; 2],
    pieces: &[String],
) -> String {
    let mut told = String::new();
    for reference in references {
        for route in table(site) {
            let path = address(route.path, reference);
            let mut paths = vec![path.clone()];
            if route.path.contains("{piece}") {
                paths.extend(
                    pieces
                        .iter()
                        .map(|piece| path.replace("01920000-0000-7000-8000-000000000001", piece)),
                );
            }
            for path in paths {
                if route.path == "/log-out" {
                    continue;
                }
                let seen = ask(browser, &route, &path).await;
                told += &format!("{:?}\n{}\n", seen.headers, seen.text());
            }
        }
    }
    told
}

#[tokio::test]
async fn nothing_of_one_customer_reaches_another_on_any_route() {
    let site = Site::offering().await;
    let (_, ticket, theirs) = life(&site, "canary").await;
    let thread = site.app.desk.thread(Actor::System, ticket).await.unwrap();
    let pieces: Vec<String> = thread
        .iter()
        .filter_map(|entry| match &entry.event.fact {
            Fact::Attached { attachment } => Some(attachment.piece.id.to_string()),
            _ => None,
        })
        .collect();
    assert!(!pieces.is_empty());
    let (mut asha, id) = site.someone(Role::Customer, "Asha").await;
    let asha_is = CustomerId::from(id);
    let raise = Raise::new(asha_is, "cards".parse().unwrap(), "Of my own");
    let mine = site
        .app
        .desk
        .acting(Actor::Customer(asha_is))
        .raise(raise)
        .await
        .unwrap();
    let mine = mine.reference.to_string();
    let told = looked_at(&site, &mut asha, [&mine, &theirs], &pieces).await;
    assert!(
        told.contains("Of my own"),
        "the sweep sees what is there to see"
    );
    for canary in canaries("canary") {
        assert!(!told.contains(&canary), "{canary} reached a stranger");
    }
    let mut nobody = site.browser();
    let told = looked_at(&site, &mut nobody, [&mine, &theirs], &pieces).await;
    for canary in canaries("canary") {
        assert!(!told.contains(&canary), "{canary} reached a visitor");
    }
}

#[tokio::test]
async fn anothers_case_answers_as_one_that_does_not_exist() {
    let site = Site::offering().await;
    let (_, _, theirs) = life(&site, "canary").await;
    let (mut asha, _) = site.someone(Role::Customer, "Asha").await;
    // Of another bank: well formed, and not here.
    let (_, _, none) = life(&Site::offering().await, "elsewhere").await;
    for route in table(&site)
        .iter()
        .filter(|route| route.path.contains("{reference}"))
    {
        let mut answers = Vec::new();
        for reference in [&theirs, &none] {
            let path = address(route.path, reference);
            let seen = ask(&mut asha, route, &path).await;
            let text = seen.text().replace(reference.as_str(), "REFERENCE");
            // The mark of a form and a fresh key are never the same.
            let text: String = unmarked(&text)
                .lines()
                .filter(|line| !line.contains("name=\"key\""))
                .collect();
            answers.push((seen.status, text));
        }
        assert!(answers[0] == answers[1], "{} {}", route.method, route.path);
    }
}
