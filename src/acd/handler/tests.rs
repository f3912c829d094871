//! The agent handler, case by case.

use super::super::{CallTimes, SessionState};
use super::*;
use crate::time::Duration;
use SessionState::*;

fn at(secs: u64) -> Instant {
    Instant::START + Duration::from_secs(secs)
}

/// A handler with one agent, ready in two groups.
fn two_groups() -> (AgentHandler<()>, SessionId, SessionId) {
    let mut handler = AgentHandler::new();
    let agent = handler.create_agent("Ann", None, None, at(0)).unwrap();
    let desk = handler.create_address("4101").unwrap();
    let [first, second] = [1, 2].map(|n| {
        let group = handler.create_group(Uuid::from_u128(n), "group").unwrap();
        handler.create_queue("queue", Some(group), at(0)).unwrap();
        let session = handler.create_session(agent, group, desk, None, at(0), &mut |_| {}).unwrap();
        handler.set_session_state(session, Ready, at(0), &mut |_| {}).unwrap();
        session
    });
    (handler, first, second)
}

#[test]
fn an_agent_busy_in_one_session_is_unable_to_take_calls_in_the_other() {
    let (mut handler, first, second) = two_groups();
    let mut changes = Vec::new();
    let mut note = |change: StateChange| changes.push((change.session, change.from, change.to));
    handler.answer(QueueId(0), first, CallTimes::straight(at(1), at(2)), at(2), &mut note).unwrap();
    let agent = AgentId(0);
    let refused = handler.answer(QueueId(1), second, CallTimes::straight(at(2), at(3)), at(3), &mut note);
    assert_eq!(refused, Err(AcdError::AgentBusy { agent, with: Engagement::Session(first) }));
    let refused = handler.set_session_state(second, Ready, at(3), &mut note);
    assert_eq!(refused, Err(AcdError::AgentBusy { agent, with: Engagement::Session(first) }));
    handler.set_session_state(first, BusyWrapup, at(5), &mut note).unwrap();
    handler.set_session_state(first, Ready, at(9), &mut note).unwrap();
    assert_eq!(
        changes,
        [
            (first, Ready, BusyOnCall),
            (second, Ready, NotReady),
            (first, BusyOnCall, BusyWrapup),
            (first, BusyWrapup, Ready),
            (second, NotReady, Ready),
        ]
    );
    assert_eq!(handler.session_statistics(second, at(10)).ready, Duration::from_secs(3));
}

#[test]
fn a_session_that_was_not_ready_before_the_call_stays_so_after_it() {
    let (mut handler, first, second) = two_groups();
    let none = &mut |_| {};
    handler.set_session_state(second, NotReady, at(1), none).unwrap();
    handler.answer(QueueId(0), first, CallTimes::straight(at(2), at(2)), at(2), none).unwrap();
    handler.set_session_state(first, Ready, at(3), none).unwrap();
    assert_eq!(handler.session(second).state(), NotReady);
}

#[test]
fn illegal_transitions_are_refused_and_change_nothing() {
    let (mut handler, first, _) = two_groups();
    let refused = handler.set_session_state(first, BusyWrapup, at(1), &mut |_| panic!("nothing changes"));
    assert_eq!(refused, Err(AcdError::IllegalTransition { session: first, from: Ready, to: BusyWrapup }));
    handler.set_session_state(first, SessionEnded, at(2), &mut |_| {}).unwrap();
    for to in SessionState::ALL {
        assert!(handler.set_session_state(first, to, at(3), &mut |_| {}).is_err());
    }
    assert_eq!(handler.session_statistics(first, at(60)).duration, Duration::from_secs(2));
}

#[test]
fn a_session_ended_in_the_middle_of_a_call_counts_the_talk_it_had() {
    let (mut handler, first, second) = two_groups();
    handler.answer(QueueId(0), first, CallTimes::straight(at(1), at(4)), at(4), &mut |_| {}).unwrap();
    handler.set_session_state(first, SessionEnded, at(10), &mut |_| {}).unwrap();
    let statistics = handler.session_statistics(first, at(99));
    assert_eq!((statistics.calls, statistics.talks, statistics.wrap_ups), (1, 1, 1));
    assert_eq!(statistics.total_talk, Duration::from_secs(6));
    assert_eq!(handler.session(second).state(), Ready);
    assert_eq!(handler.sessions_of(AgentId(0)), [second]);
}

