//! Random streams, one for each purpose of each entity.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
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
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of one purpose of one entity in one replication.
    pub fn new(seed: u64, replication: u32, purpose: Purpose, entity: Uuid) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..12].copy_from_slice(&replication.to_le_bytes());
        key[12..16].copy_from_slice(&(purpose as u32).to_le_bytes());
        key[16..].copy_from_slice(entity.as_bytes());
        Stream(ChaCha8Rng::from_seed(key))
    }

    /// The next 64 random bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// The next number from 0 (included) to 1 (excluded), a multiple of 2⁻⁵³.
    #[inline]
    pub fn next_unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }
}
