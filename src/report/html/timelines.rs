//! What each agent session did, from `events.csv`, or, where that is not there, from `calls.csv` and `sessions.csv`.

use std::collections::BTreeMap;
use std::path::Path;

use super::data::{LANE_STATES, Lane, Piece, Timelines};
use super::errors::ReportError;
use super::table::Table;
use crate::acd::SessionState;

/// So many lanes are drawn.
const MOST_LANES: usize = 100;
/// So many steps are drawn in all lanes together, so that the file stays small.
const MOST_STEPS: usize = 12_000;

/// A session as it is read: from when it is in which state. The last state is that until the end.
struct Course {
    agent: String,
    group: String,
    /// The instants at which the state changed, in order.
    states: Vec<(f64, SessionState)>,
}

/// The timelines of a replication; none if the files are not there.
///
/// # Errors
///
/// If a file is there and cannot be used, or has no such replication.
pub(super) fn timelines(directory: &Path, replication: u32, horizon_s: f64) -> Result<Option<Timelines>, ReportError> {
    let (source, courses) = match from_events(directory, replication)? {
        Some(courses) => ("events.csv", courses),
        None => match from_calls(directory, replication, horizon_s)? {
            Some(courses) => ("calls.csv", courses),
            None => return Ok(None),
        },
    };
    if courses.is_empty() {
        let what = format!("it has no session of replication {replication}; --replication names one that was run");
        return Err(ReportError::Foreign { file: directory.join(source).display().to_string(), what });
    }
    let shown = courses.len().min(MOST_LANES);
    let steps = (MOST_STEPS / shown).clamp(120, 800);
    let left_out = courses.len() - shown;
    let lanes = courses.into_iter().take(shown).map(|(session, course)| lane(session, course, horizon_s, steps));
    let step_s = horizon_s / steps as f64;
    Ok(Some(Timelines { replication, source, lanes: lanes.collect(), left_out, step_s }))
}

fn from_events(directory: &Path, replication: u32) -> Result<Option<BTreeMap<u64, Course>>, ReportError> {
    const COLUMNS: [&str; 7] = ["replication", "time_s", "event", "group", "session", "agent", "to"];
    let Some(mut events) = Table::open(&directory.join("events.csv"), COLUMNS)? else { return Ok(None) };
    let mut courses: BTreeMap<u64, Course> = BTreeMap::new();
    while events.advance()? {
        let of = events.whole(0)?;
        if of > u64::from(replication) {
            break;
        }
        let event = events.text(2);
        if of < u64::from(replication) || !matches!(event, "session_created" | "session_changed") {
            continue;
        }
        let (now, session) = (events.seconds(1)?, events.whole(4)?);
        let state = match events.text(6) {
            "" if event == "session_created" => SessionState::NotReady,
            name => {
                let state = SessionState::ALL.into_iter().find(|state| state.name() == name);
                state.ok_or_else(|| events.error(6, "it is a state of a session, as ASST_READY"))?
            }
        };
        let course = courses.entry(session).or_insert_with(|| Course {
            agent: events.text(5).to_owned(),
            group: events.text(3).to_owned(),
            states: Vec::new(),
        });
        course.states.push((now, state));
    }
    Ok(Some(courses))
}