#[test]
fn one_open_session_for_each_agent_and_group() {
    let (mut handler, first, _) = two_groups();
    let create = |handler: &mut AgentHandler<()>, agent, secs| {
        handler.create_session(agent, GroupId(0), AddressId(0), None, at(secs), &mut |_| {})
    };
    let again = create(&mut handler, AgentId(0), 1);
    assert_eq!(again, Err(AcdError::SessionExists { agent: AgentId(0), session: first }));
    handler.set_session_state(first, SessionEnded, at(2), &mut |_| {}).unwrap();
    assert!(create(&mut handler, AgentId(0), 3).is_ok());
    let unknown = create(&mut handler, AgentId(7), 3);
    assert_eq!(unknown, Err(AcdError::Unknown { what: "agent", number: 7 }));
}

#[test]
fn calls_that_entered_before_the_measurement_do_not_count() {
    let (mut handler, first, _) = two_groups();
    let none = &mut |_| {};
    handler.call_arrives(QueueId(0), at(1));
    handler.answer(QueueId(0), first, CallTimes::straight(at(1), at(2)), at(2), none).unwrap();
    handler.measure_from(at(10));
    handler.set_session_state(first, BusyWrapup, at(12), none).unwrap();
    handler.set_session_state(first, Ready, at(14), none).unwrap();
    assert_eq!(handler.answer(QueueId(0), first, CallTimes::straight(at(9), at(15)), at(15), none), Ok(false));
    handler.set_session_state(first, Ready, at(16), none).unwrap();
    let statistics = handler.session_statistics(first, at(20));
    assert_eq!((statistics.calls, statistics.talks, statistics.wrap_ups), (0, 0, 0));
    assert_eq!(statistics.total_call_time(), Duration::ZERO);
    assert_eq!(statistics.duration, Duration::from_secs(10));
    assert_eq!(statistics.ready, Duration::from_secs(1 + 4));
    assert_eq!(handler.queue_life(QueueId(0), at(20)).calls_left(), 0);
}

#[test]
fn a_call_that_does_not_count_is_in_no_statistic_of_its_queue_while_it_waits() {
    let (mut handler, ..) = two_groups();
    let queue = QueueId(0);
    let enter = |handler: &mut AgentHandler<()>, secs| {
        handler.call_arrives(queue, at(secs));
        handler.call_waits(queue, (), at(secs));
    };
    enter(&mut handler, 1);
    handler.measure_from(at(10));
    let statistics = handler.queue_statistics(queue, at(20));
    assert_eq!((statistics.total_calls_queued(), statistics.current_calls_queued), (0, 0));
    assert_eq!((statistics.longest_wait, statistics.current_longest_wait), (Duration::ZERO, Duration::ZERO));
    enter(&mut handler, 12);
    let statistics = handler.queue_statistics(queue, at(20));
    assert_eq!((statistics.total_calls_queued(), statistics.current_calls_queued), (1, 1));
    assert_eq!(statistics.longest_wait, Duration::from_secs(8));
    assert_eq!(statistics.current_longest_wait, Duration::from_secs(8));
}

