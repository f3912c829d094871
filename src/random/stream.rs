//! Random streams, one for each purpose of each entity.

use rand_chacha::ChaCha8Core;
use rand_core::SeedableRng;
use rand_core::block::Generator;
use uuid::Uuid;

/// What a stream's numbers are drawn for; part of the stream's key.
///
/// The numbers are part of the promise that a seed gives the same run: they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Purpose {
    /// Times between the arrivals of a group's calls.
    Arrivals = 1,
    /// Talk times of a group's calls.
    Talk = 2,
    /// Wrap-up times of a group's calls.
    WrapUp = 3,
    /// Patience of a group's callers.
    Patience = 4,
    /// How many calls of a group are there when a run begins.
    InitialCalls = 5,
    /// What a verdict leaves to chance.
    Verdict = 6,
    /// How often a group's recorded calls come.
    Copies = 20,
    /// When those of them come that come once more.
    Displacement = 21,
    /// The part of a busyness that is common to its groups.
    Busyness = 22,
    /// The part of a busyness that is a group's own.
    BusynessOfGroup = 23,
    /// The states that modulate a group's rate.
    Modulation = 24,
    /// How many of a group's calls arrive at one instant.
    Batch = 25,
    /// What the callers of a group choose: class, refusing to wait, calling again, being called back.
    Choices = 32,
    /// The waits that callers of a group tolerate when they are told.
    Tolerance = 33,
    /// Times until the callers of a group call again.
    Retrial = 34,
    /// Times on hold of a group's calls.
    Hold = 35,
    /// Times until an agent answers a ringing telephone.
    Ring = 36,
    /// Whether an agent comes to work.
    Absence = 37,
    /// How far an agent is off the plan.
    Adherence = 38,
    /// When an agent is called otherwise.
    OtherIncoming = 39,
    /// When an agent calls otherwise.
    OtherOutgoing = 40,
    /// How long an agent's other calls last.
    OtherLength = 41,
    /// Choices among agents who are alike.
    Routing = 42,
    /// Which values of a sweep go together, and where in its part of the range each of them is.
    Sweep = 60,
}

/// A ChaCha8 random stream keyed by seed, replication, purpose and entity.
///
/// The 256-bit key is the seed (8 bytes), the replication (4), the purpose (4) and the entity (16), all little
/// endian but for the entity, which is in the byte order of its UUID. Two streams that differ in any of the four
/// are independent, so adding a group or an agent does not change the callers of another group.
///
/// ```
/// use acdsim::random::{Purpose, Stream};
/// use uuid::Uuid;
///
/// let sales = Uuid::from_u128(1);
/// let mut talk = Stream::new(42, 1, Purpose::Talk, sales);
/// let mut again = Stream::new(42, 1, Purpose::Talk, sales);
/// assert_eq!(talk.next_u64(), again.next_u64());
/// let mut wrap_up = Stream::new(42, 1, Purpose::WrapUp, sales);
/// assert_ne!(talk.next_u64(), wrap_up.next_u64());
/// ```
#[derive(Clone, Debug)]
pub struct Stream {
    core: ChaCha8Core,
    /// The generator's numbers, as many as it makes at a time.
    batch: [u64; BATCH],
    /// Which of them is next; [`BATCH`] if all are used.
    next: usize,
}

/// Four blocks of ChaCha.
const BATCH: usize = 32;

impl Stream {
    /// The stream of one purpose of one entity in one replication.
    pub fn new(seed: u64, replication: u32, purpose: Purpose, entity: Uuid) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..12].copy_from_slice(&replication.to_le_bytes());
        key[12..16].copy_from_slice(&(purpose as u32).to_le_bytes());
        key[16..].copy_from_slice(entity.as_bytes());
        Stream { core: ChaCha8Core::from_seed(key), batch: [0; BATCH], next: BATCH }
    }

    /// The next 64 random bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        // One branch: whether the batch is used up is what the bounds check asks.
        match self.batch.get(self.next) {
            Some(&bits) => {
                self.next += 1;
                bits
            }
            None => self.next_of_new_batch(),
        }
    }

    #[cold]
    #[inline(never)]
    fn next_of_new_batch(&mut self) -> u64 {
        let mut words = [0; 2 * BATCH];
        self.core.generate(&mut words);
        for (bits, word) in self.batch.iter_mut().zip(words.as_chunks().0) {
            let [low, high]: [u32; 2] = *word;
            *bits = u64::from(high) << 32 | u64::from(low);
        }
        self.next = 1;
        self.batch[0]
    }

    /// The next number from 0 (included) to 1 (excluded), a multiple of 2⁻⁵³.
    #[inline]
    pub fn next_unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_values(seed: u64, replication: u32, purpose: Purpose, entity: u128) -> [u64; 4] {
        let mut stream = Stream::new(seed, replication, purpose, Uuid::from_u128(entity));
        std::array::from_fn(|_| stream.next_u64())
    }

    /// The expected values are of another implementation of ChaCha8, written from its description.
    #[test]
    fn the_key_rule_gives_these_numbers() {
        let small = [0xd704_45d1_e341_c8a7, 0xdecc_720a_efcd_ed28, 0x79c4_177f_7854_c438, 0xbd95_2273_06b8_6191];
        assert_eq!(first_values(42, 1, Purpose::Talk, 1), small);

        let every_byte = [0x646b_3cfc_279f_7dfc, 0x00e3_c0c9_fbfa_dd11, 0x1f5a_5f8f_5f81_9751, 0x2ca1_fd42_6d73_0040];
        let entity = 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff;
        assert_eq!(first_values(0x0123_4567_89ab_cdef, 7, Purpose::Patience, entity), every_byte);
    }

    #[test]
    fn the_numbers_go_on_over_the_blocks_of_the_generator() {
        let mut stream = Stream::new(42, 1, Purpose::Talk, Uuid::from_u128(1));
        let fortieth = (0..40).map(|_| stream.next_u64()).last();
        assert_eq!(fortieth, Some(0x1f9e_e0ad_1563_3172));
    }

    #[test]
    fn streams_differ_in_each_part_of_the_key() {
        let streams = [
            first_values(1, 1, Purpose::Arrivals, 1),
            first_values(2, 1, Purpose::Arrivals, 1),
            first_values(1 << 63 | 1, 1, Purpose::Arrivals, 1),
            first_values(1, 2, Purpose::Arrivals, 1),
            first_values(1, 1 << 31 | 1, Purpose::Arrivals, 1),
            first_values(1, 1, Purpose::Talk, 1),
            first_values(1, 1, Purpose::WrapUp, 1),
            first_values(1, 1, Purpose::Patience, 1),
            first_values(1, 1, Purpose::Arrivals, 2),
            first_values(1, 1, Purpose::Arrivals, 1 << 127 | 1),
        ];
        let mut values = streams.concat();
        values.sort_unstable();
        values.dedup();
        assert_eq!(values.len(), 40, "no two streams share a value");
    }

    #[test]
    fn a_unit_number_is_below_one_and_fills_its_53_bits() {
        let mut stream = Stream::new(42, 1, Purpose::Talk, Uuid::from_u128(1));
        let mut bits_seen = 0;
        for _ in 0..1000 {
            let unit = stream.next_unit();
            assert!((0.0..1.0).contains(&unit));
            bits_seen |= (unit * (1_u64 << 53) as f64) as u64;
        }
        assert_eq!(bits_seen, (1 << 53) - 1);
    }
}
