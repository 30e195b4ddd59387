//! Rule by rule, filter by filter.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{Case, at, code, id, standing};
use crate::agent::{Pool, Standing};
use crate::allocation::{AllocationPolicy, PolicyError, Rule};
use crate::id::AgentId;
use crate::ticket::{Considered, Decision, LeftOut, TieBreak};

fn skilled(mut standing: Standing, skills: &[(&str, u8)]) -> Standing {
    standing.agent.skills = skills.iter().map(|&(s, l)| (code(s), l)).collect();
    standing
}

fn assigned(mut standing: Standing, when: DateTime<Utc>) -> Standing {
    standing.loads.get_mut(&Pool::Cases).unwrap().last_assigned = Some(when);
    standing
}

fn outcome(decision: &Decision) -> (Option<AgentId>, Option<TieBreak>) {
    (decision.chosen, decision.decided_by)
}

#[test]
fn the_account_owner_comes_first_if_they_can_take_it() {
    let case = Case {
        owner: Some(id(2)),
        ..Case::new()
    };
    let rules = [Rule::AccountOwner, Rule::LeastLoaded];
    let with_room = case.choose(&rules, &[standing(1, 0, 10), standing(2, 9, 10)]);
    assert_eq!(
        outcome(&with_room),
        (Some(id(2)), Some(TieBreak::AccountOwner))
    );
    let team = [
        standing(1, 0, 10),
        standing(2, 10, 10),
        standing(3, 5, 10),
        standing(0, 10, 10),
    ];
    let full = case.choose(&rules, &team);
    assert_eq!(outcome(&full), (Some(id(1)), Some(TieBreak::Load)));
    let order: Vec<_> = full.considered.iter().map(|c| c.agent).collect();
    assert_eq!(
        order,
        [id(1), id(3), id(2), id(0)],
        "their adviser is named before others left out"
    );
}

#[test]
fn the_best_total_fit_of_skills_comes_first() {
    let case = Case {
        skills: BTreeMap::from([(code("cards"), 2), (code("hindi"), 1)]),
        ..Case::new()
    };
    let team = [
        skilled(standing(1, 0, 10), &[("cards", 5), ("hindi", 1)]),
        skilled(standing(2, 9, 10), &[("cards", 4), ("hindi", 3)]),
        skilled(
            standing(3, 0, 10),
            &[("cards", 2), ("hindi", 1), ("law", 5)],
        ),
    ];
    let decision = case.choose(&[Rule::Skills, Rule::LeastLoaded], &team);
    assert_eq!(outcome(&decision), (Some(id(2)), Some(TieBreak::Skill)));
    let order: Vec<_> = decision.considered.iter().map(|c| c.agent).collect();
    assert_eq!(
        order,
        [id(2), id(1), id(3)],
        "a skill not asked for counts nothing"
    );
}

#[test]
fn the_smallest_share_counts_with_the_ticket_and_exactly() {
    let mut case = Case::new();
    let choose = |case: &Case, team: &[Standing]| outcome(&case.choose(&[Rule::LeastLoaded], team));
    let free_but_small = [standing(1, 0, 2), standing(2, 3, 10)];
    assert_eq!(
        choose(&case, &free_but_small),
        (Some(id(2)), Some(TieBreak::Load)),
        "4 of 10 is less than 1 of 2"
    );
    let equal = [standing(1, 2, 9), standing(2, 0, 3)];
    assert_eq!(
        choose(&case, &equal),
        (Some(id(1)), Some(TieBreak::Id)),
        "3 of 9 is 1 of 3"
    );
    // These shares are equal as 64-bit floats.
    case.units = 0;
    let near = [
        standing(1, u32::MAX - 1, u32::MAX),
        standing(2, u32::MAX - 2, u32::MAX - 1),
    ];
    assert_eq!(choose(&case, &near), (Some(id(2)), Some(TieBreak::Load)));
}

