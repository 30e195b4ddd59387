//! The staff, and those who run the desk.

use std::collections::BTreeMap;

use crcore::store::Roster as _;
use crcore::{Actor, AgentId, CustomerId, ErrorKind, Pool, Role};
use crcore_adapters::accounts::{
    Account, AccountId, AccountState, Invitation, LETTERS_AN_HOUR_OF_ALL, LogIn, NewAccount,
    NewSession, PeopleFilter,
};

use crate::world::{
    OTHER, Outcome as _, PASSWORD, World, address, over_servers, over_stores, registration, visit,
    visit_from,
};

over_stores! {
    an_invitation_makes_an_agent_as_the_admin_wrote
    an_invitation_is_good_for_a_week_and_once
    supervisors_invite_all_but_admins_and_nobody_else_does
    strangers_letters_keep_no_invitation_back
    nobody_registers_as_staff
    the_first_admin_comes_from_the_command_line_and_is_the_first
    of_two_who_come_to_be_the_first_admin_one_is
    a_suspended_agent_is_out_at_once_and_gets_no_work
    the_desk_keeps_an_admin
    two_admins_who_suspend_each_other_do_not_both
    another_role_ends_the_sessions
    people_are_found_by_role_state_address_and_name
    pages_of_people_miss_nobody
    customers_see_nobody_and_agents_their_customers
    accounts_and_sessions_are_counted
    a_forgotten_customer_leaves_nothing
    the_host_adds_accounts_for_a_demo
    the_host_gives_another_password_and_the_owner_is_told
}

over_servers! {
    of_two_who_come_to_be_the_first_admin_one_is
    two_admins_who_suspend_each_other_do_not_both
    people_are_found_by_role_state_address_and_name
    pages_of_people_miss_nobody
    accounts_and_sessions_are_counted
}

fn account(session: &NewSession) -> Account {
    session.session.account().unwrap().clone()
}

async fn an_invitation_makes_an_agent_as_the_admin_wrote(world: World) {
    let (admin, _) = world.staff("Farah", Role::Admin).await;
    let farah = admin.session.actor().unwrap();
    let mut invitation = Invitation::new(Role::Agent, "Meera", address("Meera"));
    invitation.agent.queues = ["cards".parse().unwrap()].into();
    invitation.agent.capacity = BTreeMap::from([(Pool::Cases, 7)]);
    let invited = world.accounts.invite(farah, &invitation).await.unwrap();
    assert_eq!(
        world.accounts.invitations(farah).await.unwrap(),
        std::slice::from_ref(&invited)
    );
    let token = world.link_for(&address("Meera"), "account-invite").await;
    assert_eq!(
        world.accounts.invitation(&token).await.unwrap().name,
        "Meera"
    );
    let short = world
        .accounts
        .accept(&token, "kettl7m", &visit())
        .await
        .unwrap_err();
    assert_eq!(short.code(), "password_short");
    let next = world
        .accounts
        .accept(&token, "kq7vmz2x", &visit())
        .await
        .unwrap();
    let LogIn::EnrolSecondFactor(flow) = next else {
        panic!("an app comes first");
    };
    let (meera, _) = world.enrol(&flow).await;
    let Some(Actor::Agent(id)) = meera.session.actor() else {
        panic!("an agent");
    };
    let agent = world.store.agent(id).await.unwrap().unwrap().agent;
    assert_eq!(agent.queues, invitation.agent.queues);
    assert_eq!(agent.capacity, invitation.agent.capacity);
    assert_eq!(
        (agent.name.as_str(), agent.email),
        ("Meera", Some(address("Meera")))
    );
    assert!(world.accounts.invitations(farah).await.unwrap().is_empty());
}