/// READY is all time of a session that is neither talk nor wrap-up of an ACD call.
fn from_calls(
    directory: &Path,
    replication: u32,
    horizon_s: f64,
) -> Result<Option<BTreeMap<u64, Course>>, ReportError> {
    const CALLS: [&str; 6] = ["replication", "arrival_s", "wait_s", "session", "talk_s", "wrap_up_s"];
    const SESSIONS: [&str; 6] = ["replication", "session", "agent", "group", "session_start_time_s", "ended_s"];
    let Some(mut calls) = Table::open(&directory.join("calls.csv"), CALLS)? else { return Ok(None) };
    let Some(mut sessions) = Table::open(&directory.join("sessions.csv"), SESSIONS)? else { return Ok(None) };
    let mut courses: BTreeMap<u64, Course> = BTreeMap::new();
    let mut ends: BTreeMap<u64, f64> = BTreeMap::new();
    while sessions.advance()? {
        if sessions.whole(0)? == u64::from(replication) {
            let session = sessions.whole(1)?;
            let (agent, group) = (sessions.text(2).to_owned(), sessions.text(3).to_owned());
            let states = vec![(sessions.seconds(4)?, SessionState::Ready)];
            courses.insert(session, Course { agent, group, states });
            ends.insert(session, sessions.optional_seconds(5)?.unwrap_or(horizon_s));
        }
    }
    let mut answered: BTreeMap<u64, Vec<(f64, f64, f64)>> = BTreeMap::new();
    while calls.advance()? {
        let of = calls.whole(0)?;
        if of > u64::from(replication) {
            break;
        }
        if of < u64::from(replication) || calls.text(3).is_empty() {
            continue;
        }
        let session = calls.whole(3)?;
        let end = *ends.get(&session).ok_or_else(|| calls.error(3, "it is a session of sessions.csv beside it"))?;
        let talk_from = calls.seconds(1)? + calls.seconds(2)?;
        // What has not ended by the horizon has no length in the file.
        let talk_to = calls.optional_seconds(4)?.map_or(end, |talk| talk_from + talk);
        let wrap_up_to =
            if talk_to < end { calls.optional_seconds(5)?.map_or(end, |it| talk_to + it) } else { talk_to };
        answered.entry(session).or_default().push((talk_from, talk_to, wrap_up_to));
    }
    for (session, course) in &mut courses {
        let mut answered = answered.remove(session).unwrap_or_default();
        answered.sort_by(|one, other| one.0.total_cmp(&other.0));
        for (talk_from, talk_to, wrap_up_to) in answered {
            course.states.push((talk_from, SessionState::BusyOnCall));
            course.states.push((talk_to, SessionState::BusyWrapup));
            course.states.push((wrap_up_to, SessionState::Ready));
        }
        course.states.push((ends[session], SessionState::SessionEnded));
    }
    Ok(Some(courses))
}

fn lane(session: u64, course: Course, horizon_s: f64, steps: usize) -> Lane {
    let mut totals_s = [0.0; 4];
    let mut in_step = vec![[0.0_f64; 4]; steps];
    let step_s = horizon_s / steps as f64;
    for (index, &(from, state)) in course.states.iter().enumerate() {
        let to = course.states.get(index + 1).map_or(horizon_s, |next| next.0).min(horizon_s);
        if state == SessionState::SessionEnded || to <= from {
            continue;
        }
        totals_s[state as usize] += to - from;
        let first = ((from / step_s) as usize).min(steps - 1);
        for (step, times) in in_step.iter_mut().enumerate().skip(first) {
            let (begins, ends) = (step as f64 * step_s, (step + 1) as f64 * step_s);
            if begins >= to {
                break;
            }
            times[state as usize] += to.min(ends) - from.max(begins);
        }
    }
    let mut pieces: Vec<Piece> = Vec::new();
    for (step, times) in in_step.iter().enumerate() {
        let (from_s, to_s) = (step as f64 * step_s, (step + 1) as f64 * step_s);
        let out = (step_s - times.iter().sum::<f64>()).max(0.0);
        // The first of those that are equal.
        let longest = LANE_STATES
            .into_iter()
            .reduce(|one, other| if times[other as usize] > times[one as usize] { other } else { one });
        let Some(state) = longest.filter(|&state| times[state as usize] > out) else { continue };
        match pieces.last_mut() {
            Some(last) if last.state == state && last.to_s == from_s => last.to_s = to_s,
            _ => pieces.push(Piece { state, from_s, to_s }),
        }
    }
    Lane { session, agent: course.agent, group: course.group, pieces, totals_s }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_shows_the_state_of_most_of_its_time_and_totals_are_not_thinned() {
        let states = vec![
            (0.0, SessionState::NotReady),
            (0.0, SessionState::Ready),
            (6.0, SessionState::BusyOnCall),
            (19.0, SessionState::BusyWrapup),
            (21.0, SessionState::Ready),
            (30.0, SessionState::SessionEnded),
        ];
        let course = Course { agent: "A".into(), group: "G".into(), states };
        let lane = lane(0, course, 40.0, 4);
        let pieces: Vec<_> = lane.pieces.iter().map(|piece| (piece.state, piece.from_s, piece.to_s)).collect();
        let expected = [
            (SessionState::Ready, 0.0, 10.0),
            (SessionState::BusyOnCall, 10.0, 20.0),
            (SessionState::Ready, 20.0, 30.0),
        ];
        assert_eq!(pieces, expected);
        assert_eq!(lane.totals_s, [0.0, 15.0, 13.0, 2.0]);
    }
}
