//! What is counted of each group over a whole run.

use serde::{Deserialize, Serialize};

use super::Percentiles;
use crate::acd::GroupId;
use crate::simulation::{Event, Observer, Origin};
use crate::time::{Duration, Instant};

/// What happened to the counted calls of one group; times are sums in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupTotals {
    /// Calls that arrived.
    pub offered: u64,
    /// Those of them that found no free agent and had to wait.
    pub delayed: u64,
    /// Calls that found no room in the queue and were turned away.
    pub blocked: u64,
    /// Calls whose callers would have had to wait, and left at once.
    pub balked: u64,
    /// Offered calls of callers who had called before and were not served.
    pub retried: u64,
    /// Offered calls that an agent had passed on.
    pub transferred_in: u64,
    /// Calls that agents of the group passed on to another, or handed over.
    pub transferred_out: u64,
    /// Calls that came from the queue of another group.
    pub flowed_in: u64,
    /// Calls that went on to the queue of another group.
    pub flowed_out: u64,
    /// Calls that reached the end of their call guide.
    pub disposed: u64,
    /// Callers who accepted to be called back.
    pub call_backs: u64,
    /// Those of them who were called back.
    pub called_back: u64,
    /// How often a call rang at an agent who did not answer.
    pub unanswered_rings: u64,
    /// How often a caller was on hold.
    pub holds: u64,
    /// The time on hold.
    pub hold_nanos: u128,
    /// Waits of calls that flowed on or reached the end of their call guide.
    pub other_wait_nanos: u128,
    /// Calls that were answered.
    pub answered: u64,
    /// Calls whose callers gave up.
    pub abandoned: u64,
    /// Answered within the service-level threshold.
    pub answered_within: u64,
    /// Abandoned within the service-level threshold.
    pub abandoned_within: u64,
    /// Waits of the answered calls.
    pub answered_wait_nanos: u128,
    /// The same, one by one, from the arrival in the system.
    pub answered_waits: Percentiles,
    /// Waits of the abandoned calls.
    pub abandoned_wait_nanos: u128,
    /// The longest wait of an answered call.
    pub longest_time_to_answer: Duration,
    /// The longest wait of an abandoned call.
    pub longest_time_to_abandon: Duration,
    /// Calls whose talk ended.
    pub talks: u64,
    /// Their talk times.
    pub talk_nanos: u128,
    /// Calls whose wrap-up ended.
    pub wrap_ups: u64,
    /// Their wrap-up times.
    pub wrap_up_nanos: u128,
    /// The integral over time of the number of counted calls that wait, in call-nanoseconds.
    pub queue_area: u128,
    /// The most counted calls that waited at once.
    pub longest_queue: u64,
    waiting: u64,
    changed: Instant,
}

impl GroupTotals {
    /// Counted calls that wait now.
    pub fn waiting(&self) -> u64 {
        self.waiting
    }

    /// The counts and sums with their names: those of the parts of a group's calls add up to those of all of them.
    pub(crate) fn sums(&self) -> [(&'static str, u128); 28] {
        // Taken apart by name, so that what is added above cannot be forgotten here.
        let GroupTotals {
            offered,
            delayed,
            blocked,
            balked,
            retried,
            transferred_in,
            transferred_out,
            flowed_in,
            flowed_out,
            disposed,
            call_backs,
            called_back,
            unanswered_rings,
            holds,
            hold_nanos,
            other_wait_nanos,
            answered,
            abandoned,
            answered_within,
            abandoned_within,
            answered_wait_nanos,
            answered_waits: _,
            abandoned_wait_nanos,
            longest_time_to_answer: _,
            longest_time_to_abandon: _,
            talks,
            talk_nanos,
            wrap_ups,
            wrap_up_nanos,
            queue_area,
            longest_queue: _,
            waiting,
            changed: _,
        } = *self;
        [
            ("offered", offered.into()),
            ("delayed", delayed.into()),
            ("blocked", blocked.into()),
            ("balked", balked.into()),
            ("retried", retried.into()),
            ("transferred in", transferred_in.into()),
            ("transferred out", transferred_out.into()),
            ("flowed in", flowed_in.into()),
            ("flowed out", flowed_out.into()),
            ("disposed", disposed.into()),
            ("call-backs accepted", call_backs.into()),
            ("called back", called_back.into()),
            ("unanswered rings", unanswered_rings.into()),
            ("holds", holds.into()),
            ("hold time", hold_nanos),
            ("waits of calls that flowed on or were disposed of", other_wait_nanos),
            ("answered", answered.into()),
            ("abandoned", abandoned.into()),
            ("answered within the threshold", answered_within.into()),
            ("abandoned within the threshold", abandoned_within.into()),
            ("waits of answered calls", answered_wait_nanos),
            ("waits of abandoned calls", abandoned_wait_nanos),
            ("talks", talks.into()),
            ("talk time", talk_nanos),
            ("wrap-ups", wrap_ups.into()),
            ("wrap-up time", wrap_up_nanos),
            ("area of the queue's length", queue_area),
            ("waiting", waiting.into()),
        ]
    }

    /// Lets the clock of the queue's area run up to now.
    #[inline]
    fn advance(&mut self, now: Instant) {
        self.queue_area += u128::from(self.waiting) * u128::from((now - self.changed).as_nanos());
        self.changed = now;
    }
}

/// Observes what happens to the calls of each group.
#[derive(Clone, Debug)]
pub struct Totals {
    threshold: Duration,
    groups: Vec<GroupTotals>,
}

impl Totals {
    /// Totals of so many groups, with the threshold of the service level.
    pub fn new(groups: usize, threshold: Duration) -> Self {
        Totals { threshold, groups: vec![GroupTotals::default(); groups] }
    }

