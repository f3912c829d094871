//! Numbers as packed differences.
//!
//! <https://parquet.apache.org/docs/file-format/data-pages/encodings/>, "Delta Encoding": each number is its difference to the one
//! before; a block has its smallest difference and, in as few bits as the largest of a quarter needs, what the others are above it.

use super::packed::{PACK, push_packed, push_varint};

/// So many differences are a block, in so many quarters.
const BLOCK: usize = QUARTERS * PACK;
const QUARTERS: usize = 4;

/// The numbers of a page; signed ones as their two's complement.
#[derive(Default)]
pub(super) struct Differences {
    /// The first and the last of those that have been packed, and how many they are.
    first: u64,
    last: u64,
    count: usize,
    /// The blocks.
    bytes: Vec<u8>,
}

impl Differences {
    /// Packs the numbers, of which those stay that do not fill a block.
    pub(super) fn pack(&mut self, numbers: &mut Vec<u64>) {
        let mut packed = 0;
        if let (0, Some(&first)) = (self.count, numbers.first()) {
            (self.first, self.last, self.count, packed) = (first, first, 1, 1);
        }
        let (blocks, _) = numbers[packed..].as_chunks::<BLOCK>();
        blocks.iter().for_each(|block| self.pack_block(block));
        packed += blocks.len() * BLOCK;
        numbers.drain(..packed);
    }

    fn pack_block(&mut self, block: &[u64; BLOCK]) {
        let mut differences = [block[0].wrapping_sub(self.last); BLOCK];
        for (difference, [before, number]) in differences[1..].iter_mut().zip(block.array_windows()) {
            *difference = number.wrapping_sub(*before);
        }
        self.last = block[BLOCK - 1];
        self.count += BLOCK;
        let smallest = differences.iter().fold(i64::MAX, |smallest, &difference| smallest.min(difference as i64));
        differences.iter_mut().for_each(|difference| *difference = difference.wrapping_sub(smallest as u64));
        push_zigzag(smallest, &mut self.bytes);
        let (quarters, _) = differences.as_chunks::<PACK>();
        let mut widths = [0; QUARTERS];
        for (width, quarter) in widths.iter_mut().zip(quarters) {
            *width = (u64::BITS - quarter.iter().fold(0, |all, number| all | number).leading_zeros()) as u8;
        }
        self.bytes.extend_from_slice(&widths);
        for (width, quarter) in widths.into_iter().zip(quarters) {
            push_packed(width.into(), quarter, &mut self.bytes);
        }
    }

    /// Moves the page behind `out`, with the numbers that are left, after which there are none.
    pub(super) fn take(&mut self, numbers: &mut Vec<u64>, out: &mut Vec<u8>) {
        self.pack(numbers);
        let count = self.count + numbers.len();
        if let Some(&last) = numbers.last() {
            // Readers leave out what is behind the last number.
            numbers.resize(BLOCK, last);
            self.pack(numbers);
        }
        for number in [BLOCK, QUARTERS, count] {
            push_varint(number as u64, out);
        }
        push_zigzag(self.first as i64, out);
        out.append(&mut self.bytes);
        (self.first, self.count) = (0, 0);
    }
}

/// Appends a signed number, its sign moved to the lowest bit.
fn push_zigzag(number: i64, out: &mut Vec<u8>) {
    push_varint((number << 1 ^ number >> 63) as u64, out);
}
