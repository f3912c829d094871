//! A column of names: those that its rows have, once each, and for each row the index of its own.
//!
//! The writers of the `parquet` crate look each value up by its text. Here a row has the index of its name already, so the pages are
//! made directly: <https://parquet.apache.org/docs/file-format/data-pages/encodings/>, "Dictionary Encoding" and "Run Length
//! Encoding / Bit-Packing Hybrid".

use bytes::Bytes;
use parquet::basic::{Encoding, PageType};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, PageEncodingStats};
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use super::Chunk;

/// Of a name that has not come yet.
const NEW: u32 = u32::MAX;

/// The pages of a column in a row group: of names by their indexes among `all`. Where rows may have none, `levels` are 1 for each row
/// that has one, and 0 for the others.
pub(super) fn chunk(
    descriptor: ColumnDescPtr,
    all: &[String],
    indexes: &[u32],
    levels: Option<&[i16]>,
) -> Result<Chunk, ParquetError> {
    // The names that are there get new indexes, in the order in which they come.
    let (mut renumbered, mut dictionary, mut count) = (vec![NEW; all.len()], Vec::new(), 0_u32);
    for &index in indexes {
        let number = &mut renumbered[index as usize];
        if *number == NEW {
            *number = count;
            count += 1;
            let name = all[index as usize].as_bytes();
            dictionary.extend_from_slice(&(name.len() as u32).to_le_bytes());
            dictionary.extend_from_slice(name);
        }
    }
    let mut data = Vec::new();
    if let Some(levels) = levels {
        data.extend_from_slice(&[0; 4]);
        push_packed(levels.iter().map(|&level| level as u32), levels.len(), 1, &mut data);
        let length = data.len() as u32 - 4;
        data[..4].copy_from_slice(&length.to_le_bytes());
    }
    let width = (u32::BITS - count.saturating_sub(1).leading_zeros()).max(1);
    data.push(width as u8);
    push_packed(indexes.iter().map(|&index| renumbered[index as usize]), indexes.len(), width, &mut data);

    let rows = levels.map_or(indexes.len(), <[i16]>::len);
    let mut out = TrackedWrite::new(Vec::with_capacity(dictionary.len() + data.len() + 64));
    let mut pages = SerializedPageWriter::new(&mut out);
    let mut put = |page: Page| {
        let size = page.buffer().len();
        pages.write_page(CompressedPage::new(page, size))
    };
    put(Page::DictionaryPage {
        buf: Bytes::from(dictionary),
        num_values: count,
        encoding: Encoding::PLAIN,
        is_sorted: false,
    })?;
    let data = put(Page::DataPage {
        buf: Bytes::from(data),
        num_values: rows as u32,
        encoding: Encoding::RLE_DICTIONARY,
        def_level_encoding: Encoding::RLE,
        rep_level_encoding: Encoding::RLE,
        statistics: None,
    })?;
    let chunk = out.into_inner()?;
    let stats = |page_type, encoding| PageEncodingStats { page_type, encoding, count: 1 };
    let metadata = ColumnChunkMetaData::builder(descriptor)
        .set_encodings(vec![Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY])
        .set_page_encoding_stats(vec![
            stats(PageType::DICTIONARY_PAGE, Encoding::PLAIN),
            stats(PageType::DATA_PAGE, Encoding::RLE_DICTIONARY),
        ])
        .set_total_compressed_size(chunk.len() as i64)
        .set_total_uncompressed_size(chunk.len() as i64)
        .set_num_values(rows as i64)
        .set_dictionary_page_offset(Some(0))
        .set_data_page_offset(data.offset as i64)
        .build()?;
    let close = ColumnCloseResult {
        bytes_written: chunk.len() as u64,
        rows_written: rows as u64,
        metadata,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    };
    Ok((Bytes::from(chunk), close))
}

/// Appends `count` numbers of `width` bits, as one run of packed bits: from the lowest bit up, filled up with 0 to a multiple of eight.
fn push_packed(numbers: impl Iterator<Item = u32>, count: usize, width: u32, out: &mut Vec<u8>) {
    let eights = count.div_ceil(8);
    let mut header = (eights as u64) << 1 | 1;
    while header >= 0x80 {
        out.push(header as u8 | 0x80);
        header >>= 7;
    }
    out.push(header as u8);
    let end = out.len() + eights * width as usize;
    out.reserve(end - out.len() + 4);
    let (mut bits, mut held) = (0_u64, 0);
    for number in numbers {
        bits |= u64::from(number) << held;
        held += width;
        if held >= 32 {
            out.extend_from_slice(&(bits as u32).to_le_bytes());
            bits >>= 32;
            held -= 32;
        }
    }
    out.extend_from_slice(&(bits as u32).to_le_bytes());
    out.resize(end, 0);
}

#[cfg(test)]
mod tests {
    use super::push_packed;

    /// The example of the format's description: the numbers 0 to 7 in three bits.
    #[test]
    fn bits_are_packed_as_the_format_has_them() {
        let mut out = Vec::new();
        push_packed(0..8, 8, 3, &mut out);
        assert_eq!(out, [0b11, 0b1000_1000, 0b1100_0110, 0b1111_1010]);
        out.clear();
        push_packed([1, 1].into_iter(), 2, 1, &mut out);
        assert_eq!(out, [0b11, 0b11]);
    }
}
