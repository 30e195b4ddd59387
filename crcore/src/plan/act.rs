//! What each act does to a ticket.

use std::collections::BTreeSet;

use super::chat::is_chat;
use super::draft::{Case, Draft};
use super::{Asker, Plan, Planner, check};
use crate::actor::{Actor, Role};
use crate::agent::Standing;
use crate::command::{
    ATTACHMENTS_MAX, Act, Amend, Done, FIELDS_MAX, LINKS_MAX, SUBJECT_MAX, TAGS_MAX,
};
use crate::error::Error;
use crate::event::{Amended, Fact};
use crate::id::{AgentId, Code};
use crate::notify::Recipient;
use crate::ticket::{Assignment, Attachment, BRANCH, How, Link, Outcome, Status, Verb, WaitingOn};
use crate::words::AttachmentWords;

impl Planner<'_> {
    pub(crate) async fn act_on(
        self,
        mut draft: Draft<'_>,
        asker: Asker,
        mut case: Case,
        act: &Act,
    ) -> Result<Plan, Error> {
        match act {
            Act::Allocate => return self.allocate(draft, case).await,
            Act::Merge { into } => return self.merge(draft, &asker, case, *into).await,
            Act::Split { .. } => return self.split(draft, case, act).await,
            Act::Link { .. } | Act::Unlink { .. } => {
                return self.link(draft, &asker, case, act).await;
            }
            Act::Erase => return self.erase(draft, case).await,
            Act::Claim => {
                let claimant = self.claimant(&asker).await?;
                draft.room(&case, &claimant)?;
                self.mark_holder(&mut draft, &asker, &case).await?;
                draft.assign(&mut case, claimant.agent.id, How::Claim, true, None)?;
            }
            Act::Assign { to } => {
                let role = asker.actor.role();
                let assignee = self.assignable(*to, &case).await?;
                if role == Role::Agent {
                    draft.room(&case, &assignee)?;
                }
                self.mark_holder(&mut draft, &asker, &case).await?;
                // Who leads may hand out work past a capacity; a colleague may not.
                draft.assign(&mut case, *to, How::Hand, role == Role::Agent, None)?;
            }
            Act::Release => {
                self.mark_holder(&mut draft, &asker, &case).await?;
                if let Some(assignment) = case.ticket.assignment {
                    draft.release(&mut case, assignment)?;
                }
                draft.queue(&mut case)?;
            }
            Act::Amend(amend) => {
                self.mark_holder(&mut draft, &asker, &case).await?;
                draft.amend(&mut case, amend)?;
            }
            Act::Resolve { outcome, text } => {
                let was_chat = is_chat(&case.ticket);
                self.mark_holder(&mut draft, &asker, &case).await?;
                draft.resolve(&mut case, *outcome, text.as_deref())?;
                if was_chat {
                    self.owe_transcript(&mut draft, &case).await?;
                }
            }
            _ => draft.act(&mut case, act)?,
        }
        let ticket = draft.settle(case)?;
        let allocate = (ticket.allocate_at == Some(draft.now())).then_some(ticket.id);
        Ok(Plan {
            allocate,
            ..Plan::of(draft.changes, Done::to(&ticket))
        })
    }

    pub(crate) async fn claimant(self, asker: &Asker) -> Result<Standing, Error> {
        let Some(id) = asker.actor.staff() else {
            let role = asker.actor.role().name();
            return Err(Error::NotAllowed {
                role,
                verb: Verb::Claim.name(),
            });
        };
        self.on_roster(id).await
    }

    async fn assignable(self, to: AgentId, case: &Case) -> Result<Standing, Error> {
        let standing = self.on_roster(to).await?;
        if standing.agent.queues.contains(&case.ticket.queue) {
            return Ok(standing);
        }
        let queue = &case.ticket.queue;
        Err(Error::not_possible(format!(
            "the agent does not serve the queue {queue}"
        )))
    }

    async fn on_roster(self, id: AgentId) -> Result<Standing, Error> {
        self.store
            .agent(id)
            .await?
            .ok_or(Error::NotFound { what: "agent" })
    }

    /// Whoever has the ticket may become able to take another one.
    pub(crate) async fn mark_holder(
        self,
        draft: &mut Draft<'_>,
        asker: &Asker,
        case: &Case,
    ) -> Result<(), Error> {
        let Some(Assignment { agent, .. }) = case.ticket.assignment else {
            return Ok(());
        };
        if !draft.rules.allocates() {
            return Ok(());
        }
        match &asker.standing {
            Some(standing) if standing.agent.id == agent => draft.mark(&standing.agent),
            _ => {
                if let Some(standing) = self.store.agent(agent).await? {
                    draft.mark(&standing.agent);
                }
            }
        }
        Ok(())
    }

    async fn link(
        self,
        mut draft: Draft<'_>,
        asker: &Asker,
        mut case: Case,
        act: &Act,
    ) -> Result<Plan, Error> {
        let (Act::Link { kind, to } | Act::Unlink { kind, to }) = *act else {
            return Err(Error::broken("no link"));
        };
        if to == case.ticket.id {
            return Err(Error::invalid("to", "another ticket"));
        }
        let other = self.store.ticket(to).await?;
        let other = other.ok_or(Error::NotFound { what: "ticket" })?;
        check(asker, &other, Verb::Link)?;
        let mut other = Case::of(other);
        draft.moment = draft.moment.not_before(other.ticket.updated_at);
        let add = matches!(act, Act::Link { .. });
        let back = (kind.reversed(), case.ticket.id);
        for (case, (kind, ticket)) in [(&mut case, (kind, to)), (&mut other, back)] {
            let link = Link { kind, ticket };
            if case.ticket.links.contains(&link) == add {
                continue;
            }
            if add && case.ticket.links.len() >= LINKS_MAX {
                let why = format!("a ticket has at most {LINKS_MAX} links");
                return Err(Error::not_possible(why));
            }
            let fact = if add {
                Fact::Linked { link }
            } else {
                Fact::Unlinked { link }
            };
            draft.happen(case, fact)?;
        }
        draft.settle(other)?;
        let ticket = draft.settle(case)?;
        Ok(Plan::of(draft.changes, Done::to(&ticket)))
    }
}