async fn an_invitation_is_good_for_a_week_and_once(world: World) {
    let invitation = Invitation::new(Role::Agent, "Meera", address("Meera"));
    world
        .accounts
        .invite(Actor::System, &invitation)
        .await
        .unwrap();
    let first = world.link_for(&address("Meera"), "account-invite").await;
    let _ = world
        .accounts
        .accept(&first, PASSWORD, &visit())
        .await
        .unwrap();
    let again = world
        .accounts
        .accept(&first, PASSWORD, &visit())
        .await
        .unwrap_err();
    assert_eq!(again.code(), "link_over");
    let no = world
        .accounts
        .invite(Actor::System, &invitation)
        .await
        .unwrap_err();
    assert_eq!(no.code(), "email_taken");
    let invitation = Invitation::new(Role::Agent, "Ravi", address("Ravi"));
    let invited = world
        .accounts
        .invite(Actor::System, &invitation)
        .await
        .unwrap();
    let token = world.link_for(&address("Ravi"), "account-invite").await;
    let forged = format!("{}.{}", invited.id, "A".repeat(43));
    for bad in ["", "x", &invited.id.to_string(), &forged] {
        assert_eq!(
            world
                .accounts
                .accept(bad, PASSWORD, &visit())
                .await
                .unwrap_err()
                .code(),
            "link_over"
        );
    }
    world.minutes(7 * 24 * 60);
    let late = world
        .accounts
        .accept(&token, PASSWORD, &visit())
        .await
        .unwrap_err();
    assert_eq!(late.code(), "link_over");
    let invited = world
        .accounts
        .invite(Actor::System, &invitation)
        .await
        .unwrap();
    let token = world.link_for(&address("Ravi"), "account-invite").await;
    world
        .accounts
        .withdraw(Actor::System, invited.id)
        .await
        .unwrap();
    let gone = world
        .accounts
        .accept(&token, PASSWORD, &visit())
        .await
        .unwrap_err();
    assert_eq!(gone.code(), "link_over");
}

async fn supervisors_invite_all_but_admins_and_nobody_else_does(world: World) {
    let (lead, _) = world.staff("Ravi", Role::Supervisor).await;
    let (agent, _) = world.staff("Meera", Role::Agent).await;
    let asha = world.customer("Asha").await;
    let actors = [&lead, &agent, &asha].map(|s| s.session.actor().unwrap());
    for (actor, role, may) in [
        (actors[0], Role::Agent, true),
        (actors[0], Role::Supervisor, true),
        (actors[0], Role::Admin, false),
        (actors[1], Role::Agent, false),
        (actors[2], Role::Agent, false),
        (Actor::System, Role::Customer, false),
    ] {
        let invitation =
            Invitation::new(role, "Kiran", format!("kiran.{}@example.test", role.name()));
        let done = world.accounts.invite(actor, &invitation).await;
        assert_eq!(done.is_ok(), may, "{actor} invites {role:?}");
    }
}

async fn strangers_letters_keep_no_invitation_back(world: World) {
    let (admin, _) = world.staff("Farah", Role::Admin).await;
    let mut sent = 0;
    for stranger in 0..=LETTERS_AN_HOUR_OF_ALL {
        let from = visit_from(&format!("203.0.113.{stranger}"));
        let meera = address("Meera");
        let asked = world.accounts.send_log_in_code(&meera, &from);
        sent += u32::from(asked.await.is_ok());
    }
    assert_eq!(sent, LETTERS_AN_HOUR_OF_ALL);
    let invitation = Invitation::new(Role::Agent, "Meera", address("Meera"));
    let farah = admin.session.actor().unwrap();
    world.accounts.invite(farah, &invitation).await.unwrap();
}

async fn nobody_registers_as_staff(world: World) {
    let new = world.customer("Asha").await;
    let asha = account(&new);
    assert_eq!(asha.role, Role::Customer);
    let (admin, _) = world.staff("Farah", Role::Admin).await;
    let farah = admin.session.actor().unwrap();
    let no = world
        .accounts
        .set_role(farah, asha.id, Role::Admin)
        .await
        .unwrap_err();
    assert_eq!(no.code(), "role_invalid");
    // Nor by the address of somebody who is invited.
    let invitation = Invitation::new(Role::Admin, "Kiran", address("Kiran"));
    world.accounts.invite(farah, &invitation).await.unwrap();
    let kiran = world.customer("Kiran").await;
    assert_eq!(account(&kiran).role, Role::Customer);
}

