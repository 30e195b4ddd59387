//! For any team, chain and ticket.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use proptest::sample::Index;

use super::{Case, at, code, id, policy, standing};
use crate::agent::{Pool, Standing};
use crate::allocation::{Allocator, Rule, next_turn};
use crate::id::Code;
use crate::ticket::{Decision, LeftOut, TieBreak};

/// Chains of every length, in every order that is a policy.
fn chains() -> impl Strategy<Value = Vec<Rule>> {
    let preferences = vec![Rule::AccountOwner, Rule::Skills, Rule::LeastLoaded];
    (Just(preferences).prop_shuffle(), 0..=3_usize, any::<bool>()).prop_map(
        |(mut rules, length, turns)| {
            rules.truncate(length);
            if turns || rules.is_empty() {
                rules.push(Rule::RoundRobin);
            }
            rules
        },
    )
}

/// An agent out of few values, so that ties and every reason to be left out are frequent.
fn agents() -> impl Strategy<Value = Standing> {
    let often = proptest::bool::weighted(0.9);
    let skills = proptest::collection::btree_map(skill_codes(), 1..=5_u8, 0..=2);
    let capacity = prop_oneof![6 => 1..=6_u32, 1 => Just(0), 1 => Just(u32::MAX)];
    let units = prop_oneof![8 => 0..=6_u32, 1 => Just(u32::MAX)];
    let turn = proptest::option::of((0..4_i64).prop_map(at));
    (often, often, skills, capacity, units, turn).prop_map(
        |(available, serves, skills, capacity, units, turn)| {
            let mut standing = standing(0, units, capacity);
            standing.agent.available = available;
            standing.agent.skills = skills;
            if !serves {
                standing.agent.queues.clear();
            }
            let load = standing.loads.get_mut(&Pool::Cases).unwrap();
            load.last_assigned = turn;
            standing
        },
    )
}

fn skill_codes() -> impl Strategy<Value = Code> {
    prop_oneof![Just(code("hindi")), Just(code("law"))]
}

fn teams() -> impl Strategy<Value = Vec<Standing>> {
    proptest::collection::vec(agents(), 0..24).prop_map(|mut team| {
        for (n, standing) in (1..).zip(&mut team) {
            standing.agent.id = id(n);
        }
        team
    })
}

fn cases() -> impl Strategy<Value = Case> {
    let skills = proptest::collection::btree_map(skill_codes(), 1..=5_u8, 0..=2);
    let units = prop_oneof![8 => 0..=3_u32, 1 => Just(u32::MAX)];
    let owner = proptest::option::of((1..24_u128).prop_map(id));
    (units, skills, owner).prop_map(|(units, skills, owner)| Case {
        units,
        skills,
        owner,
        ..Case::new()
    })
}

/// Whether the agent can take the work, said once more and in other words.
fn able(case: &Case, standing: &Standing) -> bool {
    let agent = &standing.agent;
    let load = standing.loads[&Pool::Cases];
    let total = u64::from(load.units) + u64::from(case.units);
    agent.available
        && agent.queues.contains(&case.ticket.queue)
        && case
            .skills
            .iter()
            .all(|(s, level)| agent.skills.get(s) >= Some(level))
        && load.capacity != 0
        && total <= u64::from(load.capacity)
}

fn is_true(reason: &LeftOut, case: &Case, standing: &Standing) -> bool {
    let (agent, load) = (&standing.agent, standing.loads[&Pool::Cases]);
    match reason {
        LeftOut::Unavailable => !agent.available,
        LeftOut::OtherQueue => !agent.queues.contains(&case.ticket.queue),
        LeftOut::Skill {
            skill,
            needed,
            level,
        } => {
            let has = agent.skills.get(skill).copied().unwrap_or(0);
            case.skills[skill] == *needed && has == *level && level < needed
        }
        LeftOut::Full => {
            let total = u64::from(load.units) + u64::from(case.units);
            load.capacity == 0 || total > u64::from(load.capacity)
        }
        LeftOut::PutBack | LeftOut::OwnRule { .. } => false,
    }
}

