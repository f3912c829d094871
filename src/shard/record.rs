//! The form in which the exact results of a replication are kept: whole numbers, so that what is made of them later is what is
//! made of them at once, to the last bit.

use std::io;

use crate::experiment::ReplicationResult;
use crate::statistics::Intervals;

/// The exact results of a replication and of its intervals, as bytes.
///
/// The form is that of this version of the program: whoever keeps it says which version wrote it.
///
/// # Errors
///
/// Only if memory runs out.
pub fn encode(result: &ReplicationResult, intervals: &Intervals) -> io::Result<Vec<u8>> {
    postcard::to_stdvec(&(result, intervals)).map_err(io::Error::other)
}

/// What [`encode`] made bytes of.
///
/// # Errors
///
/// If the bytes are none that it made, or more than those.
pub fn decode(bytes: &[u8]) -> io::Result<(ReplicationResult, Intervals)> {
    match postcard::take_from_bytes(bytes) {
        Ok((results, [])) => Ok(results),
        Ok((_, more)) => Err(io::Error::other(format!("{} bytes more than a replication has", more.len()))),
        Err(error) => Err(io::Error::other(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::replicate;
    use crate::scenario;
    use crate::simulation::Control;

    /// A scenario that is plain, and one that has nearly everything.
    #[test]
    fn nothing_of_a_replication_is_lost() {
        for path in ["scenarios/quickstart.toml", "scenarios/whole-center.toml"] {
            let scenario = scenario::read(path.as_ref()).unwrap_or_else(|error| panic!("{error}"));
            let (length, threshold) = (scenario.interval, scenario.service_level_threshold);
            let mut intervals = Intervals::new(length, scenario.horizon, scenario.groups.len(), threshold);
            let result = replicate(&scenario, 1, &mut intervals, &Control::default()).expect("it ends");
            let bytes = encode(&result, &intervals).expect("there is memory");
            let (again, intervals_again) = decode(&bytes).expect("it was encoded");
            assert_eq!(format!("{again:?}"), format!("{result:?}"));
            assert!(intervals_again.iter().eq(intervals.iter()));
            assert!(decode(&bytes[..bytes.len() - 1]).is_err());
            assert!(decode(&[&bytes[..], &[0]].concat()).is_err());
        }
    }
}
