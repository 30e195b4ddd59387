//! Every fact there is, at the ends of what it can say.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::agent::Pool;
use crate::conformance::Broken;
use crate::conformance::fixture::{Scene, code, codes, instant};
use crate::conformance::picture::far;
use crate::event::{Amended, Fact, Passed, Raised, Reached};
use crate::id::{AgentId, Code, TicketId};
use crate::money::Amount;
use crate::ticket::{
    Attachment, Considered, Decision, FieldValue, How, Kind, Language, LeftOut, Link, LinkKind,
    Mark, Milestone, Outcome, Priority, Sla, Target, TieBreak, Timer, WaitingOn,
};
use crate::words::Piece;

/// The first instant that the law writes: the first that every calendar of ours has.
pub(super) fn long_ago() -> Result<DateTime<Utc>, Broken> {
    instant("0001-01-01T00:00:00.000001Z")
}

fn amount(minor: i64, currency: &str) -> Result<Amount, Broken> {
    Amount::new(minor, currency).map_err(|e| Broken::new(e.to_string()))
}

impl Scene {
    fn piece(&mut self) -> Piece {
        let ticket = self.id();
        self.words(ticket, "x").piece()
    }

    /// Says everything that can be said of a new ticket.
    pub(super) fn say_all(&mut self, raised: &mut Raised) -> Result<(), Broken> {
        raised.received_at = long_ago()?;
        raised.body = Some(self.piece());
        raised.language = "pt-BR".parse::<Language>().unwrap_or_default();
        raised.amount = Some(amount(i64::MIN, "EUR")?);
        raised.tags = self.codes.tags.iter().cloned().collect();
        raised.fields = self.fields()?;
        raised.split_from = Some(self.id());
        raised.borrowed = vec![self.id(), self.id()];
        Ok(())
    }

    fn fields(&mut self) -> Result<BTreeMap<Code, FieldValue>, Broken> {
        let first_day = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default();
        let values = [
            FieldValue::Text(self.piece()),
            FieldValue::Number(i64::MIN),
            FieldValue::Number(i64::MAX),
            FieldValue::Flag(true),
            FieldValue::Date(first_day),
            FieldValue::Instant(far()),
            FieldValue::Amount(amount(i64::MAX, "JPY")?),
            FieldValue::Choice(code("0.-_")?),
        ];
        let names = codes(&["a", "b", "c", "d", "e", "f", "g", &"h".repeat(48)])?;
        Ok(names.into_iter().zip(values).collect())
    }

    fn decision(&mut self) -> Result<Decision, Broken> {
        let reasons = [
            None,
            Some(LeftOut::Unavailable),
            Some(LeftOut::OtherQueue),
            Some(LeftOut::Skill {
                skill: code("visa")?,
                needed: u8::MAX,
                level: 0,
            }),
            Some(LeftOut::Full),
            Some(LeftOut::OwnRule {
                rule: code("rule")?,
            }),
        ];
        let mut considered = Vec::new();
        for left_out in reasons {
            considered.push(Considered {
                agent: self.id(),
                units: u32::MAX,
                capacity: 0,
                left_out,
            });
        }
        Ok(Decision {
            policy: code("fair")?,
            chosen: Some(self.id()),
            decided_by: Some(TieBreak::LongestSinceAssigned),
            looked_at: u32::MAX,
            considered,
        })
    }

    fn sla(&mut self) -> Result<Sla, Broken> {
        let marks = [Mark::Warning(u8::MAX), Mark::Due, Mark::Escalation(0)];
        let timer = |target, at| Timer {
            target,
            cycle: u32::MAX,
            started_at: far(),
            due_at: at,
            milestones: marks
                .map(|mark| Milestone {
                    mark,
                    at,
                    fired: false,
                })
                .into(),
            verdict: None,
        };
        Ok(Sla {
            policy: code("gold")?,
            rules: "00ff".to_owned(),
            timers: vec![
                timer(Target::FirstResponse, Some(far())),
                timer(Target::NextResponse, None),
                timer(Target::Resolution, Some(self.now())),
            ],
        })
    }

    fn passed(&self, mark: Mark) -> Passed {
        Passed {
            target: Target::Resolution,
            cycle: u32::MAX,
            mark,
            at: far(),
        }
    }

