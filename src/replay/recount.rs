//! Counts of each session what was seen of it.

use super::player::Played;
use super::script::Script;
use crate::acd::{Conventions, Phases, SessionStatistics, TapiSessionStatistics};
use crate::time::{Duration, Instant};
use crate::trace::{Seen, Totals};

/// What each session should have counted, by what was done in it: to whom its system has given which calls is its own affair.
///
/// The time in READY and NOT_READY is not known.
pub(super) fn recount(script: &Script, played: &Played) -> Vec<Totals> {
    let end = played.end;
    let mut sessions: Vec<SessionStatistics> = Vec::with_capacity(played.sessions.len());
    let mut talks: Vec<Option<Instant>> = vec![None; played.sessions.len()];
    for session in &played.sessions {
        let mut statistics = SessionStatistics::not_yet(session.started);
        statistics.ended = session.ended.is_some();
        statistics.duration = session.ended.unwrap_or(end) - session.started;
        sessions.push(statistics);
    }
    for &(at, ref seen) in &played.seen {
        match *seen {
            Seen::CallAnswered { session, waited_ns, .. } => {
                let of = &mut sessions[session as usize];
                let waited = Duration::from_nanos(waited_ns);
                of.calls += 1;
                of.total_time_to_answer_nanos += u128::from(waited_ns);
                of.longest_time_to_answer = of.longest_time_to_answer.max(waited);
                of.longest_straight = of.longest_time_to_answer;
                talks[session as usize] = Some(at);
            }
            Seen::TalkEnded { session, talk_ns, .. } => {
                let of = &mut sessions[session as usize];
                of.talks += 1;
                of.total_talk += Duration::from_nanos(talk_ns);
                talks[session as usize] = None;
            }
            Seen::WrapUpEnded { session, wrap_up_ns, .. } => {
                let of = &mut sessions[session as usize];
                of.wrap_ups += 1;
                of.total_wrap_up += Duration::from_nanos(wrap_up_ns);
            }
            _ => {}
        }
    }
    let conventions = script.header.conventions().unwrap_or_else(|_| Conventions::default());
    let start = script.header.start.parse().unwrap_or_default();
    let totals = (0..).zip(sessions).zip(&talks).zip(&played.sessions).map(|(((number, mut of), talk), session)| {
        of.running = Phases { talk: talk.map_or(Duration::ZERO, |since| end - since), ..Phases::default() };
        Totals {
            session: number,
            agent: session.agent,
            group: session.group,
            ended: of.ended,
            statistics: TapiSessionStatistics::new(&of, start, &conventions).into(),
            exact: None,
        }
    });
    totals.collect()
}
