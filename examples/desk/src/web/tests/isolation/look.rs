//! Somebody looks everywhere: at every route, under every name that there is or was.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, Request, header};

use super::lives::{BRANCH, Bank, Names, Own, PAYMENTS};
use super::{OF_A_DEMO, OF_REAL_TIME};
use crate::web::address::encode;
use crate::web::route::{Route, Who};
use crate::web::tests::support::{Browser, Seen};

/// What was told, by what was asked: the route, and the whole answer.
pub(super) type Told = BTreeMap<String, (&'static str, String)>;

/// How somebody may ask. What is there for nobody who looks, and what is not theirs, is asked for as a page
/// and by a program: in no other way is it found otherwise.
const HOW: [(&str, &str, &str); 4] = [
    ("page", "accept", "text/html"),
    ("json", "accept", "application/json"),
    ("part", "hx-request", "true"),
    ("Hindi", "accept-language", "hi"),
];

/// What stands behind a question mark.
const ASKED: [(&str, &str); 8] = [
    ("/cases", "show=closed"),
    ("/cases", "show=open&open=FOREIGN"),
    ("/transactions", "reference=PAYMENT"),
    ("/token", "branch=mumbai-airport"),
    ("/token", "branch=mumbai-airport&service=cash"),
    ("/chat", "service=cards"),
    ("/services", "q=FOREIGN"),
    ("/log-in", "next=/cases/FOREIGN"),
];

/// The names that stand for what a route has in braces. `GET` may name one's own, `POST` may not: what it
/// did would be seen in the next answer.
fn names(part: &str, method: &Method, own: &Own, others: &Names) -> Vec<String> {
    let with = |mine: &[String], theirs: &[String]| {
        let mine = mine.iter().filter(|_| *method == Method::GET);
        mine.chain(theirs).cloned().collect::<Vec<_>>()
    };
    let mut names = match part {
        "{reference}" => with(&own.references, &others.references),
        "{ticket}" => with(&own.tickets, &others.tickets),
        "{piece}" => with(&own.pieces, &others.pieces),
        "{id}" | "{account}" | "{agent}" | "{with}" => with(&[], &others.accounts),
        "{*place}" => others
            .tickets
            .iter()
            .map(|id| format!("reply/{id}"))
            .collect(),
        "{door}" => vec!["complain".into(), "quote".into()],
        "{service}" => vec!["cards".into(), "home-loan".into(), "cash".into()],
        "{branch}" => vec![BRANCH.into(), "pune-camp".into()],
        "{counter}" => vec!["1".into()],
        _ => vec!["none-such".into()],
    };
    if part.starts_with("{reference") {
        names.push("7C0ZW-X4Q2B-K".to_owned());
    }
    names
}

fn names_others(address: &str, others: &Names) -> bool {
    let all = [
        &others.references,
        &others.tickets,
        &others.pieces,
        &others.accounts,
    ];
    let mut all = all.into_iter().flatten();
    all.any(|name| address.contains(name.as_str()))
}

/// Every address of a route.
fn addresses(route: &Route, own: &Own, others: &Names) -> Vec<String> {
    let mut addresses = vec![String::new()];
    for part in route.path.split('/').skip(1) {
        let ways = match part.starts_with('{') {
            true => names(part, &route.method, own, others),
            false => vec![part.to_owned()],
        };
        let further = addresses
            .iter()
            .flat_map(|address| ways.iter().map(move |way| format!("{address}/{way}")));
        addresses = further.collect();
    }
    for (path, query) in ASKED
        .iter()
        .filter(|(path, _)| *path == route.path && route.method == Method::GET)
    {
        let foreign = others
            .references
            .iter()
            .map(|name| query.replace("FOREIGN", name));
        let paid = PAYMENTS.iter().map(|name| query.replace("PAYMENT", name));
        let asked = foreign
            .chain(paid)
            .filter(|query| !query.contains("FOREIGN") && !query.contains("PAYMENT"));
        addresses.extend(asked.map(|query| format!("{path}?{query}")));
    }
    addresses.sort();
    addresses.dedup();
    addresses
}

/// The whole answer, as it goes over the wire.
fn whole(seen: &Seen) -> String {
    let mut whole = format!("{}\n", seen.status);
    for (name, value) in &seen.headers {
        if name != OF_REAL_TIME {
            whole += &format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()));
        }
    }
    whole + "\n" + &seen.text()
}