    fn reached(&self, target: Target, margin_s: i64) -> Reached {
        Reached {
            target,
            cycle: u32::MAX,
            due_at: Some(far()),
            margin_s,
        }
    }

    /// One of every fact, in an order that leaves the most to be read back.
    pub(super) fn every_fact(&mut self) -> Result<Vec<Fact>, Broken> {
        let agent: AgentId = self.id();
        let other: TicketId = self.id();
        let kept = Attachment {
            piece: self.piece(),
            public: false,
        };
        let links = LinkKind::ALL.iter().map(|&kind| Fact::Linked {
            link: Link {
                kind,
                ticket: other,
            },
        });
        let mut facts: Vec<Fact> = links.collect();
        facts.extend(self.facts_of_work(agent, other)?);
        facts.extend(self.facts_of_time()?);
        facts.extend([
            Fact::Attached { attachment: kept },
            Fact::Absorbed {
                ticket: other,
                head: u64::MAX,
                received_at: long_ago()?,
                attachments: vec![Attachment {
                    piece: self.piece(),
                    public: true,
                }],
                absorbed: BTreeSet::from([self.id(), self.id()]),
            },
            Fact::SplitOff { ticket: other },
            Fact::Unlinked {
                link: Link {
                    kind: LinkKind::RelatedTo,
                    ticket: other,
                },
            },
            Fact::MergedInto { ticket: other },
            Fact::Held { held: true },
            Fact::Erased {},
        ]);
        Ok(facts)
    }

    fn facts_of_work(&mut self, agent: AgentId, other: TicketId) -> Result<Vec<Fact>, Broken> {
        let words = Some(self.piece());
        Ok(vec![
            Fact::Amended(Box::new(Amended {
                subject: words,
                service: Some(code("9")?),
                queue: Some(code("z.z")?),
                amount: Some(amount(0, "XXX")?),
                language: Some(Language::default()),
                fields: BTreeMap::from([(code("later")?, FieldValue::Number(0))]),
            })),
            Fact::Queued {
                queue: code("desk")?,
                allocate_at: Some(self.now()),
            },
            Fact::Unplaced {
                decision: self.decision()?,
            },
            Fact::Assigned {
                agent,
                pool: Pool::Live,
                units: u32::MAX,
                how: How::Allocation {
                    decision: self.decision()?,
                },
            },
            Fact::Released {
                agent,
                pool: Pool::Live,
                units: u32::MAX,
            },
            Fact::Assigned {
                agent: other.uuid().into(),
                pool: Pool::Cases,
                units: 1,
                how: How::Hand,
            },
            Fact::Replied {
                words: self.piece(),
            },
            Fact::Noted {
                words: self.piece(),
            },
            Fact::Waiting {
                on: WaitingOn::Customer,
            },
            Fact::Waiting {
                on: WaitingOn::ThirdParty,
            },
            Fact::Resumed,
            Fact::Resolved {
                outcome: Outcome::PartlyUpheld,
                words,
                close_at: Some(far()),
            },
            Fact::Rated { score: 5, words },
            Fact::Closed,
            Fact::Reopened { words },
            Fact::Reprioritised {
                priority: Priority::Urgent,
            },
            Fact::Converted {
                kind: Kind::Complaint,
            },
            Fact::Tagged {
                added: BTreeSet::from([code("new-tag")?]),
                removed: BTreeSet::from([code("vip")?]),
            },
        ])
    }

    fn facts_of_time(&mut self) -> Result<Vec<Fact>, Broken> {
        Ok(vec![
            Fact::Deadlines { sla: None },
            Fact::Deadlines {
                sla: Some(self.sla()?),
            },
            Fact::Warned(self.passed(Mark::Warning(u8::MAX))),
            Fact::Breached(self.passed(Mark::Due)),
            Fact::Escalated(self.passed(Mark::Escalation(0))),
            Fact::Met(self.reached(Target::NextResponse, i64::MAX)),
            Fact::Missed(self.reached(Target::Resolution, i64::MIN)),
            Fact::Snoozed { until: self.now() },
            Fact::Woken,
            Fact::Snoozed { until: far() },
        ])
    }
}
