//! Draws that are made some at a time, ahead of their use.

use super::Stream;

/// How many draws are made at a time.
pub(super) const AHEAD: usize = 128;

/// What values are drawn from.
pub(crate) trait Draw {
    /// What is drawn.
    type Value: Copy + Default;

    /// Draws one value.
    fn draw_one(&self, stream: &mut Stream) -> Self::Value;

    /// Draws as many values as there is room for, one after the other.
    fn fill(&self, room: &mut [Self::Value], stream: &mut Stream) {
        room.fill_with(|| self.draw_one(stream));
    }
}

/// A stream whose draws are made ahead, some at a time, if all of them are of one law: a loop over one law takes half the
/// time of as many draws between other work. The values are the same as those of draws one by one.
#[derive(Clone, Debug)]
pub(crate) struct Ahead<T> {
    stream: Stream,
    one_law: bool,
    drawn: [T; AHEAD],
    /// Which of them is next; [`AHEAD`] if all are used.
    next: usize,
}

impl<T: Copy + Default> Ahead<T> {
    /// The draws of a stream; `one_law` tells that all are made with the same law.
    pub(crate) fn new(stream: Stream, one_law: bool) -> Self {
        Ahead { stream, one_law, drawn: [T::default(); AHEAD], next: AHEAD }
    }

    /// The next draw of a law.
    #[inline(always)]
    pub(crate) fn draw(&mut self, law: &impl Draw<Value = T>) -> T {
        match self.drawn.get(self.next) {
            Some(&drawn) => {
                self.next += 1;
                drawn
            }
            None => self.draw_more(law),
        }
    }

    #[inline(never)]
    fn draw_more(&mut self, law: &impl Draw<Value = T>) -> T {
        if !self.one_law {
            return law.draw_one(&mut self.stream);
        }
        law.fill(&mut self.drawn, &mut self.stream);
        self.next = 1;
        self.drawn[0]
    }

    /// The stream itself, for who never draws with a law.
    pub(crate) fn stream(&mut self) -> &mut Stream {
        debug_assert_eq!(self.next, AHEAD, "what is drawn ahead is used first");
        &mut self.stream
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::{Distribution, Purpose};
    use super::*;

    fn stream() -> Stream {
        Stream::new(3, 1, Purpose::Talk, Uuid::from_u128(7))
    }

    #[test]
    fn draws_ahead_are_those_of_draws_one_by_one() {
        let laws = [
            Distribution::exponential_mean(100.0),
            Distribution::lognormal_mean_sd(100.0, 120.0),
            Distribution::uniform(10.0, 20.0),
            Distribution::constant(5.0),
        ];
        for law in laws {
            let law = law.unwrap().sampler();
            let (mut ahead, mut one_by_one, mut plain) =
                (Ahead::new(stream(), true), Ahead::new(stream(), false), stream());
            for _ in 0..5 * AHEAD / 2 {
                let drawn = law.sample(&mut plain);
                assert_eq!((ahead.draw(&law), one_by_one.draw(&law)), (drawn, drawn));
            }
        }
    }

    #[test]
    fn a_law_may_change_where_nothing_is_drawn_ahead() {
        let law = |mean| Distribution::exponential_mean(mean).unwrap().sampler();
        let (one, other) = (law(1.0), law(9.0));
        let (mut draws, mut plain) = (Ahead::new(stream(), false), stream());
        assert_eq!(draws.draw(&one), one.sample(&mut plain));
        assert_eq!(draws.draw(&other), other.sample(&mut plain));
        assert_eq!(draws.stream().next_u64(), plain.next_u64());
    }
}