impl Draft<'_> {
    /// Whether an agent can carry the ticket too. The store enforces it again when it commits.
    pub(crate) fn room(&self, case: &Case, standing: &Standing) -> Result<(), Error> {
        let (pool, units) = self.rules.work_of(&case.ticket);
        let load = standing.load(pool);
        if load.units.saturating_add(units) <= load.capacity {
            return Ok(());
        }
        let (carried, capacity) = (load.units, load.capacity);
        let why =
            format!("no room: {carried} of {capacity} units are taken, and this takes {units}");
        Err(Error::not_possible(why))
    }

    /// The acts that need nothing but the ticket.
    fn act(&mut self, case: &mut Case, act: &Act) -> Result<(), Error> {
        let id = case.ticket.id;
        match act {
            Act::Reply { text } => self.reply(case, text),
            Act::Note { text } => {
                let words = self.say("text", id, text)?;
                self.happen(case, Fact::Noted { words })
            }
            Act::Wait { on } => self.wait(case, *on),
            Act::Resume => self.happen(case, Fact::Resumed),
            Act::Reopen { text } => self.reopen(case, text.as_deref()),
            Act::Close => {
                self.happen(case, Fact::Closed)?;
                self.owe(id, Recipient::Customer(case.ticket.customer), "closed", &[]);
                Ok(())
            }
            Act::Reprioritise { to } if *to == case.ticket.priority => Ok(()),
            Act::Reprioritise { to } => self.happen(case, Fact::Reprioritised { priority: *to }),
            Act::Convert { to } if *to == case.ticket.kind => Ok(()),
            Act::Convert { to } => self.happen(case, Fact::Converted { kind: *to }),
            Act::Tag { add, remove } => self.tag(case, add, remove),
            Act::Snooze { until } => self.snooze(case, *until),
            Act::Attach { .. } => self.attach(case, act),
            Act::Rate { score, text } => {
                if !(1..=5).contains(score) {
                    return Err(Error::invalid("score", format!("1 to 5, got {score}")));
                }
                if case.ticket.rating.is_some() {
                    return Err(Error::not_possible("the answer was rated already"));
                }
                let words = self.say_if_any("text", id, text.as_deref())?;
                self.happen(
                    case,
                    Fact::Rated {
                        score: *score,
                        words,
                    },
                )
            }
            Act::Hold { held } if *held == case.ticket.held => Ok(()),
            Act::Hold { held } => self.happen(case, Fact::Held { held: *held }),
            Act::Allocate
            | Act::Assign { .. }
            | Act::Claim
            | Act::Release
            | Act::Amend(_)
            | Act::Resolve { .. }
            | Act::Merge { .. }
            | Act::Split { .. }
            | Act::Link { .. }
            | Act::Unlink { .. }
            | Act::Erase => Err(Error::broken(
                "an act that reads was planned without reading",
            )),
        }
    }

    pub(crate) fn reply(&mut self, case: &mut Case, text: &str) -> Result<(), Error> {
        self.reply_in("replied", case, text)
    }

    /// A reply that its customer gets in this text of the bank's.
    pub(crate) fn reply_in(
        &mut self,
        letter: &str,
        case: &mut Case,
        text: &str,
    ) -> Result<(), Error> {
        let id = case.ticket.id;
        let words = self.say("text", id, text)?;
        self.happen(case, Fact::Replied { words })?;
        if self.actor.role() != Role::Customer {
            if !case.ticket.is_live() {
                let customer = Recipient::Customer(case.ticket.customer);
                self.owe(id, customer, letter, &[case.ticket.subject.id, words.id]);
            }
        } else if matches!(case.ticket.status, Status::WaitingForCustomer { .. }) {
            self.happen(case, Fact::Resumed)?;
        }
        Ok(())
    }

    fn wait(&mut self, case: &mut Case, on: WaitingOn) -> Result<(), Error> {
        self.happen(case, Fact::Waiting { on })
    }

    pub(crate) fn resolve(
        &mut self,
        case: &mut Case,
        outcome: Outcome,
        text: Option<&str>,
    ) -> Result<(), Error> {
        let kind = case.ticket.kind;
        if !outcome.fits(kind) {
            let fitting = Outcome::ALL
                .into_iter()
                .filter(|outcome| outcome.fits(kind));
            let fitting: Vec<&str> = fitting.map(Outcome::name).collect();
            let (fitting, kind, got) = (fitting.join(", "), kind.name(), outcome.name());
            let expected = format!("one of {fitting} for a {kind}, got {got}");
            return Err(Error::invalid("outcome", expected));
        }
        let id = case.ticket.id;
        let is_live = case.ticket.is_live();
        let words = self.say_if_any("text", id, text)?;
        if let Some(assignment) = case.ticket.assignment {
            self.unload(assignment);
        }
        let close_at = self
            .rules
            .close_at(&case.ticket, self.now())
            .map_err(Error::broken)?;
        self.happen(
            case,
            Fact::Resolved {
                outcome,
                words,
                close_at,
            },
        )?;
        if self.actor.role() != Role::Customer && !is_live {
            let told: Vec<_> = [Some(case.ticket.subject), words]
                .into_iter()
                .flatten()
                .map(|p| p.id)
                .collect();
            self.owe(
                id,
                Recipient::Customer(case.ticket.customer),
                "resolved",
                &told,
            );
        }
        Ok(())
    }

    fn reopen(&mut self, case: &mut Case, text: Option<&str>) -> Result<(), Error> {
        let id = case.ticket.id;
        let words = self.say_if_any("text", id, text)?;
        self.happen(case, Fact::Reopened { words })?;
        match case.ticket.assignment {
            Some(Assignment {
                agent, pool, units, ..
            }) => {
                self.load(agent, pool, i64::from(units), false, None);
                self.owe(
                    id,
                    Recipient::Agent(agent),
                    "reopened",
                    &[case.ticket.subject.id],
                );
            }
            None => self.queue(case)?,
        }
        Ok(())
    }

    pub(crate) fn amend(&mut self, case: &mut Case, amend: &Amend) -> Result<(), Error> {
        let id = case.ticket.id;
        let service = amend
            .service
            .clone()
            .filter(|service| *service != case.ticket.service);
        let queue = match &service {
            Some(service) => Some(self.service(service)?.queue.clone()),
            None => None,
        };
        let queue = queue.filter(|queue| *queue != case.ticket.queue);
        let names: BTreeSet<&Code> = case
            .ticket
            .fields
            .keys()
            .chain(amend.fields.keys())
            .collect();
        if names.len() > FIELDS_MAX {
            return Err(Error::not_possible(format!(
                "a ticket has at most {FIELDS_MAX} fields"
            )));
        }
        if case.ticket.token().is_some() && amend.fields.keys().any(|name| name.as_str() == BRANCH)
        {
            return Err(Error::not_possible("a token is for one branch"));
        }
        let subject = match &amend.subject {
            Some(text) => Some(self.subject(id, text)?),
            None => None,
        };
        let asks_otherwise = service.is_some() && case.ticket.is_unassigned();
        let amended = Amended {
            subject,
            service,
            queue: queue.clone(),
            amount: amend.amount,
            language: amend.language.clone(),
            fields: self.fields(id, &amend.fields)?,
        };
        if amended == Amended::default() {
            return Ok(());
        }
        self.happen(case, Fact::Amended(Box::new(amended)))?;
        if queue.is_some() {
            if let Some(assignment) = case.ticket.assignment {
                self.release(case, assignment)?;
            }
            self.queue(case)?;
        } else if asks_otherwise {
            // Other skills, or less of a capacity: somebody may be able to take it now.
            self.queue(case)?;
        }
        Ok(())
    }

    fn tag(
        &mut self,
        case: &mut Case,
        add: &BTreeSet<Code>,
        remove: &BTreeSet<Code>,
    ) -> Result<(), Error> {
        let tags = &case.ticket.tags;
        let added: BTreeSet<Code> = add.difference(tags).cloned().collect();
        let removed: BTreeSet<Code> = remove.intersection(tags).cloned().collect();
        self.check_tags(&added)?;
        if tags.len() + added.len() > TAGS_MAX {
            return Err(Error::not_possible(format!(
                "a ticket has at most {TAGS_MAX} tags"
            )));
        }
        if added.is_empty() && removed.is_empty() {
            return Ok(());
        }
        self.happen(case, Fact::Tagged { added, removed })
    }

    fn snooze(
        &mut self,
        case: &mut Case,
        until: chrono::DateTime<chrono::Utc>,
    ) -> Result<(), Error> {
        let until = crate::clock::to_micros(until);
        if until <= self.now() {
            return Err(Error::invalid("until", "an instant in the future"));
        }
        self.happen(case, Fact::Snoozed { until })
    }

    fn attach(&mut self, case: &mut Case, act: &Act) -> Result<(), Error> {
        let Act::Attach {
            file_name,
            media_type,
            size,
            blob,
            public,
        } = act
        else {
            return Ok(());
        };
        let name_fits = (1..=SUBJECT_MAX).contains(&file_name.chars().count());
        if !name_fits || file_name.contains(['/', '\\', '\0']) {
            let expected = format!("a name of 1 to {SUBJECT_MAX} characters without / and \\");
            return Err(Error::invalid("file_name", expected));
        }
        let media_type_fits = media_type.len() <= 127
            && media_type.bytes().all(|b| b.is_ascii_graphic())
            && media_type
                .split('/')
                .filter(|part| !part.is_empty())
                .count()
                == 2;
        if !media_type_fits {
            return Err(Error::invalid(
                "media_type",
                "a media type (RFC 6838), as in image/png",
            ));
        }
        if case.ticket.attachments.len() >= ATTACHMENTS_MAX {
            return Err(Error::not_possible(format!(
                "a ticket has at most {ATTACHMENTS_MAX} files"
            )));
        }
        let words = AttachmentWords {
            name: file_name.clone(),
            media_type: media_type.clone(),
            size: *size,
            blob: *blob,
        };
        let piece = self.say("file", case.ticket.id, &super::json(&words)?)?;
        if let Some(words) = self.changes.words.last_mut() {
            words.blob = Some(*blob);
        }
        let public = *public || matches!(self.actor, Actor::Customer(_));
        self.happen(
            case,
            Fact::Attached {
                attachment: Attachment { piece, public },
            },
        )
    }
}