    /// The totals of each group so far, in the order of the groups.
    pub fn groups(&self) -> &[GroupTotals] {
        &self.groups
    }

    /// The totals of each group, in the order of the groups.
    pub fn into_groups(self) -> Vec<GroupTotals> {
        self.groups
    }

    #[inline]
    fn group(&mut self, group: GroupId) -> &mut GroupTotals {
        &mut self.groups[group.0 as usize]
    }
}

impl Observer for Totals {
    #[inline(always)]
    fn observe(&mut self, now: Instant, event: &Event) {
        match *event {
            Event::CallArrived { group, origin, counted: true, .. } => {
                match origin {
                    Origin::Outside => {}
                    Origin::Retrial { .. } => self.group(group).retried += 1,
                    Origin::Transfer { from, .. } => {
                        self.group(from).transferred_out += 1;
                        self.group(group).transferred_in += 1;
                    }
                }
                let totals = self.group(group);
                totals.offered += 1;
                totals.advance(now);
                totals.waiting += 1;
            }
            Event::CallBlocked { group, counted: true, .. } => {
                let totals = self.group(group);
                totals.blocked += 1;
                totals.waiting -= 1;
            }
            Event::CallBalked { group, counted: true, .. } => {
                let totals = self.group(group);
                totals.balked += 1;
                totals.waiting -= 1;
            }
            Event::CallFlowed { from, to, waited, counted: true, .. } => {
                let totals = self.group(from);
                totals.advance(now);
                totals.waiting -= 1;
                totals.flowed_out += 1;
                totals.other_wait_nanos += u128::from(waited.as_nanos());
                let totals = self.group(to);
                totals.advance(now);
                totals.waiting += 1;
                totals.flowed_in += 1;
            }
            Event::CallDisposed { group, waited, counted: true, .. } => {
                let totals = self.group(group);
                totals.advance(now);
                totals.waiting -= 1;
                totals.disposed += 1;
                totals.other_wait_nanos += u128::from(waited.as_nanos());
            }
            Event::CallBackAccepted { group, counted: true, .. } => self.group(group).call_backs += 1,
            Event::CallUnanswered { group, counted: true, .. } => self.group(group).unanswered_rings += 1,
            Event::HoldEnded { group, held, counted: true, .. } => {
                let totals = self.group(group);
                totals.holds += 1;
                totals.hold_nanos += u128::from(held.as_nanos());
            }
            Event::CallWaits { group, counted: true, .. } => {
                let totals = self.group(group);
                totals.delayed += 1;
                totals.longest_queue = totals.longest_queue.max(totals.waiting);
            }
            Event::CallAnswered { group, waited, arrived, called_back, counted: true, .. } => {
                let within = u64::from(now - arrived <= self.threshold);
                let totals = self.group(group);
                totals.called_back += u64::from(called_back);
                totals.advance(now);
                totals.waiting -= 1;
                totals.answered += 1;
                totals.answered_within += within;
                totals.answered_waits.add(now - arrived);
                totals.answered_wait_nanos += u128::from(waited.as_nanos());
                totals.longest_time_to_answer = totals.longest_time_to_answer.max(waited);
            }
            Event::CallAbandoned { group, waited, arrived, counted: true, .. } => {
                let within = u64::from(now - arrived <= self.threshold);
                let totals = self.group(group);
                totals.advance(now);
                totals.waiting -= 1;
                totals.abandoned += 1;
                totals.abandoned_within += within;
                totals.abandoned_wait_nanos += u128::from(waited.as_nanos());
                totals.longest_time_to_abandon = totals.longest_time_to_abandon.max(waited);
            }
            Event::TalkEnded { group, talk, counted: true, .. } => {
                let totals = self.group(group);
                totals.talks += 1;
                totals.talk_nanos += u128::from(talk.as_nanos());
            }
            Event::WrapUpEnded { group, wrap_up, counted: true, .. } => {
                let totals = self.group(group);
                totals.wrap_ups += 1;
                totals.wrap_up_nanos += u128::from(wrap_up.as_nanos());
            }
            Event::MeasurementStarted => {
                for totals in &mut self.groups {
                    *totals = GroupTotals { changed: now, ..GroupTotals::default() };
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, end: Instant) {
        for totals in &mut self.groups {
            totals.advance(end);
        }
    }
}
