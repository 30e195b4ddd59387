//! Customers, found and read.

use axum::http::StatusCode;
use crcore::{Actor, Customer, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::support::Site;
use super::acts::unbidden;
use super::{get, program};
use crate::web::api::Scope;

#[tokio::test]
async fn customers_are_found_by_their_address_or_name_and_read() {
    let site = Site::offering().await;
    let (_, asha) = site.someone(Role::Customer, "Asha").await;
    site.someone(Role::Customer, "Ravi").await;
    let app = program(&site, [Scope::CustomersRead]).await;
    let (meera, me) = unbidden(&site, "Meera", &["cards"]).await;
    for mut program in [app, meera] {
        let mut found = async |who: &str| {
            let path = format!("/api/v1/customers?who={who}");
            let (seen, found) = get(&mut program, &path).await;
            assert_eq!(seen.status, StatusCode::OK, "{found}");
            let found = found.as_array().unwrap().iter();
            found.map(|one| one["name"].clone()).collect::<Vec<Value>>()
        };
        assert_eq!(found("ash").await, ["Asha"]);
        assert_eq!(found("ravi@example.test").await, ["Ravi"]);
        for nobody in ["Meera", "asha@elsewhere.test", "@"] {
            assert!(found(nobody).await.is_empty(), "{nobody}");
        }
        let (seen, one) = get(&mut program, &format!("/api/v1/customers/{asha}")).await;
        assert_eq!(seen.status, StatusCode::OK, "{one}");
        let told = json!({ "id": asha, "name": "Asha", "email": "asha@example.test",
            "language": "en", "account": true });
        assert_eq!(one, told);
        for none in [
            me.to_string(),
            Uuid::from_u128(7).to_string(),
            "asha".to_owned(),
        ] {
            let (seen, problem) = get(&mut program, &format!("/api/v1/customers/{none}")).await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND, "{none}");
            assert_eq!(problem["code"], "not_found");
        }
    }
}

#[tokio::test]
async fn whom_the_desk_knows_without_an_account_is_read_and_no_token_without_the_scope_reads() {
    let site = Site::offering().await;
    let desk = &site.app.desk;
    let letter = Customer {
        name: Some("Who writes letters".to_owned()),
        ..Customer::new(desk.new_id().unwrap())
    };
    let letter = desk.save_customer(Actor::System, letter).await.unwrap();
    let path = format!("/api/v1/customers/{}", letter.id);
    let mut app = program(&site, [Scope::CustomersRead]).await;
    let (_, one) = get(&mut app, &path).await;
    assert_eq!(
        (&one["name"], &one["account"]),
        (&json!("Who writes letters"), &json!(false))
    );

    let others = Scope::ALL
        .into_iter()
        .filter(|one| *one != Scope::CustomersRead);
    let mut other = program(&site, others).await;
    for path in [path.as_str(), "/api/v1/customers?who=who"] {
        let (seen, problem) = get(&mut other, path).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN);
        assert_eq!(problem["code"], "scope");
    }
    for nobody in ["", "?who=", "?who=%20"] {
        let (seen, problem) = get(&mut app, &format!("/api/v1/customers{nobody}")).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    }
}
