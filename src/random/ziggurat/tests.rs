use uuid::Uuid;

use super::*;
use crate::random::{Purpose, special};

const DRAWS: usize = 4_000_000;

/// The seed of every test here; `cargo test --lib ziggurat` runs them again.
const SEED: u64 = 20_000;

fn stream(entity: u128) -> Stream {
    Stream::new(SEED, 1, Purpose::Talk, Uuid::from_u128(entity))
}

/// Fails unless `hits` of [`DRAWS`] are within 4.5 standard deviations of what `probability` gives.
fn assert_hits(hits: usize, probability: f64, what: &str) {
    let mean = DRAWS as f64 * probability;
    let off = (hits as f64 - mean) / (mean * (1.0 - probability)).sqrt();
    assert!(
        off.abs() < 4.5,
        "{what}: {hits} hits, {mean:.1} expected, {off:.2} standard deviations off, with seed {SEED}; run `cargo test --lib ziggurat`"
    );
}

#[test]
fn the_layers_close_at_the_top() {
    for (name, layers) in [("exponential", Exponential::new().0), ("normal", Normal::new().0)] {
        let area = layers.fast[0].inner * (layers.heights[2] - layers.heights[1]);
        let top = &layers.fast[LAYERS - 1];
        let full = top.unit * (1_u64 << 53) as f64;
        assert_eq!((top.inner, layers.heights[LAYERS]), (0.0, 1.0), "{name}");
        let of_top = full * (1.0 - layers.heights[LAYERS - 1]);
        assert!((of_top / area - 1.0).abs() < 1e-10, "{name}: the highest layer has {of_top:e}, not {area:e}");
        for pair in layers.fast.windows(2) {
            assert!(pair[0].inner > pair[1].inner, "{name}: the layers narrow upwards");
            assert_eq!(pair[0].inner, pair[1].unit * (1_u64 << 53) as f64, "{name}: a layer stands on the inner one");
        }
    }
}

#[test]
fn layer_sign_and_place_use_bits_of_their_own() {
    let layers = Normal::new().0;
    let (index, x, _) = layers.place(0x7ff);
    assert_eq!((index, x), (255, 0.0), "the low 11 bits do not move the place");
    let (index, x, _) = layers.place(!0x7ff);
    assert_eq!(index, 0, "the high 53 bits do not choose the layer");
    assert_eq!(x, layers.fast[0].unit * ((1_u64 << 53) - 1) as f64);
}

#[test]
fn exponential_has_its_tail() {
    let (mut stream, exponential) = (stream(1), Exponential::new());
    let limits = [0.01, 1.0, 5.0, EXPONENTIAL_TAIL - 0.01, EXPONENTIAL_TAIL, EXPONENTIAL_TAIL + 1.0, 11.0];
    let mut hits = [0; 7];
    for _ in 0..DRAWS {
        let x = exponential.draw(&mut stream);
        assert!(x >= 0.0);
        for (hits, limit) in hits.iter_mut().zip(limits) {
            *hits += usize::from(x > limit);
        }
    }
    for (hits, limit) in hits.into_iter().zip(limits) {
        assert_hits(hits, libm::exp(-limit), &format!("above {limit}"));
    }
}

#[test]
fn normal_has_both_tails() {
    let (mut stream, normal) = (stream(2), Normal::new());
    let limits = [0.01, 1.0, 3.0, NORMAL_TAIL - 0.01, NORMAL_TAIL, NORMAL_TAIL + 0.3, 4.3];
    let mut hits = [[0; 2]; 7];
    for _ in 0..DRAWS {
        let x = normal.draw(&mut stream);
        for (hits, limit) in hits.iter_mut().zip(limits) {
            hits[usize::from(x < 0.0)] += usize::from(x.abs() > limit);
        }
    }
    for (hits, limit) in hits.into_iter().zip(limits) {
        assert_hits(hits[0], special::normal_cdf(-limit), &format!("above {limit}"));
        assert_hits(hits[1], special::normal_cdf(-limit), &format!("below -{limit}"));
    }
}

/// In equally likely cells: chi-square over 1000 cells has mean 999 and standard deviation √1998.
#[test]
fn both_fill_a_thousand_cells_alike() {
    let (mut stream, exponential, normal) = (stream(3), Exponential::new(), Normal::new());
    let mut cells = [[0_u32; 1000]; 2];
    for _ in 0..DRAWS {
        let ranks = [libm::exp(-exponential.draw(&mut stream)), special::normal_cdf(normal.draw(&mut stream))];
        for (cells, rank) in cells.iter_mut().zip(ranks) {
            cells[((rank * 1000.0) as usize).min(999)] += 1;
        }
    }
    for (cells, name) in cells.into_iter().zip(["exponential", "normal"]) {
        let expected = DRAWS as f64 / 1000.0;
        let chi_square: f64 =
            cells.iter().map(|&n| (f64::from(n) - expected) * (f64::from(n) - expected)).sum::<f64>() / expected;
        assert!((999.0 - 180.0..999.0 + 180.0).contains(&chi_square), "{name}: chi-square {chi_square:.1} of 999");
    }
}

/// Neighbouring draws, and a draw's size and sign, know nothing of each other.
#[test]
fn draws_are_uncorrelated() {
    let (mut stream, normal) = (stream(4), Normal::new());
    let (mut neighbours, mut sign_and_size, mut last) = (0.0, 0.0, 0.0);
    for _ in 0..DRAWS {
        let x = normal.draw(&mut stream);
        neighbours += x * last;
        sign_and_size += x * x * x.signum();
        last = x;
    }
    let root = (DRAWS as f64).sqrt();
    assert!((neighbours / root).abs() < 4.5);
    assert!((sign_and_size / root / 3.0_f64.sqrt()).abs() < 4.5);
}