#[test]
fn calls_that_arrive_after_the_measurement_do_not_count_and_those_before_count_to_their_end() {
    let (mut handler, first, _) = two_groups();
    let (queue, none) = (QueueId(0), &mut |_| {});
    handler.measure_until(at(10));
    handler.call_arrives(queue, at(9));
    handler.answer(queue, first, CallTimes::straight(at(9), at(11)), at(11), none).unwrap();
    handler.call_arrives(queue, at(10));
    handler.call_waits(queue, (), at(10));
    assert_eq!(handler.queue_life(queue, at(11)).current_calls_queued, 0);
    handler.set_session_state(first, BusyWrapup, at(14), none).unwrap();
    handler.set_session_state(first, Ready, at(15), none).unwrap();
    assert_eq!(handler.answer(queue, first, CallTimes::straight(at(10), at(15)), at(15), none), Ok(false));
    handler.set_session_state(first, BusyWrapup, at(19), none).unwrap();
    let statistics = handler.session_statistics(first, at(20));
    assert_eq!((statistics.calls, statistics.talks, statistics.wrap_ups), (1, 1, 1));
    assert_eq!(statistics.total_call_time(), Duration::from_secs(4));
    let statistics = handler.queue_life(queue, at(20));
    assert_eq!((statistics.total_calls_queued(), statistics.calls_left()), (1, 1));
}

#[test]
fn waits_that_add_up_to_more_than_64_bits_of_nanoseconds_are_counted_whole() {
    let (mut handler, first, _) = two_groups();
    let (queue, none) = (QueueId(0), &mut |_| {});
    let year = Duration::from_secs(365 * 86_400).as_nanos();
    let mut total = 0;
    for years in [400, 401, 402] {
        let now = Instant::from_nanos(years * year);
        handler.answer(queue, first, CallTimes::straight(at(0), now), now, none).unwrap();
        handler.set_session_state(first, Ready, now, none).unwrap();
        total += u128::from(years * year);
        assert_eq!(handler.session_statistics(first, now).total_time_to_answer_nanos, total, "{years} years");
    }
    assert_eq!(total >> 64, 2, "the lower 64 bits have overflowed twice");
}

#[test]
fn an_agent_can_log_in_and_out_more_often_than_there_can_be_sessions_at_once() {
    let (mut handler, ..) = two_groups();
    let none = &mut |_| {};
    let agent = handler.create_agent("Bob", None, None, at(0)).unwrap();
    let log_in = |handler: &mut AgentHandler<()>, group, secs| {
        handler.create_session(agent, GroupId(group), AddressId(0), None, at(secs), &mut |_| {}).unwrap()
    };
    let often = u64::from(u16::MAX) + 2;
    for second in 0..often {
        let session = log_in(&mut handler, 0, second);
        handler.set_session_state(session, SessionEnded, at(second), none).unwrap();
    }
    let sessions = [0, 1].map(|group| log_in(&mut handler, group, often));
    assert_eq!(handler.sessions_of(agent), sessions);
    for session in sessions {
        handler.set_session_state(session, Ready, at(often), none).unwrap();
    }
    handler.set_session_state(sessions[0], BusyOnCall, at(often), none).unwrap();
    assert_eq!(handler.session(sessions[1]).state(), NotReady, "the agent is busy in the other");
}

#[test]
fn all_but_a_few_of_the_numbers_of_a_dword_are_for_objects() {
    assert_eq!(MOST_OBJECTS, 4_294_967_279);
    let mut handler = AgentHandler::<()>::new();
    handler.limit_objects(u32::MAX);
    assert_eq!(handler.room_for("agents", 4_294_967_278), Ok(4_294_967_278));
    let full = Err(AcdError::Full { what: "agents", most: MOST_OBJECTS });
    assert_eq!(handler.room_for("agents", 4_294_967_279), full);
}

#[test]
fn a_caller_who_is_on_hold_when_the_measurement_begins_can_be_taken_back() {
    let (mut handler, first, _) = two_groups();
    let none = &mut |_| {};
    handler.answer(QueueId(0), first, CallTimes::straight(at(1), at(2)), at(2), none).unwrap();
    handler.set_hold(first, true, at(5)).unwrap();
    handler.measure_from(at(10));
    assert_eq!(handler.set_hold(first, true, at(11)), Err(AcdError::NoCall { agent: AgentId(0) }), "it is there");
    handler.set_hold(first, false, at(12)).unwrap();
    handler.end_talk(first, at(14), none).unwrap();
    assert_eq!(handler.session_statistics(first, at(20)).ended_phases().hold, Duration::ZERO, "it does not count");
}
