//! The chunk of a column in a row group: one page, and before it the names where it has indexes of these.

use std::io::Write;

use bytes::Bytes;
use parquet::basic::{Encoding, PageType};
use parquet::column::page::{CompressedPage, Page, PageWriteSpec, PageWriter};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, PageEncodingStats};
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use super::column::Column;

/// Writes what a row group has of a column, after which it has nothing of it; what the file says of it at its end. `page` is empty
/// memory to put the page together in.
pub(super) fn write<W: Write + Send>(
    column: &mut Column,
    descriptor: &ColumnDescPtr,
    page: &mut Vec<u8>,
    out: &mut TrackedWrite<W>,
) -> Result<ColumnChunkMetaData, ParquetError> {
    let begin = out.bytes_written();
    let rows = column.rows;
    let (encoding, dictionary) = column.take(page);
    let mut pages = SerializedPageWriter::new(out);
    let mut put = |page: Page| -> Result<PageWriteSpec, ParquetError> {
        let size = page.buffer().len();
        pages.write_page(CompressedPage::new(page, size))
    };
    let (mut encodings, mut stats) = (vec![Encoding::RLE, encoding], Vec::new());
    if let Some(dictionary) = &dictionary {
        put(Page::DictionaryPage {
            buf: dictionary.bytes.clone(),
            num_values: dictionary.names as u32,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        })?;
        encodings.push(Encoding::PLAIN);
        stats.push(PageEncodingStats { page_type: PageType::DICTIONARY_PAGE, encoding: Encoding::PLAIN, count: 1 });
    }
    let bytes = Bytes::from(std::mem::take(page));
    let written = put(Page::DataPage {
        buf: bytes.clone(),
        num_values: rows as u32,
        encoding,
        def_level_encoding: Encoding::RLE,
        rep_level_encoding: Encoding::RLE,
        statistics: None,
    })?;
    stats.push(PageEncodingStats { page_type: PageType::DATA_PAGE, encoding, count: 1 });
    // It is not shared any more, so this is the same memory.
    *page = bytes.into();
    page.clear();
    let size = (out.bytes_written() - begin) as i64;
    ColumnChunkMetaData::builder(descriptor.clone())
        .set_encodings(encodings)
        .set_page_encoding_stats(stats)
        .set_total_compressed_size(size)
        .set_total_uncompressed_size(size)
        .set_num_values(rows as i64)
        .set_dictionary_page_offset(dictionary.map(|_| begin as i64))
        .set_data_page_offset(written.offset as i64)
        .build()
}
