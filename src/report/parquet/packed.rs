//! Numbers of the same few bits, one behind the other, from the lowest bit up.
//!
//! <https://parquet.apache.org/docs/file-format/data-pages/encodings/>, "Run Length Encoding / Bit-Packing Hybrid".

/// So many numbers are packed at a time, for any width fills whole bytes with them.
pub(super) const PACK: usize = 32;

/// Flags, eight in a byte.
#[derive(Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    /// Those that are not in `bytes` yet.
    word: u64,
    held: u32,
}

impl Bits {
    #[inline]
    pub(super) fn push(&mut self, flag: bool) {
        self.word |= u64::from(flag) << self.held;
        self.held += 1;
        if self.held == u64::BITS {
            self.bytes.extend_from_slice(&self.word.to_le_bytes());
            (self.word, self.held) = (0, 0);
        }
    }

    /// Moves all of them behind `out`, the last byte filled up with 0.
    pub(super) fn take(&mut self, out: &mut Vec<u8>) {
        out.append(&mut self.bytes);
        out.extend_from_slice(&self.word.to_le_bytes()[..self.held.div_ceil(8) as usize]);
        (self.word, self.held) = (0, 0);
    }
}

/// Numbers below a bound.
pub(super) struct Packed {
    /// The bits of one.
    pub(super) width: u32,
    /// How many have been packed.
    pub(super) count: usize,
    bytes: Vec<u8>,
}

impl Packed {
    /// Numbers below `bound`.
    pub(super) fn below(bound: usize) -> Self {
        let width = usize::BITS - bound.saturating_sub(1).leading_zeros();
        Packed { width: width.max(1), count: 0, bytes: Vec::new() }
    }

    /// Packs the numbers, of which those stay that do not fill a pack.
    pub(super) fn pack(&mut self, numbers: &mut Vec<u64>) {
        let (packs, _) = numbers.as_chunks();
        packs.iter().for_each(|pack| push_packed(self.width, pack, &mut self.bytes));
        let packed = packs.len() * PACK;
        self.count += packed;
        numbers.drain(..packed);
    }

    /// Moves all of them behind `out`, filled up with 0 to a multiple of eight, with the numbers that are left, after which there
    /// are none.
    pub(super) fn take(&mut self, numbers: &mut Vec<u64>, out: &mut Vec<u8>) {
        self.pack(numbers);
        if !numbers.is_empty() {
            let eights = (self.count + numbers.len()).div_ceil(8);
            numbers.resize(PACK, 0);
            self.pack(numbers);
            self.bytes.truncate(eights * self.width as usize);
        }
        out.append(&mut self.bytes);
        self.count = 0;
    }
}

/// Appends numbers of `width` bits, 4 × `width` bytes.
#[inline]
pub(super) fn push_packed(width: u32, numbers: &[u64; PACK], out: &mut Vec<u8>) {
    PACKERS[width as usize](numbers, out);
}

/// The width is a constant of each packer, so that its loop has no branch once it is unrolled.
fn pack<const WIDTH: u32>(numbers: &[u64; PACK], out: &mut Vec<u8>) {
    let size = PACK / 8 * WIDTH as usize;
    let begin = out.len();
    out.resize(begin + size, 0);
    let bytes = &mut out[begin..];
    assert!(bytes.len() == size);
    let (mut word, mut held, mut end) = (0, 0, 0);
    for &number in numbers {
        word |= if WIDTH == 0 { 0 } else { number << held };
        held += WIDTH;
        if held >= u64::BITS {
            bytes[end..end + 8].copy_from_slice(&word.to_le_bytes());
            end += 8;
            held -= u64::BITS;
            word = if held == 0 { 0 } else { number >> (WIDTH - held) };
        }
    }
    if held > 0 {
        bytes[end..end + 4].copy_from_slice(&(word as u32).to_le_bytes());
    }
}

macro_rules! packers {
    ($($width:literal)*) => { [$(pack::<$width>),*] };
}

type Packer = fn(&[u64; PACK], &mut Vec<u8>);

/// By the width.
const PACKERS: [Packer; 65] = packers! {
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32
    33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64
};

/// Appends a number in groups of seven bits (ULEB128).
pub(super) fn push_varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends the header of a run of packed numbers, which are filled up to a multiple of eight.
pub(super) fn push_run(count: usize, out: &mut Vec<u8>) {
    push_varint((count.div_ceil(8) as u64) << 1 | 1, out);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The example of the format's description: the numbers 0 to 7 in three bits.
    #[test]
    fn bits_are_packed_as_the_format_has_them() {
        let mut out = Vec::new();
        push_packed(3, &std::array::from_fn(|index| index as u64 % 8), &mut out);
        assert_eq!(out, [0b1000_1000, 0b1100_0110, 0b1111_1010].repeat(4));
    }

    proptest! {
        #[test]
        fn each_bit_is_at_its_place(width in 0_u32..=64, numbers: [u64; PACK]) {
            let numbers = numbers.map(|number| number.checked_shr(64 - width).unwrap_or(0));
            let (mut out, mut bits) = (vec![7], Bits::default());
            push_packed(width, &numbers, &mut out);
            for number in numbers {
                (0..width).for_each(|bit| bits.push(number >> bit & 1 == 1));
            }
            let mut expected = vec![7];
            bits.take(&mut expected);
            prop_assert_eq!(out, expected);
        }

        #[test]
        fn flags_fill_bytes_from_the_lowest_bit_up(flags in prop::collection::vec(any::<bool>(), 0..300)) {
            let mut bits = Bits::default();
            for _ in 0..2 {
                let mut out = Vec::new();
                flags.iter().for_each(|&flag| bits.push(flag));
                bits.take(&mut out);
                let flag = |index: usize| out[index / 8] >> (index % 8) & 1 == 1;
                prop_assert_eq!(out.len(), flags.len().div_ceil(8));
                prop_assert!((0..8 * out.len()).all(|index| flag(index) == flags.get(index).is_some_and(|&flag| flag)));
            }
        }
    }
}