/// A form, filled in so that it would be taken if what it is for were there.
fn filled(csrf: &str) -> Vec<(String, String)> {
    let fields = [
        ("csrf", csrf),
        ("key", "a key"),
        ("text", "Let me in"),
        ("score", "5"),
        ("again", "no"),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// Everything that Asha, a visitor and a program of narrow scope are told.
pub(super) async fn looked(bank: &mut Bank, own: &Own, others: &Names) -> Told {
    let mut told = Told::new();
    let table = crate::web::site::routes(bank.site.app.clone()).1;
    let program = bank.program().await;
    bank.turns.turn("visitor");
    let looking = [
        ("Asha", own.browser.clone()),
        ("visitor", bank.site.browser()),
        ("program", program),
    ];
    for (who, mut browser) in looking {
        bank.turns.turn(format!("{who} comes"));
        browser
            .get(if who == "Asha" { "/cases" } else { "/log-in" })
            .await;
        let csrf = if who == "program" {
            String::new()
        } else {
            browser.csrf()
        };
        for route in table.iter().filter(|route| route.path != OF_A_DEMO) {
            let is_api = route.who == Who::Program;
            for address in addresses(route, own, others) {
                if route.method == Method::GET {
                    let named = names_others(&address, others) || who != "Asha";
                    for (how, name, value) in HOW.into_iter().take(if named { 2 } else { 4 }) {
                        if is_api && how != "json" || who == "program" && !is_api {
                            continue;
                        }
                        let what = format!("{who}, {how}: GET {address}");
                        bank.turns.turn(what.as_str());
                        let request = Request::get(&address).header(name, value);
                        let seen = browser
                            .clone()
                            .send(request.body(Body::empty()).unwrap())
                            .await;
                        told.insert(what, (route.path, whole(&seen)));
                    }
                } else if route.path.contains('{') && !route.path.starts_with("/raise/") {
                    let what = format!("{who}: POST {address}");
                    bank.turns.turn(what.as_str());
                    let seen = match is_api {
                        true => act(&mut browser.clone(), &address).await,
                        false => browser.clone().post(&address, &filled(&csrf)).await,
                    };
                    told.insert(what, (route.path, whole(&seen)));
                }
            }
        }
        if who == "visitor" {
            guesses(bank, &browser, &csrf, others, &mut told).await;
        }
    }
    told
}

async fn act(program: &mut Browser, address: &str) -> Seen {
    let request = Request::post(address).header(header::CONTENT_TYPE, "application/json");
    let body = Body::from(r#"{ "act": "reply", "text": "Let me in" }"#);
    program.send(request.body(body).unwrap()).await
}

/// What a visitor guesses of others: that they are customers, that a case is theirs.
async fn guesses(bank: &Bank, browser: &Browser, csrf: &str, others: &Names, told: &mut Told) {
    let password = "five ducks walk over the bridge";
    for email in &others.emails {
        let reference = &others.references[0];
        for (path, fields) in [
            (
                "/track",
                vec![
                    ("reference", reference.as_str()),
                    ("email", "eve@example.test"),
                ],
            ),
            (
                "/track",
                vec![("reference", reference.as_str()), ("email", email.as_str())],
            ),
            ("/forgot", vec![("email", email.as_str())]),
            (
                "/log-in",
                vec![
                    ("email", email.as_str()),
                    ("password", "six ducks walk over the bridge"),
                ],
            ),
            (
                "/register",
                vec![
                    ("name", "Eve"),
                    ("email", email.as_str()),
                    ("password", password),
                ],
            ),
        ] {
            let mut pairs = filled(csrf);
            pairs.extend(
                fields
                    .iter()
                    .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
            );
            let with: Vec<String> = fields
                .iter()
                .map(|(n, v)| format!("{n}={}", encode(v)))
                .collect();
            let what = format!("visitor: POST {path} {}", with.join("&"));
            bank.turns.turn(what.as_str());
            let seen = browser.clone().post(path, &pairs).await;
            told.insert(what, (path, whole(&seen)));
        }
    }
}