/// What the first rule of a chain compares, smaller is better; a share as a fraction over `u128`.
fn key(rule: Rule, case: &Case, standing: &Standing) -> (u128, Option<DateTime<Utc>>) {
    let load = standing.loads[&Pool::Cases];
    match rule {
        Rule::AccountOwner => (u128::from(case.owner != Some(standing.agent.id)), None),
        Rule::Skills => {
            let level = |s| standing.agent.skills.get(s).map_or(0, |&l| u128::from(l));
            (100 - case.skills.keys().map(level).sum::<u128>(), None)
        }
        Rule::LeastLoaded => {
            let total = u128::from(load.units) + u128::from(case.units);
            (total * (1 << 80) / u128::from(load.capacity), None)
        }
        Rule::RoundRobin => (0, load.last_assigned),
    }
}

proptest! {
    /// Availability, queue, skills and capacity hold for whoever is chosen, and somebody is chosen
    /// whenever somebody can take it.
    #[test]
    fn only_the_able_are_chosen_and_one_is_if_there_is_one(
        case in cases(), rules in chains(), team in teams(),
    ) {
        let decision = case.choose(&rules, &team);
        let chosen = team.iter().find(|s| Some(s.agent.id) == decision.chosen);
        prop_assert_eq!(chosen.is_some(), team.iter().any(|s| able(&case, s)));
        prop_assert!(chosen.is_none_or(|s| able(&case, s)));
    }

    #[test]
    fn nobody_able_is_better_by_the_first_rule(
        case in cases(), rules in chains(), team in teams(),
    ) {
        let decision = case.choose(&rules, &team);
        let able: Vec<_> = team.iter().filter(|s| able(&case, s)).collect();
        if let Some(chosen) = able.iter().find(|s| Some(s.agent.id) == decision.chosen) {
            let best = able.iter().map(|s| key(rules[0], &case, s)).min();
            prop_assert_eq!(Some(key(rules[0], &case, chosen)), best);
        }
    }

    #[test]
    fn the_owner_wins_if_and_only_if_they_are_able(
        mut case in cases(), team in teams(), owner: Index, rest in chains(),
    ) {
        prop_assume!(!team.is_empty());
        let owner = owner.get(&team);
        case.owner = Some(owner.agent.id);
        let mut rules = rest;
        rules.retain(|rule| *rule != Rule::AccountOwner);
        rules.insert(0, Rule::AccountOwner);
        let decision = case.choose(&rules, &team);
        prop_assert_eq!(decision.chosen == case.owner, able(&case, owner));
        prop_assert!(decision.decided_by != Some(TieBreak::AccountOwner) || able(&case, owner));
    }

    #[test]
    fn the_order_of_the_candidates_does_not_matter(
        case in cases(), rules in chains(),
        (team, shuffled) in teams().prop_flat_map(|t| (Just(t.clone()), Just(t).prop_shuffle())),
    ) {
        prop_assert_eq!(case.choose(&rules, &team), case.choose(&rules, &shuffled));
    }

    /// Nobody is missing and nobody comes twice, the able come first, every reason is true, and the
    /// tie-break is one that the chain has.
    #[test]
    fn a_decision_tells_the_whole_truth(case in cases(), rules in chains(), team in teams()) {
        let decision = case.choose(&rules, &team);
        let told = &decision.considered;
        prop_assert_eq!(decision.looked_at as usize, team.len());
        prop_assert_eq!(told.len(), team.len().min(Decision::KEPT));
        prop_assert!(told.is_sorted_by_key(|c| c.left_out.is_some()));
        let ids: BTreeSet<_> = told.iter().map(|c| c.agent).collect();
        prop_assert_eq!(ids.len(), told.len());
        for considered in told {
            let standing = team.iter().find(|s| s.agent.id == considered.agent).unwrap();
            let load = standing.loads[&Pool::Cases];
            prop_assert_eq!((considered.units, considered.capacity), (load.units, load.capacity));
            match &considered.left_out {
                None => prop_assert!(able(&case, standing)),
                Some(reason) => prop_assert!(is_true(reason, &case, standing), "{:?}", reason),
            }
        }
        let chosen = told.first().filter(|c| c.left_out.is_none());
        prop_assert_eq!(decision.chosen, chosen.map(|c| c.agent));
        let able = team.iter().filter(|s| able(&case, s)).count();
        match decision.decided_by {
            None => prop_assert_eq!(able, 0),
            Some(TieBreak::OnlyOne) => prop_assert_eq!(able, 1),
            Some(TieBreak::AccountOwner) => prop_assert!(rules.contains(&Rule::AccountOwner)),
            Some(TieBreak::Skill) => prop_assert!(rules.contains(&Rule::Skills)),
            Some(TieBreak::Load) => prop_assert!(rules.contains(&Rule::LeastLoaded)),
            Some(TieBreak::LongestSinceAssigned | TieBreak::Id) => prop_assert!(able > 1),
            Some(TieBreak::OwnRule) => prop_assert!(false, "not this allocator's"),
        }
    }
}