async fn the_first_admin_comes_from_the_command_line_and_is_the_first(world: World) {
    let english = "en".parse().unwrap();
    let link = world
        .accounts
        .create_first_admin("Farah", &address("Farah"), english)
        .await
        .unwrap();
    assert!(
        world.letters().await.is_empty(),
        "it is printed and not mailed"
    );
    let token = link.reveal().split('#').nth(1).unwrap().to_owned();
    let next = world
        .accounts
        .accept(&token, PASSWORD, &visit())
        .await
        .unwrap();
    let LogIn::EnrolSecondFactor(flow) = next else {
        panic!("an app comes first");
    };
    let (admin, _) = world.enrol(&flow).await;
    assert!(matches!(admin.session.actor(), Some(Actor::Admin(_))));
    let english = "en".parse().unwrap();
    let no = world
        .accounts
        .create_first_admin("Eve", "eve@example.test", english)
        .await
        .unwrap_err();
    assert_eq!(no.code(), "admin_exists");
}

async fn of_two_who_come_to_be_the_first_admin_one_is(world: World) {
    let mut tokens = Vec::new();
    for name in ["Farah", "Kiran"] {
        let english = "en".parse().unwrap();
        let link = world
            .accounts
            .create_first_admin(name, &address(name), english)
            .await
            .unwrap();
        tokens.push(link.reveal().split('#').nth(1).unwrap().to_owned());
    }
    let calls: Vec<_> = tokens
        .into_iter()
        .map(|token| {
            let accounts = world.accounts.clone();
            tokio::spawn(async move { accounts.accept(&token, PASSWORD, &visit()).await })
        })
        .collect();
    let mut codes = Vec::new();
    for call in calls {
        codes.push(call.await.unwrap().map_or_else(|e| e.code(), |_| "in"));
    }
    codes.sort_unstable();
    assert_eq!(codes, ["admin_exists", "in"]);
}

async fn a_suspended_agent_is_out_at_once_and_gets_no_work(world: World) {
    let (admin, _) = world.staff("Farah", Role::Admin).await;
    let (session, app) = world.staff("Meera", Role::Agent).await;
    let (farah, meera) = (admin.session.actor().unwrap(), account(&session));
    world.forgot("Meera").await;
    let link = world.link_for(&address("Meera"), "account-reset").await;
    world.minutes(1);
    let half = world.logs_in("Meera", PASSWORD).await;
    let LogIn::SecondFactor(half) = half else {
        panic!("the app is owed");
    };
    world.accounts.suspend(farah, meera.id).await.unwrap();
    assert!(world.who(&session.token).await.is_none());
    let id = AgentId::from(meera.id.uuid());
    assert!(
        !world
            .store
            .agent(id)
            .await
            .unwrap()
            .unwrap()
            .agent
            .available
    );
    let no = world.logs_in("Meera", PASSWORD).await;
    assert!(
        matches!(no, LogIn::Refused { retry_after: None }),
        "as with a wrong password"
    );
    let no = world.proves(&half, &app.factor(&world)).await;
    assert_eq!(no.unwrap_err().code(), "flow_over");
    let no = world
        .accounts
        .reset_password(&link, OTHER, &visit())
        .await
        .unwrap_err();
    assert_eq!(no.code(), "link_over");
    world.accounts.reinstate(farah, meera.id).await.unwrap();
    assert!(
        world.who(&session.token).await.is_none(),
        "what ended stays ended"
    );
    assert!(
        world
            .store
            .agent(id)
            .await
            .unwrap()
            .unwrap()
            .agent
            .available
    );
    let next = world.logs_in("Meera", PASSWORD).await;
    assert!(matches!(next, LogIn::SecondFactor(_)));
}

async fn the_desk_keeps_an_admin(world: World) {
    let (admin, _) = world.staff("Farah", Role::Admin).await;
    let farah = account(&admin);
    let no = world
        .accounts
        .suspend(farah.actor(), farah.id)
        .await
        .unwrap_err();
    assert_eq!(no.code(), "not_yourself");
    let no = world
        .accounts
        .suspend(Actor::System, farah.id)
        .await
        .unwrap_err();
    assert_eq!(no.code(), "last_admin");
    let no = world
        .accounts
        .set_role(Actor::System, farah.id, Role::Agent)
        .await
        .unwrap_err();
    assert_eq!(no.code(), "last_admin");
}

