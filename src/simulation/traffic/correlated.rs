//! Talk and wrap-up times that belong together.

use super::Streams;
use crate::random::{Distribution, Normal};
use crate::time::Duration;

/// The laws of talk and wrap-up with the correlation of the normals behind them (R. B. Nelsen, 2006, An introduction to
/// copulas).
#[derive(Clone, Debug)]
pub(super) struct Correlated {
    talk: Distribution,
    wrap_up: Distribution,
    correlation: f64,
    /// The weight of what is not in common, √(1 − ρ²).
    own: f64,
    normal: Normal,
}

impl Correlated {
    pub(super) fn new(talk: &Distribution, wrap_up: &Distribution, correlation: f64) -> Self {
        let own = (1.0 - correlation * correlation).sqrt();
        Correlated { talk: talk.clone(), wrap_up: wrap_up.clone(), correlation, own, normal: Normal::new() }
    }

    /// The talk and the wrap-up of a call of which as much is known: what is not is drawn as it belongs to what is.
    ///
    /// One normal is drawn of the stream of talk and one of that of wrap-up, whatever is known.
    #[inline(never)]
    pub(super) fn complete(
        &self,
        known_talk: Option<Duration>,
        known_wrap_up: Option<Duration>,
        streams: &mut Streams,
    ) -> (Duration, Duration) {
        let (of_talks, of_wrap_ups) = (streams.talk.stream(), streams.wrap_up.stream());
        let (first, second) = (self.normal.draw(of_talks), self.normal.draw(of_wrap_ups));
        let given = |z: f64, other: f64| self.correlation * z + self.own * other;
        let of_talk = |z| Duration::from_secs_f64(self.talk.at_normal(z));
        let of_wrap_up = |z| Duration::from_secs_f64(self.wrap_up.at_normal(z));
        match (known_talk, known_wrap_up) {
            (None, None) => (of_talk(first), of_wrap_up(given(first, second))),
            (Some(talk), None) => (talk, of_wrap_up(given(self.talk.normal_at(talk, of_talks), second))),
            (None, Some(wrap_up)) => (of_talk(given(self.wrap_up.normal_at(wrap_up, of_wrap_ups), first)), wrap_up),
            (Some(talk), Some(wrap_up)) => (talk, wrap_up),
        }
    }
}
