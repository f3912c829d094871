//! The fingerprint of a run: a digest of its event stream.

use serde::{Deserialize, Serialize};

use super::{Event, Observer};
use crate::time::Instant;

/// A 64-bit digest of every event with its time, in order; equal wherever the run ran.
///
/// Each event is folded into the state by one multiplication of 64 by 64 bits whose halves are combined (the mixing step
/// of wyhash, Wang Yi 2019). It tells runs apart; it is no protection against forgery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint(u64);

const SEED: u64 = 0xa076_1d64_78bd_642f;
const TIME: u64 = 0xe703_7ed1_a0b4_28db;
const CALL: u64 = 0x8ebc_6af0_9c88_c6e3;
const KIND: u64 = 0x5899_65cc_7537_4cc3;

impl Default for Fingerprint {
    fn default() -> Self {
        Fingerprint(SEED)
    }
}

impl Fingerprint {
    /// The digest so far.
    pub fn value(self) -> u64 {
        self.0
    }

    /// Folds another digest into this one: so those of replications, in their order, make that of an experiment.
    pub fn combine(&mut self, other: Fingerprint) {
        self.0 = fold(self.0 ^ other.0, KIND);
    }

    #[inline(always)]
    fn mix(&mut self, now: Instant, kind: u64, call: u64, who: u32) {
        let what = now.as_nanos().wrapping_mul(TIME) ^ call.wrapping_mul(CALL);
        self.0 = fold(self.0 ^ what, KIND ^ (kind << 32 | u64::from(who)));
    }
}

#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

impl Observer for Fingerprint {
    #[inline(always)]
    fn observe(&mut self, now: Instant, event: &Event) {
        match *event {
            Event::MeasurementStarted => self.mix(now, 1, 0, 0),
            Event::SessionCreated { session, agent, group } => {
                self.mix(now, 2, u64::from(agent.0) << 32 | u64::from(group.0), session.0);
            }
            Event::SessionChanged(change) => {
                self.mix(now, 3, (change.from as u64) << 8 | change.to as u64, change.session.0);
            }
            Event::CallArrived { call, group, .. } => self.mix(now, 4, call, group.0),
            Event::CallWaits { call, group, .. } => self.mix(now, 5, call, group.0),
            Event::CallAnswered { call, session, .. } => self.mix(now, 6, call, session.0),
            Event::CallAbandoned { call, group, .. } => self.mix(now, 7, call, group.0),
            Event::TalkEnded { call, session, .. } => self.mix(now, 8, call, session.0),
            Event::WrapUpEnded { call, session, .. } => self.mix(now, 9, call, session.0),
            Event::CallBlocked { call, group, .. } => self.mix(now, 10, call, group.0),
            Event::CallBalked { call, group, .. } => self.mix(now, 11, call, group.0),
            Event::CallRings { call, session, .. } => self.mix(now, 12, call, session.0),
            Event::CallUnanswered { call, session, .. } => self.mix(now, 13, call, session.0),
            Event::CallBackAccepted { call, group, .. } => self.mix(now, 14, call, group.0),
            Event::CallFlowed { call, from, to, .. } => self.mix(now, 15, call, from.0 << 16 ^ to.0),
            Event::CallDisposed { call, group, .. } => self.mix(now, 16, call, group.0),
            Event::HoldEnded { call, session, .. } => self.mix(now, 17, call, session.0),
            Event::AgentAway { agent, until, .. } => self.mix(now, 18, until.as_nanos(), agent.0),
            Event::OtherCallBegan { agent, length, .. } => self.mix(now, 19, length.as_nanos(), agent.0),
            Event::OtherCallEnded { agent } => self.mix(now, 20, 0, agent.0),
        }
    }

    fn finish(&mut self, end: Instant) {
        self.mix(end, 0, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acd::GroupId;

    fn digest(events: &[(u64, u64)]) -> u64 {
        let mut fingerprint = Fingerprint::default();
        for &(nanos, call) in events {
            let event = Event::CallWaits { call, group: GroupId(0), counted: true };
            fingerprint.observe(Instant::from_nanos(nanos), &event);
        }
        fingerprint.value()
    }

    #[test]
    fn time_call_and_order_matter() {
        let digests = [digest(&[]), digest(&[(1, 1), (2, 2)]), digest(&[(2, 2), (1, 1)]), digest(&[(1, 2), (2, 1)])];
        for (i, a) in digests.iter().enumerate() {
            assert!(digests[i + 1..].iter().all(|b| a != b));
        }
    }
}