async fn two_admins_who_suspend_each_other_do_not_both(world: World) {
    let (first, _) = world.staff("Farah", Role::Admin).await;
    let (second, _) = world.staff("Kiran", Role::Admin).await;
    let (a, b) = (account(&first), account(&second));
    let one = {
        let (accounts, actor, id) = (world.accounts.clone(), a.actor(), b.id);
        tokio::spawn(async move { accounts.suspend(actor, id).await })
    };
    let other = {
        let (accounts, actor, id) = (world.accounts.clone(), b.actor(), a.id);
        tokio::spawn(async move { accounts.suspend(actor, id).await })
    };
    let done = [one.await.unwrap(), other.await.unwrap()];
    assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1, "{done:?}");
    let failed = done.into_iter().find_map(Result::err).unwrap();
    assert_eq!(failed.code(), "last_admin");
}

async fn another_role_ends_the_sessions(world: World) {
    let (admin, _) = world.staff("Farah", Role::Admin).await;
    let (lead, _) = world.staff("Ravi", Role::Supervisor).await;
    let (session, _) = world.staff("Meera", Role::Agent).await;
    let meera = account(&session);
    let no = world
        .accounts
        .set_role(lead.session.actor().unwrap(), meera.id, Role::Admin)
        .await;
    assert_eq!(no.unwrap_err().kind(), ErrorKind::NotAllowed);
    let farah = admin.session.actor().unwrap();
    let on_roster = async || {
        let standing = world.store.agent(AgentId::from(meera.id.uuid())).await;
        standing.unwrap().unwrap().agent
    };
    let away = crcore::Agent {
        available: false,
        ..on_roster().await
    };
    let desk = world.desk().await;
    desk.save_agent(Actor::System, away).await.unwrap();
    world
        .accounts
        .set_role(farah, meera.id, Role::Supervisor)
        .await
        .unwrap();
    assert!(world.who(&session.token).await.is_none());
    let agent = on_roster().await;
    assert_eq!(agent.role, Role::Supervisor);
    assert!(!agent.available, "who was away still is");
    assert_eq!(
        world.accounts.account(farah, meera.id).await.unwrap().role,
        Role::Supervisor
    );
}

async fn people_are_found_by_role_state_address_and_name(world: World) {
    let (admin, _) = world.staff("Farah", Role::Admin).await;
    let (agent, _) = world.staff("Asher", Role::Agent).await;
    world.customer("Asha").await;
    world.minutes(1);
    world.customer("Ravi").await;
    let farah = admin.session.actor().unwrap();
    world
        .accounts
        .suspend(farah, account(&agent).id)
        .await
        .unwrap();
    let found = async |filter: PeopleFilter| -> Vec<String> {
        let page = world
            .accounts
            .people(farah, &filter, None, 50)
            .await
            .unwrap();
        assert!(page.next.is_none());
        page.accounts.into_iter().map(|a| a.name).collect()
    };
    let name = |name: &str| PeopleFilter {
        name: Some(name.into()),
        ..PeopleFilter::default()
    };
    assert_eq!(found(name("ASH")).await, ["Asha", "Asher"]);
    assert_eq!(found(name("asha")).await, ["Asha"]);
    assert!(found(name("sha")).await.is_empty());
    assert_eq!(
        found(PeopleFilter::default()).await,
        ["Farah", "Asher", "Asha", "Ravi"]
    );
    let customers = PeopleFilter {
        role: Some(Role::Customer),
        ..PeopleFilter::default()
    };
    assert_eq!(found(customers).await, ["Asha", "Ravi"]);
    let suspended = PeopleFilter {
        state: Some(AccountState::Suspended),
        ..PeopleFilter::default()
    };
    assert_eq!(found(suspended).await, ["Asher"]);
    let by_address = PeopleFilter {
        email: Some("RAVI@example.test".into()),
        ..PeopleFilter::default()
    };
    assert_eq!(found(by_address).await, ["Ravi"]);
}

