//! The results of a replication against the recount of its call log.

use acdsim::acd::{SessionState, TapiQueueStatistics, TapiSessionStatistics};
use acdsim::experiment::ReplicationResult;
use acdsim::scenario::Scenario;
use acdsim::time::Duration;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::common::rows::Row;
use super::recount::{Counts, Diary, average, count, overlap, sweep};

fn exact(duration: Duration) -> i128 {
    duration.as_nanos().into()
}

fn wide(nanos: u128) -> i128 {
    i128::try_from(nanos).expect("the times of a test are short")
}

/// Whole seconds, truncated, as TAPI has them.
fn secs(nanos: i128) -> i128 {
    nanos / 1_000_000_000
}

/// Checks every statistic of sessions, groups and queues.
pub(crate) fn check(
    scenario: &Scenario,
    result: &ReplicationResult,
    rows: &[Row],
    diaries: &[Diary],
) -> Result<(), TestCaseError> {
    prop_assert_eq!(result.calls, rows.len() as u64);
    for row in rows {
        let counted = row.arrival >= exact(scenario.warm_up);
        prop_assert_eq!(row.counted, counted, "{:?}", row);
    }
    sessions(scenario, result, rows, diaries)?;
    groups(scenario, result, rows)
}

fn sessions(
    scenario: &Scenario,
    result: &ReplicationResult,
    rows: &[Row],
    diaries: &[Diary],
) -> Result<(), TestCaseError> {
    let (horizon, warm_up) = (exact(scenario.horizon), exact(scenario.warm_up));
    // By agent, group and stay, as the results are.
    let mut expected = Vec::new();
    for (agent, diary) in diaries.iter().enumerate() {
        let mut groups = scenario.agents[agent].groups.clone();
        groups.sort_unstable();
        for group in groups {
            expected.extend(diary.stays.iter().zip(1..).map(|(stay, ordinal)| (agent, group, ordinal, stay)));
        }
    }
    prop_assert_eq!(result.sessions.len(), expected.len());
    for (session, (agent, group, ordinal, stay)) in result.sessions.iter().zip(expected) {
        prop_assert_eq!((session.agent, session.group, session.ordinal), (agent, group, ordinal));
        let statistics = &session.statistics;
        prop_assert_eq!(i128::from(statistics.started.as_nanos()), stay.started);
        prop_assert_eq!(session.ended.map(|ended| i128::from(ended.as_nanos())), stay.ended);

        let of_session: Vec<&Row> = rows.iter().filter(|row| row.session == Some(session.session.0)).collect();
        for row in &of_session {
            prop_assert_eq!(&row.agent, &scenario.agents[agent].name);
            prop_assert_eq!(&row.group, &scenario.groups[group].name);
            let at = row.answered().expect("it was answered");
            prop_assert!(stay.started <= at && at < stay.log_out, "{:?} outside of {:?}", row, stay);
        }
        let counted: Vec<&Row> = of_session.iter().copied().filter(|row| row.counted).collect();
        let counts = count(&counted, 0);

        let (from, until) = (stay.started.max(warm_up), stay.ended.unwrap_or(horizon));
        let duration = (until - from).max(0);
        let busy: i128 = diaries[agent].busy(horizon).into_iter().map(|span| overlap(span, (from, until))).sum();
        prop_assert_eq!(exact(statistics.duration), duration);
        prop_assert_eq!(exact(statistics.ready), duration - busy);
        prop_assert_eq!(statistics.calls, counts.calls as u64);
        prop_assert_eq!(statistics.talks, counts.talks as u64);
        prop_assert_eq!(statistics.wrap_ups, counts.wrap_ups as u64);
        prop_assert_eq!(exact(statistics.total_talk), counts.talk);
        // A wrap-up that goes on is not yet part of the total, and neither is a talk.
        prop_assert_eq!(exact(statistics.total_wrap_up), counts.wrap_up);
        prop_assert_eq!(exact(statistics.total_call_time()), counts.talk + counts.wrap_up);
        prop_assert_eq!(wide(statistics.total_time_to_answer_nanos), counts.answered_wait);
        prop_assert_eq!(exact(statistics.longest_time_to_answer), counts.longest_to_answer);

        let tapi = TapiSessionStatistics::new(statistics, scenario.start, &scenario.conventions);
        for (name, found, expected) in [
            ("SessionDuration", tapi.session_duration, secs(duration)),
            ("NumberOfCalls", tapi.number_of_calls, counts.calls as i128),
            ("TotalTalkTime", tapi.total_talk_time, secs(counts.talk)),
            ("AverageTalkTime", tapi.average_talk_time, secs(average(counts.talk, counts.talks))),
            ("TotalWrapUpTime", tapi.total_wrap_up_time, secs(counts.wrap_up)),
            ("AverageWrapUpTime", tapi.average_wrap_up_time, secs(average(counts.wrap_up, counts.wrap_ups))),
            ("TotalCallTime", tapi.total_call_time, secs(counts.talk + counts.wrap_up)),
            ("AverageCallTime", tapi.average_call_time, secs(average(counts.talk + counts.wrap_up, counts.talks))),
            ("LongestTimeToAnswer", tapi.longest_time_to_answer, secs(counts.longest_to_answer)),
            ("AverageTimeToAnswer", tapi.average_time_to_answer, secs(average(counts.answered_wait, counts.calls))),
        ] {
            prop_assert_eq!(i128::from(found), expected.min(i32::MAX.into()), "{}", name);
        }
        let per_hour = (counts.calls as i128 * 36_000_000 * 1_000_000_000).checked_div(duration).unwrap_or(0);
        prop_assert_eq!(i128::from(tapi.acd_call_rate.0), per_hour);
        prop_assert_eq!(session.state, state(scenario, &diaries[agent], group, stay.ended.is_some()));
    }
    Ok(())
}

