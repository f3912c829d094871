//! Timers: at most one pending time for each of a number of slots, and the earliest of them.

use crate::time::Instant;

/// A tournament tree of timers, one slot each.
///
/// The earliest timer is at hand in constant time; setting one takes as many steps as the logarithm of the slots has
/// bits. Of timers at the same instant the one with the lowest slot is the earliest.
///
/// Every key is the time in nanoseconds, followed by the slot in the lowest bits, so that one comparison of integers
/// decides and the root says whose timer it is. Where the horizon leaves too few bits for that, a key is the time alone,
/// and the slot is looked up on the way down from the root. A timer at or after the horizon never fires and is not kept.
#[derive(Clone, Debug)]
pub(super) struct Timers {
    /// The key of the root once more, and its time: they are looked at more often than they change.
    root: u64,
    earliest: Instant,
    /// Node `i` holds the lesser key of nodes `2i` and `2i + 1`; the second half are the slots.
    nodes: Vec<u64>,
    /// How many bits of a key are the slot; none if keys are times alone.
    slot_bits: u32,
    /// Those bits.
    slot_mask: u64,
    /// Whether keys are times alone.
    bare: bool,
    horizon: Instant,
    /// How a slot is set in a tree of this size.
    put: Put,
}

/// Sets the timer of a slot to a time; to none where that is at or after the horizon.
type Put = fn(&mut Timers, u32, Instant);

/// The key of a timer that is not set.
const UNSET: u64 = u64::MAX;

impl Timers {
    /// Timers for `slots` slots, none set, of which those before `horizon` will fire.
    pub(super) fn new(slots: usize, horizon: Instant) -> Self {
        let leaves = slots.next_power_of_two().max(1);
        let depth = leaves.trailing_zeros();
        // No key of a timer before the horizon may be that of one that is not set.
        let bare = horizon.as_nanos() > u64::MAX >> depth;
        let slot_bits = if bare { 0 } else { depth };
        // The key of no timer at all has the largest time that fits, and the horizon is not beyond that.
        let earliest = Instant::from_nanos(UNSET >> slot_bits);
        let (nodes, slot_mask) = (vec![UNSET; 2 * leaves], (1 << slot_bits) - 1);
        let put = SMALL.get(depth as usize).filter(|_| !bare).copied().unwrap_or(put_in_any);
        Timers { root: UNSET, earliest, nodes, slot_bits, slot_mask, bare, horizon, put }
    }

    /// Sets the timer of a slot, in place of the one that was there.
    #[inline]
    pub(super) fn set(&mut self, slot: u32, at: Instant) {
        (self.put)(self, slot, at);
    }

    /// Unsets the timer of a slot, if it is set.
    #[inline]
    pub(super) fn clear(&mut self, slot: u32) {
        if self.nodes[self.nodes.len() / 2 + slot as usize] != UNSET {
            self.set(slot, Instant::NEVER);
        }
    }

    /// Sets the timer that is the earliest, which is that of a slot, to another time.
    #[inline]
    pub(super) fn reset_earliest(&mut self, slot: u32, at: Instant) {
        // A tree of one slot is its root.
        if let [_, root] = &mut self.nodes[..]
            && at < self.horizon
        {
            (*root, self.root, self.earliest) = (at.as_nanos(), at.as_nanos(), at);
        } else {
            self.set(slot, at);
        }
    }

    /// When the earliest timer fires; some instant at or after the horizon if none is set.
    #[inline]
    pub(super) fn earliest(&self) -> Instant {
        self.earliest
    }

    /// The slot whose timer is the earliest; of no meaning if none is set.
    #[inline]
    pub(super) fn earliest_slot(&self) -> u32 {
        if self.bare { self.descend() } else { (self.root & self.slot_mask) as u32 }
    }

    /// The lowest slot whose key is that of the root.
    #[cold]
    fn descend(&self) -> u32 {
        let leaves = self.nodes.len() / 2;
        let mut node = 1;
        while node < leaves {
            node = 2 * node + usize::from(self.nodes[2 * node] != self.nodes[node]);
        }
        (node - leaves) as u32
    }

    /// Makes room for slot `slot`.
    #[inline]
    pub(super) fn ensure(&mut self, slot: u32) {
        if slot as usize >= self.nodes.len() / 2 {
            self.grow(slot);
        }
    }

