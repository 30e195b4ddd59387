//! A case of a file, as the replay takes it to the desk.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use crcore::ticket::{Channel, Kind, Language, Outcome, Priority, Target, WaitingOn};
use crcore::{Amount, Code, CustomerId, Field};
use serde::Serialize;

/// What is answered where a file has no words.
pub(crate) const WORKING: &str = "We are working on it.";
/// What a case ends with where a file has no words.
pub(crate) const ANSWER: &str = "This is our answer.";

/// What a file says, made ready for the desk.
pub(crate) struct Cases {
    /// Which form of file it is.
    pub(crate) form: Form,
    /// In the order in which they are raised.
    pub(crate) cases: Vec<Case>,
    /// Counted from the file's own labels, over all of its cases.
    pub(crate) recorded: Recorded,
}

/// Which form of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Form {
    /// Complaints of the US CFPB about one bank.
    CfpbComplaints,
    /// The UCI incident log, a row for each update.
    UciLog,
    /// The UCI incidents, a row for each.
    UciCases,
}

impl Form {
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::CfpbComplaints => "CFPB complaints",
            Self::UciLog => "UCI incident log",
            Self::UciCases => "UCI incidents",
        }
    }

    /// The zone of the days in the file, in which its years and months are counted.
    pub(crate) fn zone(self) -> chrono_tz::Tz {
        match self {
            Self::CfpbComplaints => chrono_tz::America::New_York,
            Self::UciLog | Self::UciCases => chrono_tz::UTC,
        }
    }

    /// The target of ours that the file's own label of timeliness speaks of.
    pub(crate) fn labelled_target(self) -> Target {
        match self {
            Self::CfpbComplaints => Target::FirstResponse,
            Self::UciLog | Self::UciCases => Target::Resolution,
        }
    }

    /// What the file calls the label.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::CfpbComplaints => "Timely response?",
            Self::UciLog | Self::UciCases => "made_sla",
        }
    }

    /// Whether the file has no instant of an answer, so that all times are assumed.
    pub(crate) fn assumes_answers(self) -> bool {
        self == Self::CfpbComplaints
    }

    /// What the file does not say and the replay assumes.
    pub(crate) fn assumptions(self) -> &'static [&'static str] {
        match self {
            Self::CfpbComplaints => &[
                "The file has days only: each complaint reaches the desk at 09:00 or 15:00 New York time of the day on which it was sent to the bank, drawn from the seed.",
                "The file has no answer date: each answer leaves at 09:00 or 15:00 of a weekday drawn from the seed, within 15 days of that day where the file says timely, 16 to 45 days after it where not. All times of the COMPUTED part follow from that: they show the timers at work, not the bank.",
                "So the agreement of the timers with \"Timely response?\" tests the timers: any disagreement is an error of ours.",
                "\"Closed with monetary relief\" counts as upheld, \"with non-monetary relief\" as partly upheld, \"with explanation\" and plain \"Closed\" as rejected; \"In progress\" and \"Untimely response\" stay open.",
                "Referral, postal mail and fax count as e-mail: the desk has no channel for letters.",
            ],
            Self::UciLog => &[
                "The log has no replies: the first change out of \"New\" counts as the first response.",
                "\"Awaiting User Info\" and \"Awaiting Evidence\" wait for the customer, \"Awaiting Vendor\" and \"Awaiting Problem\" for a third party, since the update that says so.",
                "The log names 220 people, the roster 50 of its own: a recorded reassignment takes the ticket to the least loaded of the others.",
                "The targets are ours (policy/uci-rules.json): the company's are not published, and its time zone is not known. UTC stands in for it.",
            ],
            Self::UciCases => &[
                "The file has no replies: the resolution is the first response.",
                "Reassignments are at instants drawn from the seed between opening and resolution.",
                "The targets are ours (policy/uci-rules.json): the company's are not published, and its time zone is not known. UTC stands in for it.",
            ],
        }
    }
}

/// A case.
pub(crate) struct Case {
    /// When it is raised.
    pub(crate) raised_at: DateTime<Utc>,
    /// What it is about; a service of the rules, or one that they call `other`.
    pub(crate) service: Code,
    pub(crate) kind: Kind,
    pub(crate) priority: Option<Priority>,
    pub(crate) channel: Channel,
    /// Its subject line.
    pub(crate) subject: String,
    /// What else is said of it.
    pub(crate) told: Told,
    /// What happens to it then, in order of time.
    pub(crate) deeds: Vec<(DateTime<Utc>, Deed)>,
    pub(crate) labels: Labels,
}