/// The state at the horizon of a session of a group.
fn state(scenario: &Scenario, diary: &Diary, group: usize, ended: bool) -> SessionState {
    let open = diary.calls.iter().find(|row| row.released().is_none());
    match open {
        _ if ended => SessionState::SessionEnded,
        None => SessionState::Ready,
        Some(row) if row.group != scenario.groups[group].name => SessionState::NotReady,
        Some(row) if row.talk.is_none() => SessionState::BusyOnCall,
        Some(_) => SessionState::BusyWrapup,
    }
}

fn groups(scenario: &Scenario, result: &ReplicationResult, rows: &[Row]) -> Result<(), TestCaseError> {
    let horizon = exact(scenario.horizon);
    for (number, group) in scenario.groups.iter().enumerate() {
        let counted: Vec<&Row> = rows.iter().filter(|row| row.counted && row.group == group.name).collect();
        let counts = count(&counted, exact(scenario.service_level_threshold));
        let (area, longest_queue) = sweep(&counted, horizon);
        let Counts { calls, blocked, answered, abandoned, waiting, .. } = counts;
        let all_waits = counts.answered_wait + counts.abandoned_wait;
        prop_assert_eq!(area, all_waits + counts.waiting_wait, "the two ways to recount agree");

        let totals = &result.groups[number].totals;
        for (name, found, expected) in [
            ("offered", totals.offered, calls),
            ("blocked", totals.blocked, blocked),
            ("answered", totals.answered, answered),
            ("abandoned", totals.abandoned, abandoned),
            ("waiting", totals.waiting(), waiting),
            ("delayed", totals.delayed, counts.delayed),
            ("answered within", totals.answered_within, counts.answered_within),
            ("abandoned within", totals.abandoned_within, counts.abandoned_within),
            ("talks", totals.talks, counts.talks),
            ("wrap-ups", totals.wrap_ups, counts.wrap_ups),
        ] {
            prop_assert_eq!(found, expected as u64, "{}", name);
        }
        prop_assert_eq!(wide(totals.answered_wait_nanos), counts.answered_wait);
        prop_assert_eq!(wide(totals.abandoned_wait_nanos), counts.abandoned_wait);
        prop_assert_eq!(exact(totals.longest_time_to_answer), counts.longest_to_answer);
        prop_assert_eq!(exact(totals.longest_time_to_abandon), counts.longest_to_abandon);
        prop_assert_eq!(wide(totals.talk_nanos), counts.talk);
        prop_assert_eq!(wide(totals.wrap_up_nanos), counts.wrap_up);
        prop_assert_eq!(wide(totals.queue_area), area);
        prop_assert_eq!(i128::from(totals.longest_queue), longest_queue);

        let queue = &result.queues[number];
        let statistics = &queue.statistics;
        let longest = counts.longest_to_answer.max(counts.longest_to_abandon).max(counts.longest_waiting);
        let average_wait = average(all_waits, answered + abandoned);
        prop_assert_eq!(statistics.total_calls_queued(), (calls - blocked) as u64);
        prop_assert_eq!(statistics.calls_abandoned, abandoned as u64);
        prop_assert_eq!(statistics.current_calls_queued, waiting as u64);
        prop_assert_eq!(exact(statistics.longest_wait), longest);
        prop_assert_eq!(exact(statistics.current_longest_wait), counts.longest_waiting);
        prop_assert_eq!(statistics.calls_left(), (answered + abandoned) as u64);
        prop_assert_eq!(wide(statistics.total_wait_nanos()), all_waits);
        prop_assert_eq!(wide(queue.area), area);
        prop_assert_eq!(i128::from(queue.longest_queue), longest_queue);

        let tapi = TapiQueueStatistics::new(&queue.in_period, statistics, &scenario.conventions);
        for (name, found, expected) in [
            ("TotalCallsQueued", tapi.total_calls_queued, (calls - blocked) as i128),
            ("CurrentCallsQueued", tapi.current_calls_queued, waiting as i128),
            ("TotalCallsAbandoned", tapi.total_calls_abandoned, abandoned as i128),
            ("LongestEverWaitTime", tapi.longest_ever_wait_time, secs(longest)),
            ("CurrentLongestWaitTime", tapi.current_longest_wait_time, secs(counts.longest_waiting)),
            ("AverageWaitTime", tapi.average_wait_time, secs(average_wait)),
        ] {
            prop_assert_eq!(i128::from(found), expected, "{}", name);
        }
    }
    let total = |value: fn(&acdsim::experiment::GroupResult) -> u128| result.groups.iter().map(value).sum::<u128>();
    let durations: u128 =
        result.sessions.iter().map(|session| u128::from(session.statistics.duration.as_nanos())).sum();
    prop_assert_eq!(total(|group| group.staffed_nanos), durations);
    Ok(())
}
