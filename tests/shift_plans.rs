//! Shifts against brute force, and the rules that they have to keep.

#[cfg(feature = "highs")]
use acdsim::planning::Levels;
use acdsim::planning::shifts::{Roster, Rules, ShiftError, Solver, cover_with};
use acdsim::planning::{Demand, Team, teams};
use acdsim::scenario::Scenario;
use acdsim::time::{Duration, Instant};
use proptest::prelude::*;

/// A run of so many hours from eight o'clock, in intervals of an hour.
fn scenario(hours: u64) -> Scenario {
    let text = format!(
        r#"
        start = 2026-03-02T08:00:00
        horizon = "{hours}h"
        interval = "1h"
        [[group]]
        name = "Calls"
        arrivals = {{ rate = "30/h" }}
        talk = "3m"
        [[agents]]
        name = "Agent"
        count = 2
        groups = ["Calls"]
        "#
    );
    acdsim::scenario::parse(&text, "shifts.toml".as_ref()).expect("it is sound")
}

fn cover(scenario: &Scenario, needed: &[u32], rules: &str) -> Result<Roster, ShiftError> {
    let rules = Rules::parse(rules).expect("they are sound");
    let (demand, teams): (Demand, Vec<Team>) = (Demand::of(scenario), teams(scenario));
    cover_with(scenario, &demand, &teams, &vec![needed.to_vec()], &rules, Solver::default())
}

/// Whether as many are at their telephones as are needed, and each shift keeps its rule.
fn is_sound(scenario: &Scenario, needed: &[u32], rules: &str, roster: &Roster) -> bool {
    let rules = Rules::parse(rules).expect("they are sound");
    let demand = Demand::of(scenario);
    let covers = roster.present(&demand, 1)[0].iter().zip(needed).all(|(there, needed)| there >= needed);
    let keeps = roster.shifts.iter().all(|shift| {
        let rule = &rules.shifts[shift.rule];
        let pauses = shift.breaks.iter().zip(&rule.breaks);
        shift.end.since(shift.start) == rule.length
            && shift.breaks.len() == rule.breaks.len()
            && pauses.into_iter().all(|(pause, rule)| {
                let after = pause.at.since(shift.start);
                pause.length == rule.length && (rule.earliest..=rule.latest).contains(&after)
            })
    });
    covers && keeps
}

#[test]
fn a_break_is_placed_where_others_cover_it() {
    let scenario = scenario(6);
    let rules = r#"
        grid = "1h"
        [[shift]]
        name = "Day"
        length = "6h"
        breaks = [{ length = "1h", earliest = "1h", latest = "4h" }]
    "#;
    // Two have to be there always: three shifts, whose breaks are at different hours, cost 15 paid hours.
    let needed = [2, 2, 2, 2, 2, 2];
    let roster = cover(&scenario, &needed, rules).expect("it can be covered");
    assert_eq!((roster.shifts.len(), roster.cost), (3, 15.0));
    assert!(is_sound(&scenario, &needed, rules, &roster));
    let mut breaks: Vec<Instant> = roster.shifts.iter().map(|shift| shift.breaks[0].at).collect();
    breaks.dedup();
    assert_eq!(breaks.len(), 3, "{roster:?}");
}

#[test]
fn what_no_shift_reaches_is_named() {
    let scenario = scenario(6);
    let rules = "grid = \"1h\"\n[[shift]]\nname = \"Late\"\nlength = \"4h\"\nearliest = \"09:00\"\n";
    let refused = cover(&scenario, &[0, 1, 1, 1, 1, 1], rules).expect("the late shift covers that");
    assert_eq!(refused.shifts.len(), 2);
    let refused = cover(&scenario, &[3, 1, 1, 1, 1, 1], rules).expect_err("nobody is there at eight");
    assert_eq!(
        refused.to_string(),
        "no shift that the rules allow has an agent of the team Agent at work at 2026-03-02T08:00:00, when 3 are needed: \
         allow earlier or later shifts, or shorten the opening hours"
    );
    let crowded = format!("max_agents = 2\n{rules}");
    // Three hours of two and two more hours of one cannot be covered by two at once without a third overlapping.
    let refused = cover(&scenario, &[0, 2, 2, 2, 2, 3], &crowded).expect_err("three are more than two");
    assert!(matches!(refused, ShiftError::Infeasible { .. }), "{refused}");
}

