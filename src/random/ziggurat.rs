//! UnitExponential and normal variates by the ziggurat method.
//!
//! The area under a falling density is covered by 256 layers of equal area, rectangles but for the lowest, which has
//! the tail (G. Marsaglia and W. W. Tsang, 2000, The ziggurat method for generating random variables, Journal of
//! Statistical Software 5). About 99 draws of 100 fall where a rectangle is all below the density, and cost one multiplication and
//! one comparison; the others need a function of analysis.
//!
//! The original takes the layer from the bits that also place the point, which correlates the two (J. A. Doornik, 2005,
//! An improved ziggurat method to generate normal random samples). Here the layer is bits 0 to 7, the sign of a normal
//! bit 8, and the place bits 11 to 63: they share none.

use std::fmt;
use std::sync::LazyLock;

use super::Stream;
use super::ahead::Draw;

const LAYERS: usize = 256;

/// Where the tail of the exponential begins, for 256 layers (Marsaglia and Tsang 2000).
const EXPONENTIAL_TAIL: f64 = 7.697_117_470_131_05;
/// Where the tail of the normal begins, for 256 layers (Marsaglia and Tsang 2000).
const NORMAL_TAIL: f64 = 3.654_152_885_361_009;

/// Draws exponential variates of mean 1, as numbers: what arrivals are made of.
///
/// ```
/// use acdsim::random::{Purpose, Stream, UnitExponential};
/// use uuid::Uuid;
///
/// let mut stream = Stream::new(42, 1, Purpose::Arrivals, Uuid::from_u128(1));
/// let unit = UnitExponential::new();
/// assert!(unit.draw(&mut stream) >= 0.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct UnitExponential(&'static Layers);

/// Draws standard normal variates.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Normal(&'static Layers);

/// The layers of one density, the lowest first.
struct Layers {
    /// What every draw looks at, side by side.
    fast: [Layer; LAYERS],
    /// Layer i lies between heights i and i + 1; the lowest has the tail instead of its first.
    heights: [f64; LAYERS + 1],
}

/// A layer's widths.
#[derive(Clone, Copy)]
struct Layer {
    /// The full width times 2⁻⁵³.
    unit: f64,
    /// The width within which the whole layer is below the density.
    inner: f64,
}

impl Layers {
    /// The layers of a density, given with its inverse, whose tail begins at `tail` and whose layers have this `area`.
    fn new(tail: f64, area: f64, density: fn(f64) -> f64, inverse: fn(f64) -> f64) -> Self {
        let mut widths = [0.0; LAYERS + 1];
        widths[0] = area / density(tail);
        widths[1] = tail;
        for i in 1..LAYERS - 1 {
            widths[i + 1] = inverse(density(widths[i]) + area / widths[i]);
        }
        let unit = 1.0 / (1_u64 << 53) as f64;
        Layers {
            fast: std::array::from_fn(|i| Layer { unit: widths[i] * unit, inner: widths[i + 1] }),
            heights: widths.map(density),
        }
    }

    /// Of 64 random bits: the layer, the place in it from the left, and whether that is surely below the density.
    #[inline]
    fn place(&self, bits: u64) -> (usize, f64, bool) {
        let index = (bits % LAYERS as u64) as usize;
        let layer = &self.fast[index];
        let x = (bits >> 11) as f64 * layer.unit;
        (index, x, x < layer.inner)
    }

    /// A height in the layer, of which the density at its lower and its upper edge are known.
    fn height(&self, index: usize, stream: &mut Stream) -> f64 {
        self.heights[index] + (self.heights[index + 1] - self.heights[index]) * stream.next_unit()
    }
}

impl Default for UnitExponential {
    fn default() -> Self {
        Self::new()
    }
}

impl UnitExponential {
    /// Such a sampler; all share one table.
    pub fn new() -> Self {
        static LAYERS: LazyLock<Layers> = LazyLock::new(|| {
            let density = |x: f64| libm::exp(-x);
            // The lowest layer: its rectangle, and a tail that has the area of the density where it begins.
            let area = (EXPONENTIAL_TAIL + 1.0) * density(EXPONENTIAL_TAIL);
            Layers::new(EXPONENTIAL_TAIL, area, density, |y| -libm::log(y))
        });
        UnitExponential(&LAYERS)
    }

    /// Draws a variate of mean 1.
    #[inline]
    pub fn draw(self, stream: &mut Stream) -> f64 {
        match self.0.place(stream.next_u64()) {
            (_, x, true) => x,
            (index, x, false) => self.at_the_edge(index, x, stream),
        }
    }

    #[cold]
    #[inline(never)]
    fn at_the_edge(self, mut index: usize, mut x: f64, stream: &mut Stream) -> f64 {
        loop {
            if index == 0 {
                // What is left after the tail begins is exponential again.
                return EXPONENTIAL_TAIL - libm::log(1.0 - stream.next_unit());
            }
            if self.0.height(index, stream) < libm::exp(-x) {
                return x;
            }
            let surely;
            (index, x, surely) = self.0.place(stream.next_u64());
            if surely {
                return x;
            }
        }
    }
}

impl Draw for UnitExponential {
    type Value = f64;

    #[inline]
    fn draw_one(&self, stream: &mut Stream) -> f64 {
        self.draw(stream)
    }
}

impl Normal {
    pub(crate) fn new() -> Self {
        static LAYERS: LazyLock<Layers> = LazyLock::new(|| {
            let density = |x: f64| libm::exp(-0.5 * x * x);
            let beyond =
                (std::f64::consts::PI / 2.0).sqrt() * libm::erfc(NORMAL_TAIL * std::f64::consts::FRAC_1_SQRT_2);
            let area = NORMAL_TAIL * density(NORMAL_TAIL) + beyond;
            Layers::new(NORMAL_TAIL, area, density, |y| (-2.0 * libm::log(y)).sqrt())
        });
        Normal(&LAYERS)
    }

    /// Draws a variate of mean 0 and variance 1.
    #[inline]
    pub(crate) fn draw(self, stream: &mut Stream) -> f64 {
        let bits = stream.next_u64();
        let x = match self.0.place(bits) {
            (_, x, true) => x,
            (index, x, false) => self.at_the_edge(index, x, stream),
        };
        // Bit 8 becomes the sign bit.
        f64::from_bits(x.to_bits() | (bits & 0x100) << 55)
    }

    #[cold]
    #[inline(never)]
    fn at_the_edge(self, mut index: usize, mut x: f64, stream: &mut Stream) -> f64 {
        loop {
            if index == 0 {
                return tail(stream);
            }
            if self.0.height(index, stream) < libm::exp(-0.5 * x * x) {
                return x;
            }
            let surely;
            (index, x, surely) = self.0.place(stream.next_u64());
            if surely {
                return x;
            }
        }
    }
}

/// A normal variate beyond where the tail begins (G. Marsaglia, 1964, Technometrics 6).
fn tail(stream: &mut Stream) -> f64 {
    loop {
        let x = -libm::log(1.0 - stream.next_unit()) / NORMAL_TAIL;
        let y = -libm::log(1.0 - stream.next_unit());
        if 2.0 * y > x * x {
            return NORMAL_TAIL + x;
        }
    }
}

/// The 1025 numbers are of no use to a reader.
impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layers").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
