//! What supervisors and admins see and decide.

mod erase;
mod policy;

use axum::http::StatusCode;
use crcore::store::NoticeFilter;
use crcore::ticket::{Kind, Outcome};
use crcore::{Actor, AgentId, Code, CustomerId, Field, Pool, Raise, Role, TicketId};

use super::support::{Browser, Site};

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// A complaint of `customer` about a service, at a branch.
async fn complaint(site: &Site, customer: uuid::Uuid, service: &str, branch: &str) -> TicketId {
    let customer = CustomerId::from(customer);
    let mut raise = Raise::new(customer, code(service), "Charged twice for one coffee");
    raise.kind = Kind::Complaint;
    raise
        .fields
        .insert(code("branch"), Field::Choice(code(branch)));
    let done = site
        .app
        .desk
        .acting(Actor::Customer(customer))
        .raise(raise)
        .await;
    done.unwrap().ticket
}

/// The branches that the rules know.
fn branches(site: &Site) -> Vec<String> {
    let rules = site.app.desk.rules();
    let field = &rules.rules().fields[&code("branch")];
    field.choices.iter().map(ToString::to_string).collect()
}

/// Every link to a list of cases on a page, with the number that it shows.
fn numbers(page: &str) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    let page = page.replace("&#x2f;", "/");
    for part in page.split("href=\"/admin/cases?").skip(1) {
        let (query, after) = part.split_once('"').unwrap();
        let text = after.trim_start_matches('>').split('<').next().unwrap();
        if let Ok(number) = text.trim().parse() {
            let query = query.replace("&amp;", "&");
            found.push((format!("/admin/cases?{query}"), number));
        }
    }
    found
}

/// How many cases the list at an address says there are, and how many rows it shows.
async fn listed(browser: &mut Browser, address: &str) -> (u64, usize) {
    let seen = browser.get(address).await;
    assert_eq!(seen.status, StatusCode::OK, "{address}: {}", browser.page);
    let total = browser.page.split_once("id=\"total\">");
    let (_, total) = total.unwrap_or_else(|| panic!("no total: {}", browser.page));
    let said = match total.split_once(' ').unwrap().0 {
        "One" => 1,
        number => number.parse().unwrap(),
    };
    let rows = browser
        .page
        .replace("&#x2f;", "/")
        .matches("/why\"")
        .count();
    (said, rows)
}

#[tokio::test]
async fn each_number_is_that_of_the_cases_behind_it() {
    let site = Site::open().await;
    let (mut lead, _) = site.someone(Role::Supervisor, "Lakshmi").await;
    let (_, asha) = site.someone(Role::Customer, "Asha").await;
    let (_, ravi) = site.someone(Role::Admin, "Ravi").await;
    let branch = branches(&site);
    let first = complaint(&site, asha, "cards", &branch[0]).await;
    complaint(&site, asha, "cards", &branch[1]).await;
    complaint(&site, asha, "savings", &branch[0]).await;
    let query = Raise::new(CustomerId::from(asha), code("savings"), "Where is my card?");
    let by = site
        .app
        .desk
        .acting(Actor::Customer(CustomerId::from(asha)));
    by.raise(query).await.unwrap();
    let admin = site.app.desk.acting(Actor::Admin(AgentId::from(ravi)));
    let cause = Field::Choice(code("double-charge"));
    let amend = crcore::Amend {
        fields: [(code("cause"), cause)].into(),
        ..crcore::Amend::default()
    };
    admin.amend(first, amend).await.unwrap();
    admin
        .resolve(first, Outcome::Upheld, Some("We paid it back.".into()))
        .await
        .unwrap();

    let now = site.app.desk.ticket(Actor::System, first).await.unwrap();
    assert_eq!(now.status.name().name(), "resolved");
    lead.get("/admin").await;
    for chart in [
        "flow", "first", "kept", "reopened", "ages", "ratings", "roles",
    ] {
        let title = format!("id=\"{chart}-title\"");
        assert!(lead.page.contains(&title), "{chart}");
    }
    // Beside the chart of first responses: one was in time, on the last of the days.
    let first = lead.page.split_once("id=\"first-title\"").unwrap().1;
    let table = first.split_once("</figure>").unwrap().0;
    let row = table.rsplit("<tr").next().unwrap();
    let cells: Vec<&str> = row.split("<td").skip(1).collect();
    assert!(
        cells[0].contains(">1<") && cells[1].contains(">0<"),
        "{row}"
    );
    let shown = numbers(&lead.page);
    assert!(shown.iter().any(|(_, number)| *number == 4), "{shown:?}");
    assert!(shown.len() >= 6, "{shown:?}");
    for (address, number) in shown {
        let (said, rows) = listed(&mut lead, &address).await;
        assert_eq!((said, rows as u64), (number, number), "{address}");
    }
    for by in ["service", "branch", "month", "whole", "cause"] {
        lead.get(&format!("/admin/reports/complaints?by={by}"))
            .await;
        let page = lead.page.clone();
        let shown = numbers(&page);
        for (address, number) in &shown {
            let (said, rows) = listed(&mut lead, address).await;
            assert_eq!(
                (said, rows as u64),
                (*number, *number),
                "by {by}: {address}"
            );
        }
        assert!(shown.iter().any(|(_, n)| *n > 0), "{by}: {shown:?}");
    }
}