    #[cold]
    fn grow(&mut self, slot: u32) {
        let old = std::mem::replace(self, Timers::new(slot as usize + 1, self.horizon));
        let slots = old.nodes.len() / 2;
        for (slot, &key) in old.nodes[slots..].iter().enumerate().filter(|&(_, &key)| key != UNSET) {
            self.set(slot as u32, Instant::from_nanos(key >> old.slot_bits));
        }
    }
}

/// By how many matches a slot plays up to the root: trees whose size is known when they are compiled are climbed without a loop, and
/// without a look at their bounds.
const SMALL: [Put; 15] = [
    put::<0, 2>,
    put::<1, 4>,
    put::<2, 8>,
    put::<3, 16>,
    put::<4, 32>,
    put::<5, 64>,
    put::<6, 128>,
    put::<7, 256>,
    put::<8, 512>,
    put::<9, 1024>,
    put::<10, 2048>,
    put::<11, 4096>,
    put::<12, 8192>,
    put::<13, 16384>,
    put::<14, 32768>,
];

/// For trees of `SIZE` nodes, whose keys end with the `BITS` bits of their slot.
fn put<const BITS: u32, const SIZE: usize>(timers: &mut Timers, slot: u32, at: Instant) {
    let nodes: &mut [u64; SIZE] = (&mut timers.nodes[..]).try_into().expect("a tree has twice as many nodes as slots");
    let slot = slot as usize & (SIZE / 2 - 1);
    let key = at.as_nanos() << BITS | slot as u64;
    let mut key = if at < timers.horizon { key } else { UNSET };
    let leaf = SIZE / 2 + slot;
    nodes[leaf] = key;
    for level in 0..BITS {
        key = key.min(nodes[leaf >> level ^ 1]);
        nodes[leaf >> (level + 1)] = key;
    }
    (timers.root, timers.earliest) = (key, Instant::from_nanos(key >> BITS));
}

/// For trees of any size.
fn put_in_any(timers: &mut Timers, slot: u32, at: Instant) {
    let key = at.as_nanos() << timers.slot_bits | u64::from(slot) & timers.slot_mask;
    let mut key = if at < timers.horizon { key } else { UNSET };
    let mut node = timers.nodes.len() / 2 + slot as usize;
    timers.nodes[node] = key;
    while node > 1 {
        key = key.min(timers.nodes[node ^ 1]);
        node /= 2;
        timers.nodes[node] = key;
    }
    (timers.root, timers.earliest) = (key, Instant::from_nanos(key >> timers.slot_bits));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HORIZON: Instant = Instant::from_nanos(1_000);

    #[test]
    fn of_equal_times_the_lowest_slot_comes_first() {
        let mut timers = Timers::new(5, HORIZON);
        for slot in [4, 1, 3] {
            timers.set(slot, Instant::from_nanos(7));
        }
        let mut order = Vec::new();
        while timers.earliest() < HORIZON {
            order.push(timers.earliest_slot());
            timers.clear(timers.earliest_slot());
        }
        assert_eq!(order, [1, 3, 4]);
    }

    #[test]
    fn a_timer_at_the_horizon_never_fires() {
        let mut timers = Timers::new(1, HORIZON);
        timers.set(0, HORIZON);
        assert!(timers.earliest() >= HORIZON);
        timers.set(0, Instant::from_nanos(999));
        assert_eq!(timers.earliest(), Instant::from_nanos(999));
    }

    proptest! {
        /// The tree against a plain list of times, with growth, up to where the slots fit into the keys and beyond.
        #[test]
        fn the_earliest_is_that_of_a_plain_list(
            horizon in prop::sample::select(vec![1_000_u64, 1 << 58, 1 << 60, 1 << 63]),
            steps in prop::collection::vec((0_u32..40, 0_u64..1_200), 1..200),
        ) {
            let mut timers = Timers::new(1, Instant::from_nanos(horizon));
            let mut list = [None::<u64>; 40];
            for (slot, before_horizon) in steps {
                timers.ensure(slot);
                let nanos = (horizon + 100).saturating_sub(before_horizon);
                if before_horizon >= 1_100 {
                    timers.clear(slot);
                    list[slot as usize] = None;
                } else {
                    timers.set(slot, Instant::from_nanos(nanos));
                    list[slot as usize] = (nanos < horizon).then_some(nanos);
                }
                let expected = (0..).zip(&list).filter_map(|(slot, time)| time.map(|time| (time, slot))).min();
                let found = (timers.earliest() < Instant::from_nanos(horizon))
                    .then(|| (timers.earliest().as_nanos(), timers.earliest_slot()));
                prop_assert_eq!(found, expected);
            }
        }
    }
}
