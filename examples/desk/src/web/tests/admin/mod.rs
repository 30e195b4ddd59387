//! What supervisors and admins see and decide.

use axum::http::StatusCode;
use crcore::sla::Time;
use crcore::store::NoticeFilter;
use crcore::ticket::{Kind, Outcome, Target};
use crcore::{Actor, AgentId, Code, CustomerId, Field, Pool, Raise, Role, Rules, TicketId};
use crcore_adapters::Texts;
use crcore_adapters::templates::KeptTexts;

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
    let said = browser.page.split(" cases").next().unwrap();
    let said = said
        .rsplit(|c: char| !c.is_ascii_digit())
        .find(|part| !part.is_empty());
    let rows = browser
        .page
        .replace("&#x2f;", "/")
        .matches("/why\"")
        .count();
    (said.unwrap().parse().unwrap(), rows)
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
    admin
        .resolve(first, Outcome::Upheld, Some("We paid it back.".into()))
        .await
        .unwrap();

    let now = site.app.desk.ticket(Actor::System, first).await.unwrap();
    assert_eq!(now.status.name().name(), "resolved");
    lead.get("/admin").await;
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
        assert!(
            by == "cause" || shown.iter().any(|(_, n)| *n > 0),
            "{by}: {shown:?}"
        );
    }
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

/// Whether the difference on a page has a line with this sign and these words.
fn changed(page: &str, sign: char, words: &str) -> bool {
    let page = page.replace("&quot;", "\"");
    page.lines()
        .any(|line| line.starts_with(sign) && line.contains(words))
}

/// The rules as an admin sees them, with another target for what is due.
fn with_target(text: &str, within: &str) -> String {
    let mut rules = Rules::from_json(text).unwrap();
    for policy in &mut rules.sla {
        if let Some(rule) = policy.targets.get_mut(&Target::Resolution) {
            rule.within = within.parse().unwrap();
            rule.time = Time::Calendar;
            rule.warn_before.clear();
            rule.escalate.clear();
        }
    }
    serde_json::to_string(&rules).unwrap()
}

#[tokio::test]
async fn rules_change_what_their_preview_said() {
    let site = Site::open().await;
    let (mut admin, ravi) = site.someone(Role::Admin, "Ravi").await;
    let (_, asha) = site.someone(Role::Customer, "Asha").await;
    let branch = branches(&site);
    let mut tickets = Vec::new();
    for service in ["cards", "savings", "cards"] {
        tickets.push(complaint(&site, asha, service, &branch[0]).await);
    }
    let desk = &site.app.desk;
    admin.get("/admin/policies").await;
    assert!(admin.page.contains("Change targets, hours and queues"));
    admin.get("/admin/policies/json").await;
    let broken = given(&admin.page, "rules").replacen("\"queue\": \"cards\"", "\"queue\": 7", 1);
    let seen = admin
        .submit(
            "/admin/policies/preview",
            &[("from", "0"), ("rules", &broken)],
        )
        .await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        seen.text().contains("line "),
        "the place of the error: {}",
        seen.text()
    );
    assert!(
        seen.text().contains("&quot;queue&quot;: 7"),
        "what was typed is kept"
    );

    let rules = with_target(&given(&admin.page, "rules"), "3cd");
    let seen = admin
        .submit(
            "/admin/policies/preview",
            &[("from", "0"), ("rules", &rules)],
        )
        .await;
    admin.page = seen.text();
    assert_eq!(seen.status, StatusCode::OK, "{}", admin.page);
    assert!(
        admin
            .page
            .contains("3 of 3 open cases would get other deadlines"),
        "{}",
        admin.page
    );
    let actor = Actor::Admin(AgentId::from(ravi));
    let candidate = Rules::from_json(&given(&admin.page, "rules")).unwrap();
    let told = desk.preview_rules(actor, &candidate, None).await.unwrap();
    for ticket in &tickets {
        let reference = desk.ticket(actor, *ticket).await.unwrap().reference;
        assert!(admin.page.contains(&reference.to_string()));
    }
    let put = [
        ("from", "0"),
        ("rules", rules.as_str()),
        ("comment", "Three days from now on"),
    ];
    admin.follow("/admin/policies/put", &put).await;
    assert!(
        admin.page.contains("Three days from now on"),
        "{}",
        admin.page
    );
    assert!(admin.page.contains("In force from now on"));
    assert!(changed(&admin.page, '+', "\"within\": \"3cd\""));
    desk.adopt_rules(actor, None).await.unwrap();
    for affected in told.samples {
        let ticket = desk.ticket(actor, affected.ticket).await.unwrap();
        assert_eq!(ticket.deadline(), affected.after);
    }
}

