//! The agent handlers for spreadsheets: a row for each statistic of each object.

use std::io::Write;

use super::{HandlerReading, Reading};

/// Writes a table of all statistics of all handlers.
///
/// `object` is TAPI's name of what the statistic is of, and `handle` its number within the handler: dwQueueID, hAgent or
/// hAgentSession.
///
/// # Errors
///
/// If it cannot be written.
pub fn write_csv(handlers: &[HandlerReading], out: impl Write) -> csv::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["handler", "guid", "object", "handle", "name", "group", "state", "statistic", "value"])?;
    for handler in handlers {
        let guid = handler.guid.to_string();
        let mut rows = |object: &str, handle: u32, [name, group, state]: [&str; 3], statistics: &[Reading]| {
            let handle = handle.to_string();
            statistics.iter().try_for_each(|(statistic, value)| {
                let value = value.to_string();
                csv.write_record([&handler.name, &guid, object, &handle, name, group, state, statistic, &value])
            })
        };
        for group in &handler.groups {
            for queue in &group.queues {
                rows("queue", queue.queue_id, [&queue.name, &group.name, ""], &queue.statistics)?;
            }
        }
        for agent in &handler.agents {
            rows("agent", agent.handle, [&agent.user, "", agent.state], &agent.statistics)?;
            for session in &agent.sessions {
                let of = [&agent.user, &session.group, session.state];
                rows("agent session", session.handle, of, &session.statistics)?;
            }
        }
    }
    csv.flush()?;
    Ok(())
}
