//! Batches: calls that arrive at one instant.

use std::sync::Arc;

use crate::random::{AliasTable, Stream, UnitExponential};
use crate::scenario::Batch;

/// Draws the sizes of batches.
#[derive(Clone, Debug)]
pub(super) struct Batches {
    law: Law,
    stream: Stream,
}

#[derive(Clone, Debug)]
enum Law {
    Always(u32),
    /// The mean of an exponential whose whole part is the size but for one.
    Geometric {
        unit: UnitExponential,
        mean: f64,
    },
    Sizes {
        which: Arc<AliasTable>,
        sizes: Arc<[u32]>,
    },
}

impl Batches {
    pub(super) fn new(batch: &Batch, stream: Stream) -> Self {
        let law = match batch {
            Batch::Always(size) => Law::Always(*size),
            // P(size > k) = (1 - 1/mean)^k.
            Batch::Geometric { mean } => {
                Law::Geometric { unit: UnitExponential::new(), mean: -1.0 / libm::log1p(-1.0 / mean) }
            }
            Batch::Sizes(sizes) => {
                let all: f64 = sizes.iter().map(|size| size.weight).sum();
                let shares: Vec<f64> = sizes.iter().map(|size| size.weight / all).collect();
                Law::Sizes {
                    which: Arc::new(AliasTable::new(&shares)),
                    sizes: sizes.iter().map(|size| size.size).collect(),
                }
            }
        };
        Batches { law, stream }
    }

    /// How many calls the next batch has, at least 1.
    pub(super) fn draw(&mut self) -> u32 {
        match &self.law {
            Law::Always(size) => *size,
            // The cast saturates.
            Law::Geometric { unit, mean } => ((unit.draw(&mut self.stream) * mean) as u32).saturating_add(1),
            Law::Sizes { which, sizes } => sizes[which.draw(&mut self.stream)],
        }
    }
}