#[test]
fn who_has_waited_longest_comes_first_and_the_new_before_all() {
    let choose = |team: &[Standing]| outcome(&Case::new().choose(&[Rule::RoundRobin], team));
    let waited = Some(TieBreak::LongestSinceAssigned);
    let early = assigned(standing(3, 9, 10), at(1));
    let late = assigned(standing(1, 0, 10), at(2));
    let never = standing(2, 9, 10);
    assert_eq!(
        choose(&[late.clone(), early.clone()]),
        (Some(id(3)), waited)
    );
    assert_eq!(choose(&[late, early, never]), (Some(id(2)), waited));
}

#[test]
fn what_is_equal_to_the_end_goes_by_waiting_and_then_by_id() {
    let choose = |team: &[Standing]| outcome(&Case::new().choose(&[Rule::LeastLoaded], team));
    let a = assigned(standing(1, 1, 10), at(5));
    let b = assigned(standing(2, 1, 10), at(4));
    let c = assigned(standing(3, 1, 10), at(4));
    assert_eq!(
        choose(&[a.clone(), b.clone()]),
        (Some(id(2)), Some(TieBreak::LongestSinceAssigned))
    );
    assert_eq!(
        choose(&[c, a.clone(), b]),
        (Some(id(2)), Some(TieBreak::Id))
    );
    assert_eq!(choose(&[a]), (Some(id(1)), Some(TieBreak::OnlyOne)));
    assert_eq!(choose(&[]), (None, None));
}

#[test]
fn each_hard_filter_leaves_out_and_says_why() {
    let mut case = Case::new();
    case.units = 2;
    case.skills = BTreeMap::from([(code("hindi"), 3)]);
    let able = |n| skilled(standing(n, 0, 10), &[("hindi", 3)]);
    let mut away = able(1);
    away.agent.available = false;
    away.agent.queues.clear();
    let mut elsewhere = able(2);
    elsewhere.agent.queues = BTreeSet::from([code("loans")]);
    let novice = skilled(standing(3, 10, 10), &[("hindi", 2)]);
    let stranger = standing(4, 0, 10);
    let no_room = skilled(standing(5, 9, 10), &[("hindi", 3)]);
    let no_capacity = skilled(standing(6, 0, 0), &[("hindi", 3)]);
    let mut other_pool = able(7);
    other_pool.loads.clear();
    other_pool.agent.capacity = BTreeMap::from([(Pool::Live, 10)]);
    let overflow = skilled(standing(8, u32::MAX, u32::MAX), &[("hindi", 3)]);
    let lacks = |level| LeftOut::Skill {
        skill: code("hindi"),
        needed: 3,
        level,
    };
    let team = [
        (away, LeftOut::Unavailable),
        (elsewhere, LeftOut::OtherQueue),
        (novice, lacks(2)),
        (stranger, lacks(0)),
        (no_room, LeftOut::Full),
        (no_capacity.clone(), LeftOut::Full),
        (other_pool, LeftOut::Full),
        (overflow, LeftOut::Full),
    ];
    let (team, reasons): (Vec<_>, Vec<_>) = team.into_iter().unzip();
    let decision = case.choose(&[Rule::LeastLoaded], &team);
    assert_eq!(outcome(&decision), (None, None));
    let told = decision.considered.into_iter().map(|c| c.left_out.unwrap());
    assert_eq!(told.collect::<Vec<_>>(), reasons);

    case.units = 0;
    let weightless = case.choose(&[Rule::LeastLoaded], &[no_capacity]);
    assert_eq!(weightless.chosen, None, "no capacity takes no work at all");
}

#[test]
fn an_agent_who_never_carried_anything_has_the_capacity_of_their_record() {
    let mut new = standing(1, 0, 3);
    new.loads.clear();
    let decision = Case::new().choose(&[Rule::LeastLoaded], &[new]);
    assert_eq!(decision.chosen, Some(id(1)));
    assert_eq!(
        (
            decision.considered[0].units,
            decision.considered[0].capacity
        ),
        (0, 3)
    );
}

