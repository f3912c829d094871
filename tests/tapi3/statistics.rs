//! Every getter gives what the handler has counted, under every answer of every convention.

use acdsim::acd::conventions::{FinalDisposition, OverallCallRate};
use acdsim::acd::{TapiAgentStatistics, TapiQueueStatistics, TapiSessionStatistics};

use super::*;

/// What the getters of a session give, as the statistics of a session.
fn of_session(tapi: &mut Tapi<Service>, session: ITAgentSession) -> Result<TapiSessionStatistics, HResult> {
    Ok(TapiSessionStatistics {
        session_start_time: session.get_session_start_time(tapi)?,
        session_duration: session.get_session_duration(tapi)?,
        number_of_calls: session.get_number_of_calls(tapi)?,
        total_talk_time: session.get_total_talk_time(tapi)?,
        average_talk_time: session.get_average_talk_time(tapi)?,
        total_call_time: session.get_total_call_time(tapi)?,
        average_call_time: session.get_average_call_time(tapi)?,
        total_wrap_up_time: session.get_total_wrap_up_time(tapi)?,
        average_wrap_up_time: session.get_average_wrap_up_time(tapi)?,
        acd_call_rate: session.get_acd_call_rate(tapi)?,
        longest_time_to_answer: session.get_longest_time_to_answer(tapi)?,
        average_time_to_answer: session.get_average_time_to_answer(tapi)?,
    })
}

/// What the getters of an agent give; the rate of LINEAGENTINFO, which TAPI 3 does not have, is as expected.
fn of_agent(
    tapi: &mut Tapi<Service>,
    agent: ITAgent,
    expected: &TapiAgentStatistics,
) -> Result<TapiAgentStatistics, HResult> {
    Ok(TapiAgentStatistics {
        overall_call_rate: agent.get_overall_call_rate(tapi)?,
        overall_call_rate_of_line: expected.overall_call_rate_of_line,
        number_of_acd_calls: agent.get_number_of_acd_calls(tapi)?,
        number_of_incoming_calls: agent.get_number_of_incoming_calls(tapi)?,
        number_of_outgoing_calls: agent.get_number_of_outgoing_calls(tapi)?,
        total_acd_talk_time: agent.get_total_acd_talk_time(tapi)?,
        total_acd_call_time: agent.get_total_acd_call_time(tapi)?,
        total_wrap_up_time: agent.get_total_wrap_up_time(tapi)?,
    })
}

/// What the getters of a queue give.
fn of_queue(tapi: &mut Tapi<Service>, queue: ITQueue) -> Result<TapiQueueStatistics, HResult> {
    Ok(TapiQueueStatistics {
        total_calls_queued: queue.get_total_calls_queued(tapi)?,
        current_calls_queued: queue.get_current_calls_queued(tapi)?,
        total_calls_abandoned: queue.get_total_calls_abandoned(tapi)?,
        total_calls_flowed_in: queue.get_total_calls_flowed_in(tapi)?,
        total_calls_flowed_out: queue.get_total_calls_flowed_out(tapi)?,
        longest_ever_wait_time: queue.get_longest_ever_wait_time(tapi)?,
        current_longest_wait_time: queue.get_current_longest_wait_time(tapi)?,
        average_wait_time: queue.get_average_wait_time(tapi)?,
        final_disposition: queue.get_final_disposition(tapi)?,
    })
}

/// Compares all getters with the handler's own statistics at this moment.
fn compare(desk: &mut Desktop, agent: ITAgent, session: ITAgentSession, queues: &[ITQueue], what: &str) {
    let start = jiff::civil::date(2026, 3, 2).at(0, 0, 0, 0);
    let now = desk.tapi.service().now();
    let handler = desk.tapi.service().proxy(0).handler().clone();
    let conventions = handler.conventions();
    let tapi = &mut desk.tapi;
    match handler.request_session_statistics(SessionId(0), now) {
        Ok(exact) => {
            let expected = TapiSessionStatistics::new(&exact, start, conventions);
            assert_eq!(of_session(tapi, session), Ok(expected), "{what}");
        }
        Err(_) => assert_eq!(of_session(tapi, session), Err(HResult::TAPI_E_OPERATIONFAILED), "{what}"),
    }
    let mut expected = TapiAgentStatistics::new(&handler.agent_statistics(AgentId(0), now), conventions);
    if conventions.overall_call_rate == OverallCallRate::TenfoldInTapi3 {
        // It is ten times what LINEAGENTINFO has, which is whole ten-thousandths already.
        let of_line = expected.overall_call_rate_of_line.0;
        assert!((expected.overall_call_rate.0 - of_line * 10).abs() < 10, "{what}");
        expected.overall_call_rate = Currency(of_line * 10);
    }
    assert_eq!(of_agent(tapi, agent, &expected), Ok(expected), "{what}");
    assert_eq!(agent.get_measurement_period(tapi), Ok(handler.agent(AgentId(0)).measurement_period()), "{what}");
    for (number, queue) in (0..).map(QueueId).zip(queues) {
        let (period, life) = (handler.queue_statistics(number, now), handler.queue_life(number, now));
        let mut expected = TapiQueueStatistics::new(&period, &life, conventions);
        if conventions.final_disposition == FinalDisposition::Tapi3Only {
            // LINEQUEUEINFO does not tell it, and there is no other way to it.
            expected.final_disposition = 0;
        }
        assert_eq!(of_queue(tapi, *queue), Ok(expected), "{what}");
        assert_eq!(queue.get_measurement_period(tapi), Ok(handler.queue(number).measurement_period()), "{what}");
    }
    // No time has passed while it was read.
    assert_eq!(tapi.service().now(), now);
}