/// What a file of complaints does not say of a case, and somebody who makes cases up may.
#[derive(Default)]
pub(crate) struct Told {
    /// Whose it is; somebody new unless said otherwise.
    pub(crate) customer: Option<CustomerId>,
    pub(crate) body: Option<String>,
    pub(crate) language: Language,
    pub(crate) amount: Option<Amount>,
    pub(crate) fields: BTreeMap<Code, Field>,
}

/// What happens to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// A public answer.
    Reply(&'static str),
    /// What the customer does not see.
    #[cfg_attr(not(feature = "web"), expect(dead_code, reason = "a demo bank's"))]
    Note(&'static str),
    /// The customer writes.
    #[cfg_attr(not(feature = "web"), expect(dead_code, reason = "a demo bank's"))]
    Write(&'static str),
    /// It goes to somebody else.
    Reassign,
    Reprioritise(Priority),
    Wait(WaitingOn),
    Resume,
    Resolve(Outcome, &'static str),
    Reopen,
    /// The customer is not content with the answer.
    #[cfg_attr(not(feature = "web"), expect(dead_code, reason = "a demo bank's"))]
    TakeUpAgain(&'static str),
    /// The customer says what the answer was worth.
    #[cfg_attr(not(feature = "web"), expect(dead_code, reason = "a demo bank's"))]
    Rate(u8, Option<&'static str>),
    Close,
}

impl Deed {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Reply(_) => "reply",
            Self::Note(_) => "note",
            Self::Write(_) => "write",
            Self::Reassign => "reassign",
            Self::Reprioritise(_) => "reprioritise",
            Self::Wait(_) => "wait",
            Self::Resume => "resume",
            Self::Resolve(..) => "resolve",
            Self::Reopen | Self::TakeUpAgain(_) => "reopen",
            Self::Rate(..) => "rate",
            Self::Close => "close",
        }
    }
}

/// The file's own labels of a case.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Labels {
    /// Whether it was in time; absent where the file does not say.
    pub(crate) in_time: Option<bool>,
    /// How often it was reassigned; absent where the file does not say.
    pub(crate) reassigned: Option<u32>,
}

/// The file's own facts, counted over all of its cases.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Recorded {
    /// How many cases.
    pub(crate) cases: u64,
    /// How many the file says were in time, were not, and of how many it does not say.
    pub(crate) in_time: Split,
    /// The same by year.
    pub(crate) by_year: BTreeMap<i32, Split>,
    /// How many cases by what the file calls their answer.
    pub(crate) answers: BTreeMap<String, u64>,
    /// How many cases by what the file calls what they are about.
    pub(crate) about: BTreeMap<String, u64>,
    /// How many were reassigned at least once, and how often together; absent where the file does not
    /// say.
    pub(crate) reassigned: Option<Times>,
    /// How many were reopened; absent where the file does not say.
    pub(crate) reopened: Option<u64>,
    /// How many have no instant of resolution, and stay open until the one at which they closed.
    pub(crate) without_resolution: Option<u64>,
}

/// Yes, no, not said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Split {
    pub(crate) yes: u64,
    pub(crate) no: u64,
    pub(crate) not_said: u64,
}

impl Split {
    pub(crate) fn count(&mut self, said: Option<bool>) {
        *match said {
            Some(true) => &mut self.yes,
            Some(false) => &mut self.no,
            None => &mut self.not_said,
        } += 1;
    }

    /// The share of those said to be so, of those of whom anything is said.
    pub(crate) fn share(&self) -> Option<f64> {
        let said = self.yes + self.no;
        (said > 0).then(|| self.yes as f64 / said as f64)
    }
}

/// How many cases, and how often together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Times {
    pub(crate) cases: u64,
    pub(crate) times: u64,
}

impl Recorded {
    pub(crate) fn count(&mut self, year: i32, labels: Labels, about: &str) {
        self.cases += 1;
        self.in_time.count(labels.in_time);
        self.by_year.entry(year).or_default().count(labels.in_time);
        *self.about.entry(about.to_owned()).or_default() += 1;
        if let Some(times) = labels.reassigned {
            let all = self.reassigned.get_or_insert_default();
            all.cases += u64::from(times > 0);
            all.times += u64::from(times);
        }
    }
}

/// Chance that follows from a seed and a name: the same on every machine and in any order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn of(seed: u64, name: &str) -> Self {
        // FNV-1a, 64 bits.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(hash ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// A number below `below`, which is not 0.
    pub(crate) fn below(&mut self, below: u64) -> u64 {
        // SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below.max(1)
    }
}
