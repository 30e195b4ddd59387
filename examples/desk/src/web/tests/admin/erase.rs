//! Erasing a customer who asks for it.

use axum::http::StatusCode;
use crcore::ticket::Outcome;
use crcore::{Actor, Role};

use super::complaint;
use crate::web::tests::support::Site;

#[tokio::test]
async fn a_customer_who_asks_for_it_is_erased_with_their_words_and_their_account() {
    let site = Site::offering().await;
    let (mut asha, id) = site.someone(Role::Customer, "Asha").await;
    let (mut ravi, _) = site.someone(Role::Admin, "Ravi").await;
    let (mut sonia, _) = site.someone(Role::Supervisor, "Sonia").await;
    let ticket = complaint(&site, id, "cards", "mumbai-airport").await;
    let page = format!("/admin/customers/{id}/erase");
    let seen = sonia.get(&page).await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND, "for admins alone");

    ravi.get(&page).await;
    assert!(ravi.page.contains("One of their cases is still open"));
    let refused = ravi.submit(&page, &[("sure", "1")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asha.get("/cases").await.text().contains("Charged twice"));

    let desk = &site.app.desk;
    let system = desk.acting(Actor::System);
    let text = Some("We paid it back.".to_owned());
    system.resolve(ticket, Outcome::Upheld, text).await.unwrap();
    system.close(ticket).await.unwrap();
    ravi.get(&page).await;
    assert!(ravi.page.contains("Erase for good") && ravi.page.contains("Asha"));
    let unsure = ravi.submit(&page, &[]).await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
    ravi.follow(&page, &[("sure", "1")]).await;
    assert!(ravi.page.contains("The customer is erased"));

    asha.get("/cases").await;
    assert!(asha.page.contains("name=\"password\""), "signed out");
    let ticket = desk.ticket(Actor::System, ticket).await.unwrap();
    assert!(ticket.erased_at.is_some());
    let kept = desk.subjects(std::slice::from_ref(&ticket)).await.unwrap();
    assert!(kept.is_empty(), "no word is left");
    desk.verify(Actor::System, None).await.unwrap().unwrap();
    ravi.get("/admin/people").await;
    assert!(!ravi.page.contains("Asha"));
    assert_eq!(ravi.get(&page).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_works_here_or_never_was_is_no_customer_to_erase() {
    let site = Site::offering().await;
    let (mut ravi, own) = site.someone(Role::Admin, "Ravi").await;
    let (_, meera) = site.someone(Role::Agent, "Meera").await;
    let desk = &site.app.desk;
    let before = desk.audit(Actor::System, None, 200).await.unwrap().len();
    let nobody = desk.new_id::<crcore::CustomerId>().unwrap();
    for id in [own.to_string(), meera.to_string(), nobody.to_string()] {
        let page = format!("/admin/customers/{id}/erase");
        assert_eq!(ravi.get(&page).await.status, StatusCode::NOT_FOUND);
        let refused = ravi.submit(&page, &[("sure", "1")]).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
    }
    let after = desk.audit(Actor::System, None, 200).await.unwrap().len();
    assert_eq!(after, before, "the trail tells of nothing");
}

#[tokio::test]
async fn an_erasure_that_was_cut_off_is_finished_by_another() {
    let site = Site::offering().await;
    let (mut asha, id) = site.someone(Role::Customer, "Asha").await;
    let (mut ravi, _) = site.someone(Role::Admin, "Ravi").await;
    let page = format!("/admin/customers/{id}/erase");
    let desk = &site.app.desk;
    desk.erase_customer(Actor::System, id.into()).await.unwrap();
    ravi.get(&page).await;
    ravi.follow(&page, &[("sure", "1")]).await;
    assert!(ravi.page.contains("The customer is erased"));
    asha.get("/cases").await;
    assert!(asha.page.contains("name=\"password\""), "signed out");
}