#[test]
fn an_agent_rests_between_shifts() {
    let mut scenario = scenario(48);
    scenario.interval = Duration::from_secs(3_600);
    let rules = r#"
        grid = "1h"
        rest = "12h"
        open = [{ from = "08:00", to = "16:00" }, { from = "16:00", to = "24:00" }]
        [[shift]]
        name = "Early"
        length = "8h"
        earliest = "08:00"
        latest = "08:00"
        [[shift]]
        name = "Late"
        length = "8h"
        earliest = "16:00"
        latest = "16:00"
    "#;
    let mut needed = vec![1; 16];
    needed.extend(vec![0; 8]);
    needed.extend(needed.clone());
    let roster = cover(&scenario, &needed, rules).expect("it can be covered");
    assert_eq!(roster.shifts.len(), 4);
    // The late one of the first day has not rested at eight.
    assert_eq!(roster.agents(0), 2);
    let late = roster.shifts.iter().filter(|shift| shift.rule == 1).map(|shift| shift.agent).collect::<Vec<_>>();
    assert_eq!(late, [2, 2]);
}

#[test]
fn days_without_common_shifts_are_programmes_of_their_own() {
    let mut scenario = scenario(24 * 5);
    scenario.interval = Duration::from_secs(3_600);
    let rules = "grid = \"1h\"\nopen = [{ days = [\"mon\", \"wed\"], from = \"08:00\", to = \"12:00\" }]\n\
        [[shift]]\nname = \"Half\"\nlength = \"4h\"\n";
    let mut needed = vec![0; 24 * 5];
    needed[0..4].fill(3);
    needed[48..52].fill(2);
    let roster = cover(&scenario, &needed, rules).expect("it can be covered");
    assert_eq!(roster.shifts.len(), 5);
    needed[24] = 1;
    let closed = cover(&scenario, &needed, rules).expect_err("it is closed on Tuesday");
    assert!(closed.to_string().contains("at 2026-03-03T08:00:00, when 1 is needed"), "{closed}");
}

/// A way to work: in which hours, and what it costs.
type Way = (Vec<usize>, f64);

/// The shifts of so many hours, each at every start and with its break at every place after 1 hour and before the last, that a day of so
/// many hours has.
fn all_ways(hours: usize, length: usize, has_break: bool, cost: f64) -> Vec<Way> {
    let breaks: Vec<Option<usize>> = if has_break { (1..length - 1).map(Some).collect() } else { vec![None] };
    let starts = 0..=hours - length;
    let way = |start: usize, pause: Option<usize>| {
        let at_work = (0..length).filter(|&hour| Some(hour) != pause).map(|hour| start + hour);
        (at_work.collect(), cost)
    };
    starts.flat_map(|start| breaks.iter().map(move |&pause| way(start, pause))).collect()
}