#[tokio::test]
async fn of_two_admins_the_second_is_told_and_loses_nothing() {
    let site = Site::open().await;
    let (mut one, _) = site.someone(Role::Admin, "Ravi").await;
    let (mut other, _) = site.someone(Role::Admin, "Zoya").await;
    one.get("/admin/policies/json").await;
    other.get("/admin/policies/json").await;
    let text = given(&one.page, "rules");
    let (first, second) = (with_target(&text, "3cd"), with_target(&text, "4cd"));
    let put = [
        ("from", "0"),
        ("rules", first.as_str()),
        ("comment", "first"),
    ];
    one.follow("/admin/policies/put", &put).await;
    let put = [
        ("from", "0"),
        ("rules", second.as_str()),
        ("comment", "second thoughts"),
    ];
    let seen = other.submit("/admin/policies/put", &put).await;
    other.page = seen.text();
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        other
            .page
            .contains("Another administrator put policies in force")
    );
    assert!(
        other.page.contains("second thoughts"),
        "the comment is kept"
    );
    assert!(changed(&other.page, '-', "\"within\": \"3cd\""));
    assert!(changed(&other.page, '+', "\"within\": \"4cd\""));
    let (from, rules) = (given(&other.page, "from"), given(&other.page, "rules"));
    assert_eq!(from, "1");
    let put = [
        ("from", from.as_str()),
        ("rules", rules.as_str()),
        ("comment", "second"),
    ];
    other.follow("/admin/policies/put", &put).await;
    assert!(
        other.page.contains("In force from now on"),
        "{}",
        other.page
    );
    let history = other.get("/admin/policies/history").await.text();
    assert!(history.contains("first") && history.contains("second"));
    let now = site.app.desk.rules();
    let policy = now
        .rules()
        .sla
        .iter()
        .find_map(|policy| policy.targets.get(&Target::Resolution));
    assert_eq!(policy.unwrap().within.to_string(), "4cd");
}

