//! The agent handlers for people.

use std::fmt::Write;

use super::{HandlerReading, Reading};
use crate::report::text::{counted, new_table, render, span};
use crate::scenario::Scenario;

/// So many agents of a handler are listed; who wants more reads the other forms.
const MOST_AGENTS: usize = 20;

/// The agent handlers of a scenario for people, at most `width` columns wide if it can be.
pub fn text(scenario: &Scenario, handlers: &[HandlerReading], width: u16) -> String {
    let run = span(scenario.horizon);
    let mut text = format!(
        "{}: {} after {run} from {}, as TAPI reports them\n",
        scenario.name,
        counted(handlers.len() as u64, "agent handler"),
        scenario.start,
    );
    for handler in handlers {
        let _ = writeln!(
            text,
            "\n{}, ProxyGUID {}, on line device {} with {} usable addresses",
            handler.name,
            handler.guid,
            handler.device_id,
            handler.addresses.len(),
        );
        let mut table = new_table(&[
            "Group",
            "Queue",
            "Calls\nqueued",
            "Flowed\nin",
            "Flowed\nout",
            "Abandoned",
            "Waiting\nnow",
            "Average\nwait s",
        ]);
        for (group, queue) in
            handler.groups.iter().flat_map(|group| group.queues.iter().map(move |queue| (group, queue)))
        {
            let of = |name| value(&queue.statistics, name);
            table.add_row([
                group.name.clone(),
                queue.name.clone(),
                of("TotalCallsQueued"),
                of("TotalCallsFlowedIn"),
                of("TotalCallsFlowedOut"),
                of("TotalCallsAbandoned"),
                of("CurrentCallsQueued"),
                of("AverageWaitTime"),
            ]);
        }
        text += &render(table, width);
        if handler.agents.is_empty() {
            text.push_str("It has no agents.\n");
            continue;
        }
        let mut table =
            new_table(&["Agent", "State", "Sessions", "ACD\ncalls", "Talk s", "Talk and\nwrap-up s", "Calls\nper h"]);
        for agent in handler.agents.iter().take(MOST_AGENTS) {
            let of = |name| value(&agent.statistics, name);
            table.add_row([
                agent.user.clone(),
                agent.state.to_owned(),
                agent.sessions.len().to_string(),
                of("NumberOfACDCalls"),
                of("TotalACDTalkTime"),
                of("TotalACDCallTime"),
                of("OverallCallRate"),
            ]);
        }
        text += &render(table, width);
        if let Some(more) = handler.agents.len().checked_sub(MOST_AGENTS).filter(|&more| more > 0) {
            let _ = writeln!(text, "… and {more} more agents; `--format json` has all of them, with their sessions");
        }
    }
    text
}

/// A statistic to read.
fn value(statistics: &[Reading], name: &str) -> String {
    let found = statistics.iter().find(|(known, _)| *known == name);
    found.map_or_else(|| "–".to_owned(), |(_, value)| value.to_string())
}