/// The least cost of what is needed, by trying all numbers of all ways to work.
fn by_brute_force(needed: &[u32], ways: &[Way]) -> f64 {
    fn search(ways: &[Way], left: &mut Vec<i64>, cost: f64, best: &mut f64) {
        if cost >= *best {
            return;
        }
        let Some(((hours, each), rest)) = ways.split_first() else {
            if left.iter().all(|&left| left <= 0) {
                *best = cost;
            }
            return;
        };
        let most = hours.iter().map(|&hour| left[hour]).max().unwrap_or(0).max(0);
        for count in 0..=most {
            hours.iter().for_each(|&hour| left[hour] -= count);
            search(rest, left, cost + each * count as f64, best);
            hours.iter().for_each(|&hour| left[hour] += count);
        }
    }
    let mut best = f64::INFINITY;
    search(ways, &mut needed.iter().map(|&needed| i64::from(needed)).collect(), 0.0, &mut best);
    best
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn no_shifts_cost_less(needed in prop::collection::vec(0_u32..3, 5..8), extra in 0.0..3.0_f64) {
        let scenario = scenario(needed.len() as u64);
        let extra = (extra * 4.0).round() / 4.0;
        let rules = format!(
            "grid = \"1h\"\n[[shift]]\nname = \"Two\"\nlength = \"2h\"\nextra_cost = {extra:?}\n\
             [[shift]]\nname = \"Four\"\nlength = \"4h\"\n"
        );
        let hours = needed.len();
        let ways = [all_ways(hours, 2, false, 2.0 + extra), all_ways(hours, 4, false, 4.0)].concat();
        let least = by_brute_force(&needed, &ways);
        let roster = cover(&scenario, &needed, &rules).expect("every hour is in some shift");
        prop_assert!((roster.cost - least).abs() < 1e-6, "{} and not {least}: {roster:?}", roster.cost);
        prop_assert!(is_sound(&scenario, &needed, &rules, &roster));
    }

    #[test]
    fn no_places_of_breaks_cost_less(needed in prop::collection::vec(0_u32..3, 6)) {
        let scenario = scenario(6);
        let rules = "grid = \"1h\"\n[[shift]]\nname = \"Four\"\nlength = \"4h\"\n\
            breaks = [{ length = \"1h\", earliest = \"1h\", latest = \"2h\" }]\n\
            [[shift]]\nname = \"Two\"\nlength = \"2h\"\nextra_cost = 0.5\n";
        let ways = [all_ways(6, 4, true, 3.0), all_ways(6, 2, false, 2.5)].concat();
        let least = by_brute_force(&needed, &ways);
        let roster = cover(&scenario, &needed, rules).expect("every hour is in some shift");
        prop_assert!((roster.cost - least).abs() < 1e-6, "{} and not {least}: {roster:?}", roster.cost);
        prop_assert!(is_sound(&scenario, &needed, rules, &roster));
    }

    #[test]
    fn more_needed_never_costs_less(
        needed in prop::collection::vec(0_u32..6, 10), more in prop::collection::vec(0_u32..3, 10),
    ) {
        let scenario = scenario(10);
        let rules = "grid = \"1h\"\n[[shift]]\nname = \"Six\"\nlength = \"6h\"\n\
            breaks = [{ length = \"1h\", earliest = \"2h\", latest = \"4h\" }]\n\
            [[shift]]\nname = \"Three\"\nlength = \"3h\"\nextra_cost = 1\n";
        let sum: Vec<u32> = needed.iter().zip(&more).map(|(needed, more)| needed + more).collect();
        let cost = |needed: &[u32]| {
            let roster = cover(&scenario, needed, rules).expect("it can be covered");
            assert!(is_sound(&scenario, needed, rules, &roster), "{needed:?} {roster:?}");
            roster.cost
        };
        prop_assert!(cost(&needed) <= cost(&sum) + 1e-6);
    }
}

/// Both solvers prove the least cost.
#[cfg(feature = "highs")]
#[test]
fn solvers_agree() {
    let scenario = scenario(14);
    let rules = Rules::parse(
        r#"
        grid = "1h"
        max_agents = 14
        [[shift]]
        name = "Eight"
        length = "8h"
        breaks = [{ length = "1h", earliest = "3h", latest = "5h" }]
        [[shift]]
        name = "Five"
        length = "5h"
        extra_cost = 0.5
        "#,
    )
    .expect("they are sound");
    let (demand, teams) = (Demand::of(&scenario), teams(&scenario));
    for levels in
        [vec![vec![3, 5, 8, 9, 9, 7, 6, 6, 8, 9, 7, 5, 3, 2]], vec![vec![1, 1, 2, 7, 7, 2, 2, 9, 9, 9, 1, 1, 0, 1]]]
            as [Levels; 2]
    {
        let cost = |solver| cover_with(&scenario, &demand, &teams, &levels, &rules, solver).expect("covered").cost;
        let (microlp, highs) = (cost(Solver::Microlp), cost(Solver::Highs));
        assert!((microlp - highs).abs() < 1e-6, "microlp {microlp}, HiGHS {highs}");
    }
}
