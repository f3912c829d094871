//! Weekly profiles with special days become the steps of the run.

use acdsim::scenario::{Arrivals, Scenario};

use super::arrived::{arrived, counts, scenario, scenario_in};

const HOUR: u64 = 3_600;

/// The steps of the first group: hours after the start, and calls an hour.
fn hourly(scenario: &Scenario) -> Vec<(f64, f64)> {
    let Arrivals::Poisson(steps) = &scenario.groups[0].arrivals else { panic!("the arrivals are a rate") };
    let hours = |nanos: u64| nanos as f64 / 3.6e12;
    steps.iter().map(|step| (hours(step.from.as_nanos()), step.per_second * 3_600.0)).collect()
}

fn with_profile(csv: &str, top: &str, every: &str) -> Scenario {
    let directory = tempfile::tempdir().expect("a directory can be made");
    std::fs::write(directory.path().join("week.csv"), csv).expect("a file can be written");
    scenario_in(directory.path(), top, &[&format!("arrivals = {{ profile = \"week.csv\"{every} }}")])
}

// The 8th of February 1999 was a Monday.
const MONDAY_EIGHT: &str = "start = 1999-02-08T08:00:00";

#[test]
fn each_day_has_its_own_steps_and_the_run_begins_within_one() {
    let csv = "day,start,calls\nmon,07:00,10\nMonday,09:00,20\ntue,10:00,5\n";
    let scenario = with_profile(csv, &format!("{MONDAY_EIGHT}\nhorizon = \"8d\""), ", every = \"2h\"");
    // The first interval is half over; Wednesday to Sunday are without calls; the next Monday is like the first.
    let expected =
        [(0.0, 5.0), (1.0, 10.0), (3.0, 0.0), (26.0, 2.5), (28.0, 0.0), (167.0, 5.0), (169.0, 10.0), (171.0, 0.0)];
    assert_eq!(hourly(&scenario), [&expected[..], &[]].concat());
}

#[test]
fn the_length_of_an_interval_is_the_smallest_gap_of_a_day() {
    let csv = "day,start,calls\ntue,10:00,5\ntue,10:30,6\ntue,12:00,2.5\nwed,09:00,1\n";
    let steps = hourly(&with_profile(csv, &format!("{MONDAY_EIGHT}\nhorizon = \"3d\""), ""));
    let expected =
        [(0.0, 0.0), (26.0, 10.0), (26.5, 12.0), (27.0, 0.0), (28.0, 5.0), (28.5, 0.0), (49.0, 2.0), (49.5, 0.0)];
    assert_eq!(steps, expected);
}

#[test]
fn a_date_replaces_the_whole_day_of_the_week_and_can_be_closed() {
    let csv = "day,start,calls\nmon,09:00,10\nmon,12:00,10\n1999-02-08,12:00,3\ntue,09:00,7\n1999-02-09,,\n\
               wed,09:00,7\n1999-02-10,,0\nthu,09:00,7\n1999-02-11,09:00,0\nfri,09:00,4\n";
    let scenario = with_profile(csv, &format!("{MONDAY_EIGHT}\nhorizon = \"7d\""), ", every = \"1h\"");
    assert_eq!(hourly(&scenario), [(0.0, 0.0), (4.0, 3.0), (5.0, 0.0), (97.0, 4.0), (98.0, 0.0)]);
}

#[test]
fn a_week_in_the_scenario_is_the_same_as_one_in_a_file() {
    let top = format!("{MONDAY_EIGHT}\nhorizon = \"9d\"");
    let csv = "day,start,calls\nmon,08:00,60\nmon,09:00,120\ntuesday,08:00,60\ntuesday,09:00,120\n1999-02-15,,\n";
    let file = with_profile(csv, &top, ", every = \"1h\"");
    let inline = scenario(
        &top,
        &["arrivals = { week = [\n{ days = [\"monday\", \"tue\"], rates = [{ from = \"08:00\", rate = \"60/h\" },\n\
           { from = \"09:00\", rate = \"120/h\" }, { from = \"10:00\", rate = \"0/h\" }] },\n\
           { dates = [1999-02-15], rates = [] } ] }"],
    );
    assert_eq!(hourly(&file), hourly(&inline));
    assert_eq!(hourly(&inline).len(), 3 + 3 + 3, "Monday, Tuesday and the next Tuesday");
}

#[test]
fn a_step_lasts_to_the_end_of_its_day() {
    let of = |rates: &str| {
        let arrivals = format!("arrivals = {{ week = [{{ days = [\"mon\"], rates = [{rates}] }}] }}");
        hourly(&scenario(&format!("{MONDAY_EIGHT}\nhorizon = \"2d\""), &[&arrivals]))
    };
    assert_eq!(of("{ from = \"20:00\", rate = \"6/h\" }"), [(0.0, 0.0), (12.0, 6.0), (16.0, 0.0)]);
    assert_eq!(of(""), [(0.0, 0.0)]);
}

/// Seed 11, replication 1: the counts of days against their expectations, within five standard deviations.
#[test]
fn calls_arrive_on_the_days_of_the_profile() {
    let csv = "day,start,calls\nmon,09:00,900\nwed,09:00,400\n1999-02-10,09:00,100\n";
    let top = "start = 1999-02-08T00:00:00\nhorizon = \"10d\"\nseed = 11";
    let calls = arrived(&with_profile(csv, top, ", every = \"1h\""), 1);
    let days = counts(&calls, 0, 24 * HOUR, 10);
    for (day, (&count, expected)) in
        days.iter().zip([900.0, 0.0, 100.0, 0.0, 0.0, 0.0, 0.0, 900.0, 0.0, 400.0]).enumerate()
    {
        assert!((count - expected).abs() <= 5.0 * f64::sqrt(expected), "day {day} has {count}, not {expected}");
    }
    assert!(calls.iter().all(|call| call.at.as_nanos() / 3_600_000_000_000 % 24 == 9), "all between nine and ten");
}

#[test]
fn a_group_without_arrivals_has_no_calls_from_outside() {
    let scenario = scenario("horizon = \"1d\"", &["arrivals = { rate = \"10/h\" }", "patience = \"1m\""]);
    assert_eq!(scenario.groups[1].arrivals, Arrivals::none());
    let calls = arrived(&scenario, 1);
    assert!(!calls.is_empty() && calls.iter().all(|call| call.group == 0));
}