async fn pages_of_people_miss_nobody(world: World) {
    let mut all = Vec::new();
    for nth in 0..23 {
        let role = [Role::Customer, Role::Agent, Role::Supervisor][nth % 3];
        let new = NewAccount {
            id: None,
            role,
            name: format!("Asha {nth:02}"),
            email: format!("asha.{nth}@example.test"),
            language: "en".parse().unwrap(),
            password: None,
        };
        world.accounts.add(Actor::System, &new).await.unwrap();
        all.push(new.name);
    }
    let by_name = PeopleFilter {
        name: Some("asha".into()),
        ..PeopleFilter::default()
    };
    for filter in [PeopleFilter::default(), by_name] {
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let page = world
                .accounts
                .people(Actor::System, &filter, after.as_ref(), 5)
                .await
                .unwrap();
            assert!(page.accounts.len() <= 5);
            if filter.name.is_none() && after.is_none() {
                assert_ne!(page.accounts[0].role, Role::Customer, "staff first");
            }
            seen.extend(page.accounts.into_iter().map(|a| a.name));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        seen.sort_unstable();
        assert_eq!(seen, all);
    }
}

async fn customers_see_nobody_and_agents_their_customers(world: World) {
    let (agent, _) = world.staff("Meera", Role::Agent).await;
    let asha = world.customer("Asha").await;
    let (id, staff) = (account(&asha).id, account(&agent).id);
    for session in [&agent, &asha] {
        let actor = session.session.actor().unwrap();
        let all = PeopleFilter::default();
        let answers = [
            world.accounts.people(actor, &all, None, 5).await.map(drop),
            world.accounts.counts(actor).await.map(drop),
            world.accounts.account(actor, staff).await.map(drop),
            world.accounts.suspend(actor, id).await,
            world.accounts.end_all_of(actor, id).await,
            world.accounts.reset_factor(actor, id).await,
            world.accounts.invitations(actor).await.map(drop),
            world.accounts.tokens(actor).await.map(drop),
        ];
        for answer in answers {
            assert_eq!(answer.unwrap_err().kind(), ErrorKind::NotAllowed);
        }
    }
    let (meera, customer) = (account(&agent).actor(), account(&asha).actor());
    assert_eq!(world.accounts.account(meera, id).await.unwrap().id, id);
    let nobody = AccountId::from(CustomerId::from(uuid::Uuid::from_u128(7)));
    let none = world.accounts.account(meera, nobody).await.unwrap_err();
    assert_eq!(
        none.kind(),
        ErrorKind::NotFound,
        "a customer without an account"
    );
    let no = world.accounts.account(customer, id).await.unwrap_err();
    assert_eq!(no.kind(), ErrorKind::NotAllowed);
    for (text, found) in [
        ("ash", 1),
        ("ASHA@example.test", 1),
        ("asha@", 0),
        ("meera", 0),
        ("meera@example.test", 0),
        (" ", 0),
    ] {
        let customers = world.accounts.find_customers(meera, text).await.unwrap();
        assert_eq!(customers.len(), found, "{text:?}");
    }
    let no = world
        .accounts
        .find_customers(customer, "ravi")
        .await
        .unwrap_err();
    assert_eq!(no.kind(), ErrorKind::NotAllowed);
}

async fn accounts_and_sessions_are_counted(world: World) {
    let (admin, _) = world.staff("Farah", Role::Admin).await;
    let asha = world.customer("Asha").await;
    world.customer("Ravi").await;
    world.accounts.visitor(&visit()).await.unwrap();
    let farah = admin.session.actor().unwrap();
    let counts = world.accounts.counts(farah).await.unwrap();
    let active = |role| (role, AccountState::Active);
    let count = |(role, state)| {
        counts
            .accounts
            .iter()
            .find(|c| (c.0, c.1) == (role, state))
            .unwrap()
            .2
    };
    assert_eq!(count(active(Role::Customer)), 2);
    assert_eq!(count(active(Role::Admin)), 1);
    assert_eq!(count(active(Role::Agent)), 0);
    let sessions = [
        counts.customer_sessions,
        counts.staff_sessions,
        counts.visitor_sessions,
    ];
    assert_eq!(sessions, [2, 1, 1]);
    world
        .accounts
        .end_all_of(farah, account(&asha).id)
        .await
        .unwrap();
    assert!(world.who(&asha.token).await.is_none());
    assert_eq!(
        world
            .accounts
            .counts(farah)
            .await
            .unwrap()
            .customer_sessions,
        1
    );
    world.minutes(30);
    assert_eq!(
        world
            .accounts
            .counts(farah)
            .await
            .unwrap()
            .customer_sessions,
        0,
        "idle"
    );
}