/// Gives out tickets of these units one after the other, as the desk does, until nobody has room.
/// The clock moves or stands still.
fn give_out(rule: Rule, team: &mut [Standing], units: &[u32], moving: bool) {
    let mut case = Case::new();
    let policy = policy(&[rule]);
    for (minute, &units) in (0..).zip(units) {
        case.units = units;
        let now = if moving { at(minute) } else { at(0) };
        let Some(chosen) = policy.choose(&case.work(), team, now).chosen else {
            continue;
        };
        let turn = next_turn(Pool::Cases, team, now);
        let mut chosen = team.iter_mut().filter(|s| s.agent.id == chosen);
        let load = chosen.next().unwrap().loads.get_mut(&Pool::Cases).unwrap();
        load.units += units;
        load.last_assigned = Some(turn);
    }
}

fn units(team: &[Standing]) -> impl Iterator<Item = u32> {
    team.iter().map(|s| s.loads[&Pool::Cases].units)
}

proptest! {
    #[test]
    fn round_robin_gives_equal_agents_equal_numbers(
        tickets in 0..200_usize, agents in 1..12_u128, moving: bool,
    ) {
        let mut team: Vec<_> = (0..agents).map(|n| standing(n, 0, 1000)).collect();
        give_out(Rule::RoundRobin, &mut team, &vec![1; tickets], moving);
        let (least, most) = (units(&team).min().unwrap(), units(&team).max().unwrap());
        prop_assert!(most - least <= 1, "{least} to {most}");
    }

    /// While only work is added, nobody's share is greater than another's would be with one more.
    #[test]
    fn least_loaded_keeps_the_shares_together(
        tickets in 0..200_usize, capacities in proptest::collection::vec(1..40_u32, 1..12),
    ) {
        let team = (0..).zip(&capacities).map(|(n, &capacity)| standing(n, 0, capacity));
        let mut team: Vec<_> = team.collect();
        give_out(Rule::LeastLoaded, &mut team, &vec![1; tickets], true);
        for (more, c) in units(&team).zip(&capacities) {
            for (less, d) in units(&team).zip(&capacities) {
                prop_assert!(more * d <= (less + 1) * c, "{more} of {c}, {less} of {d}");
            }
        }
    }

    #[test]
    fn however_much_comes_nobody_passes_their_capacity_and_no_room_is_left_that_fits(
        sizes in proptest::collection::vec(1..5_u32, 0..200),
        capacities in proptest::collection::vec(0..20_u32, 1..8),
        rule in prop_oneof![Just(Rule::LeastLoaded), Just(Rule::RoundRobin)],
    ) {
        let team = (0..).zip(&capacities).map(|(n, &capacity)| standing(n, 0, capacity));
        let mut team: Vec<_> = team.collect();
        give_out(rule, &mut team, &sizes, true);
        prop_assert!(units(&team).zip(&capacities).all(|(units, c)| units <= *c));
        let given: u32 = units(&team).sum();
        if given < sizes.iter().sum() {
            let most_free = units(&team).zip(&capacities).map(|(units, c)| c - units).max();
            prop_assert!(most_free < sizes.iter().max().copied());
        }
    }
}
