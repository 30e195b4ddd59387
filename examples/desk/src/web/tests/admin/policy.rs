//! What admins decide for the whole bank: policies, hours, the catalogue, replies, texts.

use axum::http::StatusCode;
use crcore::sla::Time;
use crcore::ticket::Target;
use crcore::{Actor, AgentId, Role, Rules};
use crcore_adapters::Texts;
use crcore_adapters::templates::KeptTexts;

use super::{branches, code, complaint, given};
use crate::web::tests::support::Site;

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
        ("adopt", "yes"),
    ];
    admin.follow("/admin/policies/put", &put).await;
    assert!(
        admin.page.contains("Three days from now on"),
        "{}",
        admin.page
    );
    assert!(admin.page.contains("In force from now on, for open cases"));
    assert!(admin.page.contains("3 open cases have come under these"));
    assert!(changed(&admin.page, '+', "\"within\": \"3cd\""));
    for affected in told.samples {
        let ticket = desk.ticket(actor, affected.ticket).await.unwrap();
        assert_eq!(ticket.deadline(), affected.after);
    }
}

#[tokio::test]
async fn open_cases_come_under_the_rules_when_an_admin_says_so() {
    let site = Site::open().await;
    let (mut admin, ravi) = site.someone(Role::Admin, "Ravi").await;
    let (mut lead, _) = site.someone(Role::Supervisor, "Lakshmi").await;
    let (_, asha) = site.someone(Role::Customer, "Asha").await;
    let ticket = complaint(&site, asha, "cards", &branches(&site)[0]).await;
    let actor = Actor::Admin(AgentId::from(ravi));
    let resolution = async || {
        let sla = site.app.desk.ticket(actor, ticket).await.unwrap().sla;
        let timers = sla.unwrap().timers.into_iter();
        let mut of = timers.filter(|timer| timer.target == Target::Resolution);
        of.next().unwrap().due_at
    };
    let before = resolution().await;
    admin.get("/admin/policies/json").await;
    let rules = with_target(&given(&admin.page, "rules"), "3cd");
    let fields = [("from", "0"), ("rules", rules.as_str())];
    admin.follow("/admin/policies/preview", &fields).await;
    assert!(
        admin
            .page
            .contains("name=\"adopt\" type=\"checkbox\" value=\"yes\" checked"),
        "as the preview counts them: {}",
        admin.page
    );
    let put = [fields[0], fields[1], ("comment", "Three days")];
    admin.follow("/admin/policies/put", &put).await;
    assert!(
        admin
            .page
            .contains("An open case comes under it with the next")
    );
    assert_eq!(resolution().await, before);
    lead.get("/admin/policies/history/1").await;
    assert!(!lead.page.contains("/admin/policies/adopt"));
    assert!(admin.page.contains("action=\"/admin/policies/adopt\""));
    admin.follow("/admin/policies/adopt", &[]).await;
    assert!(admin.page.contains("One open case has come under"));
    assert_ne!(resolution().await, before);
    admin.follow("/admin/policies/adopt", &[]).await;
    assert!(admin.page.contains("No open case had to change."));
    admin
        .get("/admin/policies/history/1?changed=0&left=2")
        .await;
    assert!(admin.page.contains("2 changed in between"));
    assert!(
        admin.page.contains("action=\"/admin/policies/adopt\""),
        "for the rest"
    );
    // Pressed twice, it is not somebody else's change.
    let again = [fields[0], fields[1], ("comment", "Three days")];
    admin.follow("/admin/policies/put", &again).await;
    assert!(
        admin.page.contains("In force from now on"),
        "{}",
        admin.page
    );
    assert!(!admin.page.contains("Another administrator"));
}

#[tokio::test]
async fn what_two_admins_change_at_once_is_put_together() {
    let site = Site::open().await;
    let (mut one, _) = site.someone(Role::Admin, "Ravi").await;
    let (mut other, _) = site.someone(Role::Admin, "Zoya").await;
    one.get("/admin/policies/json").await;
    other.get("/admin/policies/json").await;
    let text = given(&one.page, "rules");
    let mut tagged = Rules::from_json(&text).unwrap();
    tagged.tags.insert(code("of-zoya"));
    let tagged = serde_json::to_string(&tagged).unwrap();
    let timed = with_target(&text, "3cd");
    let put = [("from", "0"), ("rules", timed.as_str()), ("comment", "a")];
    one.follow("/admin/policies/put", &put).await;
    let fields = [("from", "0"), ("rules", tagged.as_str())];
    other.follow("/admin/policies/preview", &fields).await;
    assert!(
        other
            .page
            .contains("What they changed is kept: below is only")
    );
    assert!(changed(&other.page, '+', "of-zoya"));
    assert!(!changed(&other.page, '-', "3cd"), "nothing of it is undone");
    let (from, rules) = (given(&other.page, "from"), given(&other.page, "rules"));
    let put = [
        ("from", from.as_str()),
        ("rules", rules.as_str()),
        ("comment", "b"),
    ];
    other.follow("/admin/policies/put", &put).await;
    let now = site.app.desk.rules();
    assert!(now.rules().tags.contains(&code("of-zoya")) && now.text().contains("\"3cd\""));
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
    assert!(page.contains("name=\"service-cards\""));
    fields.push(("service-cards".to_owned(), "payments".to_owned()));
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
    let queue_of = |service: &str| rules.services[&code(service)].queue.as_str();
    assert_eq!(queue_of("cards"), "payments");
    assert_eq!(
        queue_of("savings"),
        "accounts",
        "what a form leaves out stays"
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
