//! Who works at the demo bank, and whose bank it is. All of them are made up.

use std::collections::{BTreeMap, BTreeSet};

use crcore::{Agent, AgentId, Code, Pool, Role};

use crate::failure::{Failure, Result};

/// Somebody of the staff.
pub(super) struct Colleague {
    pub(super) name: &'static str,
    pub(super) role: Role,
    queues: &'static [&'static str],
    skills: &'static [(&'static str, u8)],
    cases: u32,
    live: u32,
}

/// A customer.
pub(super) struct Client {
    pub(super) name: &'static str,
    /// Whether they write Hindi.
    pub(super) hindi: bool,
}

const ALL: &[&str] = &[
    "accounts", "cards", "payments", "lending", "credit", "counter",
];
const LOANS: &[&str] = &["lending", "credit", "counter"];

/// The staff; the first of each role is the one whose pass phrase is printed.
pub(super) const STAFF: &[Colleague] = &[
    lead("Ravi Menon", Role::Admin),
    lead("Lakshmi Iyer", Role::Supervisor),
    lead("Farhan Qureshi", Role::Supervisor),
    agent(
        "Meera Joshi",
        ALL,
        &[
            ("accounts", 4),
            ("cards", 5),
            ("payments", 4),
            ("lending", 2),
            ("credit", 2),
        ],
    ),
    agent(
        "Arjun Nair",
        &["accounts", "cards", "counter"],
        &[("accounts", 5), ("cards", 3)],
    ),
    agent(
        "Divya Pillai",
        &["accounts", "payments", "counter"],
        &[("accounts", 4), ("payments", 5)],
    ),
    agent(
        "Imran Sheikh",
        &["cards", "payments"],
        &[("cards", 5), ("payments", 3)],
    ),
    agent(
        "Joseph D'Souza",
        &["cards", "payments", "counter"],
        &[("cards", 4), ("payments", 4)],
    ),
    agent("Kavita Deshmukh", LOANS, &[("lending", 5), ("credit", 3)]),
    agent("Nikhil Bose", LOANS, &[("lending", 4), ("credit", 4)]),
    agent(
        "Priya Raman",
        &["credit", "accounts"],
        &[("credit", 5), ("accounts", 3)],
    ),
    agent("Sunita Yadav", &["accounts", "counter"], &[("accounts", 3)]),
];

/// The customers; the first is the one whose pass phrase is printed.
pub(super) const CLIENTS: &[Client] = &[
    client("Asha Rao", false),
    client("Vikram Singh", false),
    client("Neha Gupta", true),
    client("Suresh Patil", false),
    client("Fatima Ansari", false),
    client("Anil Kumar", true),
    client("Geeta Shah", false),
    client("Rohan Das", false),
    client("Pooja Mishra", true),
    client("Thomas Mathew", false),
    client("Rekha Verma", true),
    client("Sanjay Kulkarni", false),
    client("Harpreet Kaur", false),
    client("Mohan Reddy", false),
    client("Sarita Tiwari", true),
    client("Zoya Khan", false),
    client("Deepak Chauhan", true),
    client("Leela Krishnan", false),
    client("Prakash Jain", false),
    client("Manoj Pandey", true),
    client("Ishita Sen", false),
    client("Gopal Hegde", false),
    client("Nasreen Begum", false),
    client("Karan Malhotra", false),
    client("Usha Dubey", true),
    client("Balaji Subramanian", false),
    client("Ritu Agarwal", true),
    client("Dinesh Solanki", false),
    client("Maria Fernandes", false),
    client("Ajay Thakur", true),
    client("Shobha Gowda", false),
    client("Yusuf Merchant", false),
    client("Anjali Bhatt", false),
    client("Ramesh Yadav", true),
    client("Nandini Ghosh", false),
    client("Kiran More", false),
    client("Simran Bedi", false),
    client("Vinod Saxena", true),
    client("Padma Venkatesh", false),
    client("Tariq Hussain", false),
];

const fn lead(name: &'static str, role: Role) -> Colleague {
    Colleague {
        name,
        role,
        queues: ALL,
        skills: &[],
        cases: 0,
        live: 0,
    }
}

const fn agent(
    name: &'static str,
    queues: &'static [&'static str],
    skills: &'static [(&'static str, u8)],
) -> Colleague {
    Colleague {
        name,
        role: Role::Agent,
        queues,
        skills,
        cases: 12,
        live: 3,
    }
}

const fn client(name: &'static str, hindi: bool) -> Client {
    Client { name, hindi }
}

impl Colleague {
    /// Their address at the bank.
    pub(super) fn email(&self) -> String {
        format!("{}@bank.example", first(self.name))
    }

    /// Them as the desk keeps them.
    pub(super) fn agent(&self, id: AgentId) -> Result<Agent> {
        let code = |text: &str| text.parse::<Code>().map_err(Failure::failed);
        let queues: Result<BTreeSet<Code>> = self.queues.iter().map(|q| code(q)).collect();
        let skills = self
            .skills
            .iter()
            .map(|(skill, level)| Ok((code(skill)?, *level)));
        let skills: Result<BTreeMap<Code, u8>> = skills.collect();
        let pools = [(Pool::Cases, self.cases), (Pool::Live, self.live)];
        Ok(Agent {
            email: Some(self.email()),
            role: self.role,
            queues: queues?,
            skills: skills?,
            capacity: pools.into_iter().filter(|(_, units)| *units > 0).collect(),
            ..Agent::new(id, self.name)
        })
    }
}

impl Client {
    /// Their address.
    pub(super) fn email(&self) -> String {
        format!("{}@example.test", first(self.name))
    }
}

fn first(name: &str) -> String {
    name.split(' ').next().unwrap_or(name).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_shares_an_address() {
        let staff = STAFF.iter().map(Colleague::email);
        let all: Vec<String> = staff.chain(CLIENTS.iter().map(Client::email)).collect();
        let distinct: BTreeSet<&String> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert_eq!((STAFF.len(), CLIENTS.len()), (12, 40));
    }
}
