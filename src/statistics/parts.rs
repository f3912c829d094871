//! Totals of the parts that the calls of a group fall into: its classes, or whether an agent has passed them on.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::{GroupTotals, Totals};
use crate::acd::GroupId;
use crate::scenario::Scenario;
use crate::simulation::{Event, Observer, Origin};
use crate::time::Instant;

/// Observes what happens to the calls of each part of each group, as [`Totals`] does for whole groups.
///
/// Which part a call is of is known when it arrives. The memory is that of the parts and of the calls that have not ended.
///
/// ```
/// use acdsim::simulation::{Control, run};
/// use acdsim::statistics::Parts;
///
/// let scenario = acdsim::scenario::parse(
///     r#"
///     horizon = "8h"
///     [[group]]
///     name = "Sales"
///     arrivals = { rate = "100/h" }
///     talk = { distribution = "exponential", mean = "3m" }
///     classes = [{ name = "Regular", share = "70%" }, { name = "Gold", share = "30%", priority = 1 }]
///     priority = 2
///     [[agents]]
///     name = "Agent"
///     count = 6
///     groups = ["Sales"]
///     "#,
///     "sales.toml".as_ref(),
/// )?;
/// let mut classes = Parts::by_class(&scenario);
/// let finished = run(&scenario, 1, &mut classes, &Control::default())?;
/// let groups = classes.into_groups();
/// let [regular, gold, none_of_them] = &groups[0][..] else { panic!("two classes and the rest") };
/// assert_eq!(regular.offered + gold.offered, finished.calls);
/// assert!(gold.answered_wait_nanos / u128::from(gold.answered) < regular.answered_wait_nanos / u128::from(regular.answered));
/// assert_eq!(none_of_them.offered, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Parts<'s> {
    scenario: &'s Scenario,
    by: By,
    /// The totals of all parts, those of a group beside each other.
    totals: Totals,
    /// The first part of each group, and where the last ends.
    first: Vec<u32>,
    open: HashMap<u64, Part, BuildHasherDefault<CallHasher>>,
    /// Calls that ended at the last instant: what they have become may still arrive.
    ended: Vec<u64>,
    ended_at: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Class,
    Transfer,
}

/// What a call is.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// The group that it arrived for.
    home: usize,
    /// Its class there, or 1 for a call that an agent has passed on and 0 for another.
    index: u32,
}

impl<'s> Parts<'s> {
    /// A part for each class of a group, and one more for calls of none of them, such as come from other queues.
    ///
    /// A call that flows to another group is there of the class of the same name.
    pub fn by_class(scenario: &'s Scenario) -> Self {
        let parts = scenario.groups.iter().map(|group| group.callers.classes.len() as u32 + 1);
        Parts::new(scenario, By::Class, parts)
    }

    /// The calls that no agent has passed on to the group, and those that one has, or has handed over.
    pub fn by_transfer(scenario: &'s Scenario) -> Self {
        Parts::new(scenario, By::Transfer, scenario.groups.iter().map(|_| 2))
    }

    fn new(scenario: &'s Scenario, by: By, parts: impl Iterator<Item = u32>) -> Self {
        let mut first = vec![0];
        first.extend(parts.scan(0, |sum, parts| {
            *sum += parts;
            Some(*sum)
        }));
        let all = first[first.len() - 1] as usize;
        let totals = Totals::new(all, scenario.service_level_threshold);
        let (open, ended) = (HashMap::default(), Vec::new());
        Parts { scenario, by, totals, first, open, ended, ended_at: Instant::START }
    }

    /// The totals of the parts of each group, in the order of the groups.
    pub fn into_groups(self) -> Vec<Vec<GroupTotals>> {
        let mut totals = self.totals.into_groups().into_iter();
        self.first.windows(2).map(|ends| totals.by_ref().take((ends[1] - ends[0]) as usize).collect()).collect()
    }

    /// What the part of a call is called among all parts while it is of a group.
    fn part(&self, call: u64, group: GroupId) -> GroupId {
        let to = group.0 as usize;
        let index = match (self.by, self.open.get(&call)) {
            (By::Class, Some(part)) if part.home == to => part.index,
            (By::Class, Some(part)) => self.scenario.class_in(part.index, part.home, to),
            (By::Transfer, Some(part)) => part.index,
            (_, None) => 0,
        };
        GroupId(self.first[to] + index)
    }

    #[inline(never)]
    fn observe_call(&mut self, now: Instant, event: &Event) {
        if now > self.ended_at {
            for call in self.ended.drain(..) {
                self.open.remove(&call);
            }
        }
        let mut event = *event;
        let ended = match &mut event {
            Event::CallArrived { call, group, class, origin, .. } => {
                let index = match self.by {
                    By::Class => *class,
                    By::Transfer => u32::from(matches!(origin, Origin::Transfer { .. })),
                };
                if let Origin::Transfer { of, from } = origin {
                    *from = self.part(*of, *from);
                }
                self.open.insert(*call, Part { home: group.0 as usize, index });
                *group = self.part(*call, *group);
                None
            }
            Event::CallFlowed { call, from, to, .. } => {
                (*from, *to) = (self.part(*call, *from), self.part(*call, *to));
                None
            }
            Event::CallWaits { call, group, .. }
            | Event::CallUnanswered { call, group, .. }
            | Event::CallBackAccepted { call, group, .. }
            | Event::CallAnswered { call, group, .. }
            | Event::HoldEnded { call, group, .. }
            | Event::TalkEnded { call, group, .. } => {
                *group = self.part(*call, *group);
                None
            }
            Event::CallBlocked { call, group, .. }
            | Event::CallBalked { call, group, .. }
            | Event::CallDisposed { call, group, .. }
            | Event::CallAbandoned { call, group, .. }
            | Event::WrapUpEnded { call, group, .. } => {
                *group = self.part(*call, *group);
                Some(*call)
            }
            Event::MeasurementStarted => None,
            Event::SessionCreated { .. }
            | Event::SessionChanged(_)
            | Event::CallRings { .. }
            | Event::AgentAway { .. }
            | Event::OtherCallBegan { .. }
            | Event::OtherCallEnded { .. } => return,
        };
        self.totals.observe(now, &event);
        if let Some(call) = ended {
            self.ended.push(call);
            self.ended_at = now;
        }
    }
}

impl Observer for Parts<'_> {
    // Inlined, so that events that are none of its business are gone where they are made.
    #[inline(always)]
    fn observe(&mut self, now: Instant, event: &Event) {
        if !matches!(
            event,
            Event::SessionCreated { .. }
                | Event::SessionChanged(_)
                | Event::CallRings { .. }
                | Event::AgentAway { .. }
                | Event::OtherCallBegan { .. }
                | Event::OtherCallEnded { .. }
        ) {
            self.observe_call(now, event);
        }
    }

    fn finish(&mut self, end: Instant) {
        self.totals.finish(end);
    }
}

/// Spreads the numbers of calls, which follow each other, by a multiplication (D. E. Knuth, 1973, The art of computer
/// programming 3, 6.4).
#[derive(Clone, Copy, Debug, Default)]
struct CallHasher(u64);

impl Hasher for CallHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(self.0 ^ u64::from(byte)));
    }

    fn write_u64(&mut self, call: u64) {
        self.0 = call.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
