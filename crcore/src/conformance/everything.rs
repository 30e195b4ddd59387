//! Something of every kind in one change set.

use chrono::TimeDelta;

use crate::actor::Role;
use crate::agent::Agent;
use crate::conformance::Broken;
use crate::conformance::fixture::{
    Scene, assigned, edits, joins, keep, knows, load, owes, together,
};
use crate::customer::Customer;
use crate::event::Fact;
use crate::id::BlobId;
use crate::notify::{Notice, NoticeState};
use crate::store::{Changes, Erasure, RecordChange};
use crate::ticket::Ticket;

/// Two change sets, the second upon the first, that hold something of every kind.
pub(super) struct Everything {
    /// What is there before.
    pub(super) base: Changes,
    /// The change: revises, adds and removes in every table.
    pub(super) change: Changes,
    /// The first ticket of [`Everything::base`].
    pub(super) ticket: Ticket,
}

impl Everything {
    pub(super) fn new(scene: &mut Scene) -> Result<Self, Broken> {
        let queues = scene.codes.queues.clone();
        let (ticket, raise) = scene.raise()?;
        let (erased, raise_erased) = scene.raise()?;
        let agent = scene.agent(&queues[..2], 2);
        let mut stays = Customer::new(scene.id());
        stays.version = 1;
        let mut leaves = Customer::new(scene.id());
        leaves.version = 1;
        let notice = scene.notice(ticket.id, scene.now())?;
        let base = together([
            raise,
            raise_erased,
            joins(&agent),
            knows(&stays, 0),
            knows(&leaves, 0),
            owes(&notice, 0),
            Changes {
                loads: vec![load(agent.id, 1)],
                marks: vec![scene.mark(0), scene.mark(1)],
                rules: vec![scene.rules("00ff")],
                answers: vec![scene.answer("agent:1", "first")],
                records: vec![
                    keep("draft", &format!("{}:stays", ticket.id), Some(0), "1"),
                    keep("draft", &format!("{}:leaves", ticket.id), Some(0), "1"),
                ],
                ..Changes::default()
            },
        ]);
        let change = Self::change(
            scene,
            [&ticket, &erased],
            &agent,
            [&stays, &leaves],
            &notice,
        )?;
        Ok(Self {
            base,
            change,
            ticket,
        })
    }

    fn change(
        scene: &mut Scene,
        [ticket, erased]: [&Ticket; 2],
        agent: &Agent,
        [stays, leaves]: [&Customer; 2],
        notice: &Notice,
    ) -> Result<Changes, Broken> {
        scene.pass(TimeDelta::seconds(5));
        let mut said = scene.words(ticket.id, "We look into it");
        said.blob = Some(BlobId::of(b"a statement"));
        let reply = Fact::Replied {
            words: said.piece(),
        };
        let (_, work) = scene.steps(ticket, [assigned(agent.id, 1), reply])?;
        let (_, raise) = scene.raise()?;
        let (_, erase) = scene.step(erased, Fact::Erased {})?;
        let mut promoted = agent.clone();
        promoted.version = 2;
        promoted.role = Role::Supervisor;
        let hired = scene.agent(&scene.codes.queues.clone()[1..], 4);
        let mut renamed = stays.clone();
        renamed.version = 2;
        renamed.name = Some("M. Curie".into());
        let mut leased = notice.clone();
        leased.version = 2;
        leased.attempts = 1;
        leased.state = NoticeState::Leased {
            until: scene.now() + TimeDelta::minutes(1),
            by: scene.id(),
        };
        let draft = |what: &str| format!("{}:{what}", ticket.id);
        let another = scene.notice(ticket.id, scene.now())?;
        Ok(together([
            work,
            raise,
            erase,
            edits(&promoted, 1),
            joins(&hired),
            knows(&renamed, 1),
            owes(&leased, 1),
            owes(&another, 0),
            Changes {
                words: vec![said],
                loads: vec![load(agent.id, 1)],
                marks: vec![scene.mark(2)],
                unmarks: vec![scene.mark(0)],
                forgotten: vec![leaves.id],
                erased: vec![Erasure {
                    ticket: erased.id,
                    pieces: Vec::new(),
                }],
                rules: vec![scene.rules("01ff")],
                answers: vec![scene.answer("agent:1", "second")],
                records: vec![
                    keep("draft", &draft("stays"), Some(1), "2"),
                    RecordChange {
                        to: None,
                        ..keep("draft", &draft("leaves"), Some(1), "")
                    },
                    keep("draft", &draft("comes"), Some(0), "1"),
                    keep("draft", &draft("whatever"), None, "1"),
                ],
                ..Changes::default()
            },
        ]))
    }
}