#[tokio::test]
async fn behind_a_share_are_the_cases_that_it_counts() {
    let site = Site::open().await;
    let (mut lead, _) = site.someone(Role::Supervisor, "Lakshmi").await;
    let (_, asha) = site.someone(Role::Customer, "Asha").await;
    let branch = branches(&site);
    let back = complaint(&site, asha, "cards", &branch[0]).await;
    let rated = complaint(&site, asha, "savings", &branch[0]).await;
    let desk = &site.app.desk;
    let (system, own) = (
        desk.acting(Actor::System),
        desk.acting(Actor::Customer(CustomerId::from(asha))),
    );
    for ticket in [back, rated] {
        let text = Some("We paid it back.".into());
        system.resolve(ticket, Outcome::Upheld, text).await.unwrap();
    }
    own.reopen(back, None).await.unwrap();
    own.rate(rated, 2, None).await.unwrap();
    for (what, ticket) in [("reopened", back), ("rated", rated)] {
        lead.get("/admin").await;
        let page = lead.page.replace("&#x2f;", "/").replace("&amp;", "&");
        let (_, query) = page.split_once(&format!("/admin/behind/{what}?")).unwrap();
        let query = query.split('"').next().unwrap();
        let address = format!("/admin/behind/{what}?{query}");
        assert_eq!(listed(&mut lead, &address).await, (1, 1), "{what}");
        let reference = desk.ticket(Actor::System, ticket).await.unwrap().reference;
        assert!(lead.page.contains(&reference.to_string()), "{what}");
        let elsewhere = format!("{address}&service=loans");
        assert_eq!(listed(&mut lead, &elsewhere).await, (0, 0), "{what}");
    }
    let late = "/admin/behind/breached-first_response";
    assert_eq!(listed(&mut lead, late).await, (0, 0));
    let beyond = format!("/admin/behind/rated?skip={}", usize::MAX);
    assert_eq!(listed(&mut lead, &beyond).await, (1, 0));
    let seen = lead.get("/admin/behind/everything").await;
    assert_eq!(seen.status, axum::http::StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_pages_of_those_who_lead_are_for_nobody_else() {
    let site = Site::open().await;
    let (mut admin, _) = site.someone(Role::Admin, "Ravi").await;
    let (mut agent, _) = site.someone(Role::Agent, "Meera").await;
    let (mut customer, asha) = site.someone(Role::Customer, "Asha").await;
    let (_, table) = crate::web::site::routes(site.app.clone());
    let pages = table.iter().filter(|route| {
        route.path.starts_with("/admin") && route.method == axum::http::Method::GET
    });
    let pages: Vec<String> = pages
        .map(|route| {
            let path = route.path.replace("{id}", &asha.to_string());
            path.replace("texts/{language}/{code}", "texts/hi/replied")
                .replace("branches/{code}", "branches/pune-camp")
                .replace("services/{code}", "services/cards")
                .replace("{field}", "cause")
        })
        .filter(|path| !path.contains('{'))
        .collect();
    assert!(pages.len() >= 24, "{pages:?}");
    for path in pages {
        let seen = admin.get(&path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}: {}", seen.text());
        let own_words = admin.page.contains("admin-");
        assert!(
            !own_words || !admin.page.contains(">admin-"),
            "{path} lacks a message"
        );
        for other in [&mut agent, &mut customer] {
            assert_eq!(
                other.get(&path).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        let mut stranger = site.browser();
        let seen = stranger
            .send(
                axum::http::Request::get(&path)
                    .body(axum::body::Body::empty())
                    .unwrap(),
            )
            .await;
        assert!(seen.location().starts_with("/log-in?next="), "{path}");
    }
}

#[tokio::test]
async fn a_supervisor_changes_agents_and_no_admin() {
    let site = Site::open().await;
    let (mut lead, _) = site.someone(Role::Supervisor, "Lakshmi").await;
    let (mut admin, ravi) = site.someone(Role::Admin, "Ravi").await;
    let (_, _) = site.someone(Role::Admin, "Zoya").await;
    let page = format!("/admin/people/{ravi}");
    lead.get(&page).await;
    assert!(lead.page.contains("Only administrators change accounts"));
    assert!(!lead.page.contains("suspend\""));
    lead.get("/admin/people/invite").await;
    for act in ["suspend", "role", "factor", "sessions", "reinstate"] {
        let seen = lead
            .submit(&format!("{page}/{act}"), &[("role", "agent")])
            .await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{act}");
    }
    let invitation = [
        ("name", "Neha"),
        ("email", "neha@bank.example"),
        ("role", "admin"),
    ];
    let seen = lead.submit("/admin/people/invite", &invitation).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert_eq!(
        admin.get("/admin").await.status,
        StatusCode::OK,
        "still signed in"
    );

    let invitation = [
        ("name", "Neha"),
        ("email", "neha@bank.example"),
        ("role", "agent"),
        ("language", "hi"),
    ];
    let seen = lead.follow("/admin/people/invite", &invitation).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    assert!(
        lead.page.contains("neha@bank.example") && lead.page.contains("The invitation was sent")
    );
    let again = [("name", "Neha"), ("email", "nobody"), ("role", "agent")];
    let seen = lead.submit("/admin/people/invite", &again).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = seen.text();
    assert!(
        page.contains("value=\"nobody\""),
        "what was typed is kept: {page}"
    );
}

#[tokio::test]
async fn who_is_suspended_is_out_and_their_cases_go_to_a_colleague() {
    let site = Site::open().await;
    let (mut lead, _) = site.someone(Role::Supervisor, "Lakshmi").await;
    let (mut agent, meera) = site.someone(Role::Agent, "Meera").await;
    let (_, arjun) = site.someone(Role::Agent, "Arjun").await;
    let (_, asha) = site.someone(Role::Customer, "Asha").await;
    let system = Actor::System;
    for id in [meera, arjun] {
        let mut of = site
            .app
            .desk
            .agent(system, AgentId::from(id))
            .await
            .unwrap()
            .agent;
        of.queues = [code("cards")].into();
        of.skills.insert(code("cards"), 5);
        of.capacity.insert(Pool::Cases, 10);
        site.app.desk.save_agent(system, of).await.unwrap();
    }
    let branch = branches(&site);
    let ticket = complaint(&site, asha, "cards", &branch[0]).await;
    let known = site.app.desk.ticket(system, ticket).await.unwrap();
    if known.assignment.map(|a| a.agent) != Some(AgentId::from(meera)) {
        let boss = Actor::Admin(site.app.desk.new_id().unwrap());
        site.app
            .desk
            .acting(boss)
            .assign(ticket, AgentId::from(meera))
            .await
            .unwrap();
    }
    let page = format!("/admin/people/{meera}");
    lead.get(&page).await;
    assert!(lead.page.contains("1 of 10 cases"), "{}", lead.page);
    assert!(lead.page.contains(">test</td>"), "their session is listed");
    let seen = lead
        .follow(&format!("{page}/suspend"), &[("to", &arjun.to_string())])
        .await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(
        lead.page
            .contains("Suspended. Open cases were handed over.")
    );
    let now = site.app.desk.ticket(system, ticket).await.unwrap();
    assert_eq!(now.assignment.map(|a| a.agent), Some(AgentId::from(arjun)));
    agent.get("/admin").await;
    assert!(!agent.page.contains("Meera"), "signed out");
}

#[tokio::test]
async fn of_two_who_change_a_person_the_second_is_told() {
    let site = Site::open().await;
    let (mut one, _) = site.someone(Role::Supervisor, "Lakshmi").await;
    let (mut other, _) = site.someone(Role::Admin, "Ravi").await;
    let (_, meera) = site.someone(Role::Agent, "Meera").await;
    let page = format!("/admin/people/{meera}");
    one.get(&page).await;
    other.get(&page).await;
    let version = one.page.split("name=\"version\" value=\"").nth(1).unwrap();
    let version = version.split('"').next().unwrap().to_owned();
    let of = |queue: &'static str| {
        [
            ("version", version.clone()),
            ("queues", queue.to_owned()),
            ("cases", "7".to_owned()),
        ]
    };
    let first = of("cards");
    let first: Vec<(&str, &str)> = first.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let seen = one.follow(&format!("{page}/work"), &first).await;
    assert_eq!(seen.status, StatusCode::OK);
    let second = of("accounts");
    let second: Vec<(&str, &str)> = second.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let seen = other.submit(&format!("{page}/work"), &second).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.text().contains("Somebody else changed this"));
    let agent = site
        .app
        .desk
        .agent(Actor::System, AgentId::from(meera))
        .await
        .unwrap();
    assert_eq!(agent.agent.queues, [code("cards")].into());
}

#[tokio::test]
async fn a_table_that_is_taken_along_runs_no_formula_and_is_in_the_trail() {
    let site = Site::open().await;
    let (mut admin, ravi) = site.someone(Role::Admin, "Ravi").await;
    let (_, asha) = site.someone(Role::Customer, "Asha").await;
    let actor = Actor::Admin(AgentId::from(ravi));
    let evil = "=HYPERLINK(\"https://evil.example\")";
    let mut catalogue = site.app.desk.catalogue(actor).await.unwrap();
    let offer = catalogue.value.services.entry(code("cards")).or_default();
    offer.title = [("en".parse().unwrap(), evil)].into_iter().collect();
    let saved = site
        .app
        .desk
        .save_catalogue(actor, catalogue.value, catalogue.version)
        .await;
    saved.unwrap();
    complaint(&site, asha, "cards", &branches(&site)[0]).await;
    admin.get("/admin/reports/complaints").await;
    let seen = admin.get("/admin/reports/complaints.csv?by=service").await;
    let sheet = seen.text();
    assert!(sheet.contains("'=HYPERLINK"), "{sheet}");
    for line in sheet.lines() {
        assert!(!line.starts_with('=') && !line.starts_with("\"="), "{line}");
    }
    let trail = site.app.desk.audit(actor, None, 10).await.unwrap();
    assert!(
        trail
            .iter()
            .any(|entry| entry.what == "export" && entry.by == actor),
        "{trail:?}"
    );
}

/// What stands in a hidden field or an area of the page that is shown, as it would be sent.
fn given(page: &str, name: &str) -> String {
    let plain = |text: &str| {
        text.replace("&#x2f;", "/")
            .replace("&quot;", "\"")
            .replace("&#x27;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    };
    if let Some((_, area)) = page.split_once(&format!("name=\"{name}\" rows=")) {
        let text = area.split_once(">\n").unwrap().1;
        return plain(text.split("</textarea>").next().unwrap());
    }
    let (_, after) = page.split_once(&format!(" name=\"{name}\"")).unwrap();
    let tag = after.split('>').next().unwrap();
    let (_, after) = tag.split_once("value=\"").unwrap();
    plain(after.split('"').next().unwrap())
}

#[tokio::test]
async fn a_token_is_shown_once_and_works_until_it_is_revoked() {
    let site = Site::open().await;
    let (mut admin, _) = site.someone(Role::Admin, "Ravi").await;
    admin.get("/admin/tokens").await;
    let wrong = [("label", "reports"), ("scopes", ""), ("days", "30")];
    let seen = admin.submit("/admin/tokens", &wrong).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = [
        ("label", "reports"),
        ("scopes", "tickets:read"),
        ("days", "30"),
    ];
    let seen = admin.submit("/admin/tokens", &right).await;
    admin.page = seen.text();
    let (_, token) = admin
        .page
        .split_once("data-copy=\"crd_")
        .expect("the token");
    let token = format!("crd_{}", token.split('"').next().unwrap());
    assert!(site.app.accounts.by_token(&token).await.unwrap().is_some());
    admin.get("/admin/tokens").await;
    assert!(!admin.page.contains(&token) && admin.page.contains("tickets:read"));
    let page = admin.page.replace("&#x2f;", "/");
    let (_, revoke) = page.split_once("action=\"/admin/tokens/").unwrap();
    let revoke = format!("/admin/tokens/{}", revoke.split('"').next().unwrap());
    admin.follow(&revoke, &[]).await;
    assert!(admin.page.contains("The token was revoked"));
    assert!(site.app.accounts.by_token(&token).await.unwrap().is_none());
}

#[tokio::test]
async fn the_trail_tells_who_did_what_and_is_checked() {
    let site = Site::open().await;
    let (mut admin, _) = site.someone(Role::Admin, "Ravi").await;
    let (_, meera) = site.someone(Role::Agent, "Meera").await;
    let (_, asha) = site.someone(Role::Customer, "Asha").await;
    complaint(&site, asha, "cards", &branches(&site)[0]).await;
    for who in [meera, asha] {
        admin.get(&format!("/admin/people/{who}")).await;
        assert!(admin.page.contains("data-confirm=\"Suspend this person?"));
        let end = format!("/admin/people/{who}/sessions");
        admin.follow(&end, &[]).await;
    }
    admin.get(&format!("/admin/people/{meera}")).await;
    admin
        .follow(&format!("/admin/people/{meera}/suspend"), &[])
        .await;
    admin.get("/admin/audit").await;
    assert!(
        admin.page.contains("Suspended an account") && admin.page.contains("Ravi (Administrator)")
    );
    let page = admin.page.replace("&#x2f;", "/");
    for (who, name) in [(meera, "Meera"), (asha, "Asha")] {
        let link = format!("href=\"/admin/people/{who}\">{name}</a>");
        assert!(page.contains(&link), "{page}");
    }
    let feed = page
        .split("data-copy=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let seen = admin.submit("/admin/audit/check", &[("feed", &feed)]).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert_eq!(
        seen.text().matches("The chain holds").count(),
        2,
        "{}",
        seen.text()
    );
    let (position, hash) = feed.split_once(':').unwrap();
    let other = format!(
        "{position}:{}{}",
        if hash.starts_with('0') { '1' } else { '0' },
        &hash[1..]
    );
    let seen = admin
        .submit("/admin/audit/check", &[("feed", &other)])
        .await;
    assert!(
        seen.text().contains("Broken at position"),
        "{}",
        seen.text()
    );
}

#[tokio::test]
async fn a_form_that_is_not_understood_raises_an_alarm() {
    let site = Site::open().await;
    let (mut lead, _) = site.someone(Role::Supervisor, "Lakshmi").await;
    let desk = &site.app.desk;
    for nth in 0..10 {
        let wrong = if nth < 2 {
            vec![code("amount")]
        } else {
            Vec::new()
        };
        desk.tally_form(&code("raise-what"), &wrong).await.unwrap();
        desk.tally_form(&code("reply"), &[]).await.unwrap();
    }
    lead.get("/admin/forms").await;
    assert!(
        lead.page
            .contains("More than 10 % of submissions had an error: raise-what")
    );
    assert!(lead.page.contains("20.0 %") && lead.page.contains("amount"));
    assert!(lead.page.contains("A message on a case"), "forms by name");
}

#[tokio::test]
async fn mail_that_was_given_up_is_sent_again_from_its_page_and_the_trail_tells_it_in_words() {
    let site = Site::open().await;
    let (mut admin, _) = site.someone(Role::Admin, "Ravi").await;
    let desk = &site.app.desk;
    // Nobody's address is known.
    complaint(
        &site,
        uuid::Uuid::from_u128(7),
        "cards",
        &branches(&site)[0],
    )
    .await;
    desk.tick(100).await.unwrap();
    let dead = NoticeFilter {
        dead: true,
        ..NoticeFilter::default()
    };
    let found = desk.notices(Actor::System, &dead, None).await.unwrap();
    assert!(!found.is_empty());
    admin.get("/admin/notices").await;
    assert_eq!(admin.page.matches("Send again").count(), found.len());
    let retry = format!("/admin/notices/{}/retry", found[0].id);
    assert!(admin.page.contains(&retry), "{}", admin.page);
    admin.follow(&retry, &[]).await;
    assert!(admin.page.contains("It is sent again within a minute"));
    assert_eq!(admin.page.matches("Send again").count(), found.len() - 1);
    // Twice is once: it is not given up any more.
    let again = admin.submit(&retry, &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    admin.get("/admin/audit").await;
    assert!(
        admin.page.contains("Had a mail sent again"),
        "{}",
        admin.page
    );
    let preference = [("language", "hi"), ("back", "/admin/audit")];
    admin.follow("/preferences", &preference).await;
    assert!(admin.page.contains("मेल फिर भिजवाई"), "{}", admin.page);
}

#[tokio::test]
async fn days_that_no_report_knows_are_the_usual_ones() {
    let site = Site::open().await;
    let (mut ravi, _) = site.someone(Role::Admin, "Ravi").await;
    for path in ["/admin", "/admin/forms", "/admin/cases"] {
        for days in [
            "from=-262143-01-01&to=-262143-01-02",
            "since=-262143-01-01T00:00:00Z",
        ] {
            let seen = ravi.get(&format!("{path}?{days}")).await;
            assert_eq!(seen.status, StatusCode::OK, "{path}?{days}");
        }
    }
}