#[tokio::test]
async fn hours_and_holidays_are_changed_by_a_form() {
    let site = Site::open().await;
    let (mut admin, _) = site.someone(Role::Admin, "Ravi").await;
    let (mut lead, _) = site.someone(Role::Supervisor, "Lakshmi").await;
    admin.get("/admin/policies/edit").await;
    let page = admin.page.clone();
    let mut fields: Vec<(String, String)> = Vec::new();
    for part in page.split(" name=\"").skip(1) {
        let name = part.split('"').next().unwrap();
        let is_ours = ["target-", "hours-", "holidays-"]
            .iter()
            .any(|of| name.starts_with(of));
        if is_ours {
            fields.push((name.to_owned(), given(&page, name)));
        }
    }
    assert!(fields.len() > 20, "{fields:?}");
    let set = |fields: &mut Vec<(String, String)>, name: &str, value: &str| {
        let field = fields.iter_mut().find(|(n, _)| n == name).unwrap();
        field.1 = value.to_owned();
    };
    set(
        &mut fields,
        "hours-branch-monday",
        "09:00-12:00, 13:00-18:00",
    );
    set(
        &mut fields,
        "holidays-branch",
        "2027-01-14 Pongal\r\n2027-12-24 12:00-24:00 Christmas Eve",
    );
    let send = |fields: &[(String, String)]| {
        let mut all = vec![
            ("form".to_owned(), "1".to_owned()),
            ("from".to_owned(), "0".to_owned()),
        ];
        all.extend(fields.iter().cloned());
        all
    };
    let mut wrong = fields.clone();
    set(&mut wrong, "hours-branch-monday", "nine to five");
    let all = send(&wrong);
    let all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let seen = admin.submit("/admin/policies/preview", &all).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        seen.text().contains("id=\"hours-branch-monday-error\""),
        "at its place"
    );
    let all = send(&fields);
    let all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let seen = admin.submit("/admin/policies/preview", &all).await;
    admin.page = seen.text();
    let rules = Rules::from_json(&given(&admin.page, "rules")).unwrap();
    let calendar = &rules.calendars[&code("branch")];
    assert_eq!(
        calendar.hours.monday.to_string(),
        "09:00-12:00, 13:00-18:00"
    );
    assert_eq!(calendar.holidays.len(), 2);
    assert_eq!(calendar.holidays[1].closed.to_string(), "12:00-24:00");
    assert_eq!(lead.get("/admin/policies").await.status, StatusCode::OK);
    assert!(!lead.page.contains("policies/edit") && !lead.page.contains("policies&#x2f;edit"));
    assert_eq!(
        lead.get("/admin/policies/edit").await.status,
        StatusCode::NOT_FOUND
    );
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
async fn the_catalogue_is_edited_and_of_two_the_second_is_told() {
    let site = Site::open().await;
    let (mut admin, _) = site.someone(Role::Admin, "Ravi").await;
    admin.get("/admin/catalogue/branches/pune-camp").await;
    let version = given(&admin.page, "version");
    let branch = [
        ("version", version.as_str()),
        ("name-en", "Pune, Camp"),
        ("name-hi", "पुणे"),
        ("calendar", "branch"),
        ("counters", "1, 2"),
    ];
    admin
        .follow("/admin/catalogue/branches/pune-camp", &branch)
        .await;
    assert!(admin.page.contains("Pune, Camp"), "{}", admin.page);
    let late = admin
        .submit("/admin/catalogue/branches/pune-camp", &branch)
        .await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.text().contains("Somebody else changed this"));

    admin.get("/admin/catalogue/services/cards").await;
    let version = given(&admin.page, "version");
    let service = [
        ("version", version.as_str()),
        ("title-en", "Cards"),
        ("doors", "complain"),
        ("doors", "token"),
        ("branches", "pune-camp"),
    ];
    let seen = admin
        .submit("/admin/catalogue/services/cards", &service)
        .await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        seen.text().contains("id=\"letter-error\""),
        "a token needs a letter: {}",
        seen.text()
    );
    let mut service = service.to_vec();
    service.push(("letter", "B"));
    admin
        .follow("/admin/catalogue/services/cards", &service)
        .await;
    let offer = site
        .app
        .desk
        .public_catalogue()
        .await
        .unwrap()
        .value
        .services[&code("cards")]
        .clone();
    assert_eq!((offer.letter, offer.doors.len()), (Some('B'), 2));
}

#[tokio::test]
async fn the_trail_tells_who_did_what_and_is_checked() {
    let site = Site::open().await;
    let (mut admin, _) = site.someone(Role::Admin, "Ravi").await;
    let (_, meera) = site.someone(Role::Agent, "Meera").await;
    let (_, asha) = site.someone(Role::Customer, "Asha").await;
    complaint(&site, asha, "cards", &branches(&site)[0]).await;
    admin.get(&format!("/admin/people/{meera}")).await;
    admin
        .follow(&format!("/admin/people/{meera}/suspend"), &[])
        .await;
    admin.get("/admin/audit").await;
    assert!(
        admin.page.contains("Suspended an account") && admin.page.contains("Ravi (Administrator)")
    );
    let page = admin.page.replace("&#x2f;", "/");
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
}