/// Calls that wait, ring, hold, flow, are given up and answered at odd fractions of a second, with looks at it all between.
fn day(changes: &[(&str, &str)]) {
    let what = format!("{changes:?}");
    let mut desk = desktop(changes);
    let groups = desk.handler.get_acd_groups(&mut desk.tapi).unwrap();
    let mut queues = Vec::new();
    for number in 1..=2 {
        queues.push(groups.item(number).unwrap().get_queues(&mut desk.tapi).unwrap().item(1).unwrap());
    }
    let (agent, session) = desk.session();
    let (sales, service) = (QueueId(0), QueueId(1));
    let nanos = Instant::from_nanos;
    let go = |desk: &mut Desktop, to: u64| desk.tapi.service_mut().advance_to(nanos(to));
    compare(&mut desk, agent, session, &queues, &what);
    go(&mut desk, 1_700_000_001);
    desk.drive(|handler, changed, now| {
        if handler.session(SessionId(0)).state() != SessionState::Ready {
            handler.set_session_state(SessionId(0), SessionState::Ready, now, &mut |it| changed(it)).unwrap();
        }
        for _ in 0..5 {
            handler.call_arrives(sales, now);
            handler.call_waits(sales, (), now);
        }
        handler.call_arrives(service, now);
        handler.call_waits(service, (), now);
    });
    let mut moment = 1_700_000_001;
    for (wait, ring, talk, wrap_up) in
        [(3_333_333_333, 1_499_999_999, 59_999_999_999, 30_500_000_000), (1, 2_000_000_000, 77_123_456_789, 1)]
    {
        moment += wait + ring;
        go(&mut desk, moment);
        desk.drive(|handler, changed, now| {
            let (place, _) = handler.first_waiting(sales).unwrap();
            let call = handler.take(sales, place);
            let mut times = CallTimes::straight(call.queued, now);
            times.offered = nanos(moment - ring);
            handler.answer(sales, SessionId(0), times, now, &mut |it| changed(it)).unwrap();
        });
        go(&mut desk, moment + talk / 3);
        desk.drive(|handler, _, now| handler.set_hold(SessionId(0), true, now).unwrap());
        compare(&mut desk, agent, session, &queues, &what);
        go(&mut desk, moment + talk / 2);
        desk.drive(|handler, _, now| handler.set_hold(SessionId(0), false, now).unwrap());
        moment += talk;
        go(&mut desk, moment);
        desk.drive(|handler, changed, now| handler.end_talk(SessionId(0), now, &mut |it| changed(it)).unwrap());
        compare(&mut desk, agent, session, &queues, &what);
        moment += wrap_up;
        go(&mut desk, moment);
        desk.drive(|handler, changed, now| handler.end_wrap_up(SessionId(0), now, &mut |it| changed(it)).unwrap());
        compare(&mut desk, agent, session, &queues, &what);
    }
    desk.drive(|handler, changed, now| {
        let (place, _) = handler.first_waiting(sales).unwrap();
        handler.flow(sales, place, service, now).unwrap();
        let (place, _) = handler.first_waiting(sales).unwrap();
        handler.abandon(sales, place, now);
        let (place, _) = handler.first_waiting(service).unwrap();
        handler.dispose(service, place, now);
        handler.begin_other_call(AgentId(0), Direction::Outgoing, now, &mut |it| changed(it)).unwrap();
    });
    go(&mut desk, moment + 12_345_678_901);
    compare(&mut desk, agent, session, &queues, &what);
    desk.drive(|handler, changed, now| {
        handler.end_other_call(AgentId(0), now, &mut |it| changed(it)).unwrap();
        handler.set_agent_measurement_period(AgentId(0), 7, now).unwrap();
        handler.set_queue_measurement_period(service, 11, now).unwrap();
    });
    compare(&mut desk, agent, session, &queues, &what);
    go(&mut desk, moment + 40_000_000_000);
    compare(&mut desk, agent, session, &queues, &what);
    session.put_state(&mut desk.tapi, SessionState::SessionEnded as i32).unwrap();
    go(&mut desk, moment + 50_000_000_000);
    compare(&mut desk, agent, session, &queues, &what);
}

#[test]
fn every_getter_gives_what_the_handler_has_counted_under_every_convention() {
    day(&[]);
    for convention in Conventions::DECLARED {
        for (word, _) in convention.answers {
            day(&[(convention.name, word)]);
        }
    }
    day(&[("measurement_period_s", "13"), ("utc_offset_minutes", "-330"), ("session_start_time", "utc")]);
}