#[test]
fn a_long_decision_keeps_the_chosen_and_the_count() {
    let mut team: Vec<_> = (0..40).map(|n| standing(n, 10, 10)).collect();
    team.push(standing(99, 0, 10));
    let decision = Case::new().choose(&[Rule::RoundRobin], &team);
    assert_eq!(decision.looked_at, 41);
    assert_eq!(decision.considered.len(), Decision::KEPT);
    assert_eq!(decision.considered[0].agent, id(99));
    assert!(decision.to_string().ends_with("\n  and 25 agents more"));
}

#[test]
fn a_decision_reads_in_plain_lines() {
    let considered = |n, left_out| Considered {
        agent: id(n),
        units: 9,
        capacity: 10,
        left_out,
    };
    let skill = |level| LeftOut::Skill {
        skill: code("hindi"),
        needed: 3,
        level,
    };
    let rule = code("under-review");
    let mut decision = Decision {
        policy: code("cards"),
        chosen: Some(id(1)),
        decided_by: Some(TieBreak::AccountOwner),
        looked_at: 8,
        considered: vec![
            considered(1, None),
            considered(2, Some(LeftOut::Unavailable)),
            considered(3, Some(LeftOut::OtherQueue)),
            considered(4, Some(skill(0))),
            considered(5, Some(skill(2))),
            considered(6, Some(LeftOut::Full)),
            considered(7, Some(LeftOut::OwnRule { rule })),
        ],
    };
    let name = |agent: AgentId| format!("agent {}", agent.uuid().as_u128());
    assert_eq!(
        decision.why(name),
        "policy cards looked at 8 agents; agent 1 has it: looks after the customer's account
  agent 1: 9 of 10 units
  agent 2: 9 of 10 units, left out: not available
  agent 3: 9 of 10 units, left out: does not serve the queue
  agent 4: 9 of 10 units, left out: lacks hindi, which must be at level 3
  agent 5: 9 of 10 units, left out: has hindi at level 2, which must be 3
  agent 6: 9 of 10 units, left out: no room for it
  agent 7: 9 of 10 units, left out: rule under-review
  and 1 agent more"
    );
    decision.chosen = None;
    decision.decided_by = None;
    decision.looked_at = 0;
    decision.considered.clear();
    assert_eq!(
        decision.to_string(),
        "policy cards looked at 0 agents; nobody could take it"
    );
}

#[test]
fn a_policy_is_read_from_a_file_and_refused_where_a_rule_could_not_decide() {
    let text =
        r#"{"name":"cards","rules":["account_owner","skills","least_loaded","round_robin"]}"#;
    let policy: AllocationPolicy = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&policy).unwrap(), text);
    for rule in policy.rules() {
        assert_eq!(serde_json::to_value(rule).unwrap(), rule.name());
    }
    let new = |rules: &[Rule]| AllocationPolicy::new(code("cards"), rules.to_vec()).unwrap_err();
    let (skills, turns) = (Rule::Skills, Rule::RoundRobin);
    assert_eq!(new(&[]), PolicyError::Empty);
    assert_eq!(new(&[skills, skills]), PolicyError::Repeated(skills));
    assert_eq!(new(&[turns, skills]), PolicyError::AfterRoundRobin(skills));
    for (text, expected) in [
        (r#"{"name":"cards","rules":[]}"#, "expected at least one of"),
        (
            r#"{"name":"cards","rules":["round_robin","skills"]}"#,
            "got skills after it",
        ),
        (
            r#"{"name":"cards","rules":["fastest"]}"#,
            "unknown variant `fastest`",
        ),
        (
            r#"{"name":"cards","rules":["skills"],"when":1}"#,
            "unknown field `when`",
        ),
        (
            r#"{"name":"The cards","rules":["skills"]}"#,
            "expected a code",
        ),
    ] {
        let error = serde_json::from_str::<AllocationPolicy>(text).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}