#[tokio::test]
async fn replies_are_kept_for_colleagues() {
    let site = Site::open().await;
    let (mut lead, _) = site.someone(Role::Supervisor, "Lakshmi").await;
    lead.get("/admin/replies/canned").await;
    let wrong = [
        ("title", "Refund"),
        ("word", "refund"),
        ("text", "Dear {{customer.nmae}}"),
        ("version", "0"),
    ];
    let seen = lead.submit("/admin/replies/canned", &wrong).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        seen.text().contains("Dear {{customer.nmae}}") && seen.text().contains("id=\"text-error\"")
    );
    let right = [
        ("title", "Refund"),
        ("word", "refund"),
        ("text", "Dear {{customer.name}}"),
        ("version", "0"),
    ];
    lead.follow("/admin/replies/canned", &right).await;
    assert!(lead.page.contains("Refund"));
    let acts = "[{\"name\": \"reprioritise\", \"to\": \"urgent\"}]";
    let of = [
        ("title", "Fraud"),
        ("word", "fraud"),
        ("reply", "refund"),
        ("acts", acts),
        ("version", "0"),
    ];
    let seen = lead.follow("/admin/replies/macro", &of).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    assert!(lead.page.contains("Fraud"));
    lead.get("/admin/replies/canned?word=refund").await;
    let version = given(&lead.page, "version");
    lead.follow(
        "/admin/replies/canned/remove",
        &[("word", "refund"), ("version", &version)],
    )
    .await;
    assert!(lead.page.contains("Removed"));
}

#[tokio::test]
async fn the_next_mail_has_the_text_that_an_admin_wrote() {
    let site = Site::open().await;
    let (mut admin, _) = site.someone(Role::Admin, "Ravi").await;
    let (mut other, _) = site.someone(Role::Admin, "Zoya").await;
    let (_, asha) = site.someone(Role::Customer, "Asha").await;
    let page = "/admin/policies/texts/en/acknowledged";
    admin.get(page).await;
    other.get(page).await;
    let (body, html) = (given(&admin.page, "text"), given(&admin.page, "html"));
    let fields = |what: &'static str, subject: &'static str| {
        [
            ("do", what.to_owned()),
            ("from", "0".to_owned()),
            ("subject", subject.to_owned()),
            ("text", body.clone()),
            ("html", html.clone()),
        ]
    };
    let wrong = fields("preview", "We are on it");
    let wrong: Vec<(&str, &str)> = wrong.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let seen = admin.submit(page, &wrong).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.text().contains("id=\"subject-error\"") && seen.text().contains("We are on it"));

    let right = fields("preview", "In good hands: {{ reference }}");
    let right: Vec<(&str, &str)> = right.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let seen = admin.submit(page, &right).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    assert!(
        seen.text().contains("In good hands: 0123A-BCDEF-G"),
        "with made-up values"
    );
    let right = fields("put", "In good hands: {{ reference }}");
    let right: Vec<(&str, &str)> = right.iter().map(|(n, v)| (*n, v.as_str())).collect();
    admin.follow(page, &right).await;
    assert!(
        admin
            .page
            .contains("In force: the next mail has the new text"),
        "{}",
        admin.page
    );
    let late = fields("put", "Too late: {{ reference }}");
    let late: Vec<(&str, &str)> = late.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let seen = other.submit(page, &late).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = seen.text();
    assert!(
        kept.contains("Somebody else changed this") && kept.contains("Too late: {{ reference }}")
    );
    assert!(
        kept.contains("-In good hands: {{ reference }}"),
        "what the other wrote"
    );

    complaint(&site, asha, "cards", &branches(&site)[0]).await;
    site.app.desk.tick(100).await.unwrap();
    let mails = site.app.outbox.as_ref().unwrap().mails();
    let sent = mails
        .iter()
        .any(|mail| mail.subject.starts_with("In good hands: "));
    assert!(
        sent,
        "the text that was put in force is the one that goes out"
    );
    let elsewhere = KeptTexts::open(
        site.app.store.clone(),
        site.app.clock.clone(),
        Texts::default(),
    );
    let elsewhere = elsewhere.await.unwrap().current().get();
    let told = elsewhere
        .example(&code("acknowledged"), &"en".parse().unwrap())
        .unwrap();
    assert!(
        told.subject.starts_with("In good hands: "),
        "another process has it too"
    );
    admin.get("/admin/policies/texts/history/1").await;
    assert!(
        admin.page.contains("+In good hands: {{ reference }}"),
        "{}",
        admin.page
    );
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