async fn a_forgotten_customer_leaves_nothing(world: World) {
    let (admin, _) = world.staff("Farah", Role::Admin).await;
    let farah = account(&admin);
    let new = world.customer("Asha").await;
    let Some(Actor::Customer(asha)) = new.session.actor() else {
        panic!("a customer");
    };
    world.accounts.forget(farah.actor(), asha).await.unwrap();
    assert!(world.who(&new.token).await.is_none());
    for shelf in [
        "account",
        "account-address",
        "account-name",
        "account-place",
        "account-attempt",
        "session",
    ] {
        use crcore::store::{RecordRange, Records as _};
        let range = RecordRange {
            shelf: shelf.into(),
            limit: 100,
            ..RecordRange::default()
        };
        let records = world.store.records(&range).await.unwrap();
        let held = records.iter().any(|r| {
            let text = format!("{} {}", r.key, r.body).to_lowercase();
            text.contains("asha") || text.contains(&asha.to_string())
        });
        assert!(!held, "{shelf}");
    }
    // The address is free again.
    world.minutes(61);
    let flow = world
        .accounts
        .register(&registration("Asha", &address("Asha")), &visit())
        .await;
    flow.unwrap();
    world.code_for(&address("Asha")).await;
    let no = world
        .accounts
        .forget(farah.actor(), farah.id.uuid().into())
        .await
        .unwrap_err();
    assert_eq!(no.code(), "not_a_customer");
}

async fn the_host_adds_accounts_for_a_demo(world: World) {
    let phrase = world.accounts.pass_phrase().unwrap();
    let other = world.accounts.pass_phrase().unwrap();
    assert_ne!(phrase, other);
    let mut new = NewAccount {
        id: None,
        role: Role::Customer,
        name: "Asha".into(),
        email: address("Asha"),
        language: "hi".parse().unwrap(),
        password: Some(phrase.clone()),
    };
    world.accounts.add(Actor::System, &new).await.unwrap();
    let session = world
        .accounts
        .log_in(&address("Asha"), phrase.reveal(), &visit())
        .await
        .unwrap();
    let _ = session.session();
    let no = world.accounts.add(Actor::System, &new).await.unwrap_err();
    assert_eq!(no.code(), "email_taken");
    new.email = address("Kiran");
    let admin = Actor::Admin(AgentId::from(uuid::Uuid::from_u128(1)));
    let no = world.accounts.add(admin, &new).await.unwrap_err();
    assert_eq!(no.kind(), ErrorKind::NotAllowed);
}

async fn the_host_gives_another_password_and_the_owner_is_told(world: World) {
    let new = world.customer("Asha").await;
    let id = account(&new).id;
    let admin = Actor::Admin(AgentId::from(uuid::Uuid::from_u128(1)));
    let no = world
        .accounts
        .give_password(admin, id, &OTHER.into())
        .await
        .unwrap_err();
    assert_eq!(no.kind(), ErrorKind::NotAllowed);
    let no = world
        .accounts
        .give_password(Actor::System, id, &"1111".into())
        .await
        .unwrap_err();
    assert_eq!(no.code(), "password_short");
    world
        .accounts
        .give_password(Actor::System, id, &OTHER.into())
        .await
        .unwrap();
    assert!(world.who(&new.token).await.is_none());
    world
        .letter(&address("Asha"), "account-password-changed")
        .await;
    let back = world.logs_in("Asha", OTHER).await;
    assert_eq!(account(&back.session()).id, id);
}
