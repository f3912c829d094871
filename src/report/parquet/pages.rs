//! The pages of a column of numbers, times or flags, which are made as the rows come: so the work is spread, and little waits for it.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::column::page::{CompressedPage, PageWriteSpec, PageWriter};
use parquet::column::writer::{ColumnWriter, get_column_writer, get_typed_column_writer_mut};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterPropertiesPtr;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use super::Chunk;

/// The pages of a column in the row group that is being filled.
pub(super) struct Pages {
    pub(super) descriptor: ColumnDescPtr,
    properties: WriterPropertiesPtr,
    /// None before the first rows of a row group.
    writer: Option<(ColumnWriter<'static>, Buffer)>,
}

impl Pages {
    pub(super) fn new(descriptor: ColumnDescPtr, properties: WriterPropertiesPtr) -> Self {
        Pages { descriptor, properties, writer: None }
    }

    fn writer(&mut self) -> &mut (ColumnWriter<'static>, Buffer) {
        let Pages { descriptor, properties, writer } = self;
        writer.get_or_insert_with(|| {
            let buffer = Buffer::default();
            (get_column_writer(descriptor.clone(), properties.clone(), Box::new(buffer.clone())), buffer)
        })
    }

    /// Adds values; where rows may have none, `levels` are 1 for each row that has one, and 0 for the others.
    pub(super) fn put<T: DataType>(&mut self, values: &[T::T], levels: Option<&[i16]>) -> Result<(), ParquetError> {
        let (writer, _) = self.writer();
        get_typed_column_writer_mut::<T>(writer).write_batch(values, levels, None).map(drop)
    }

    /// Takes all pages of the row group.
    pub(super) fn finish(&mut self) -> Result<Chunk, ParquetError> {
        self.writer();
        let (writer, buffer) = self.writer.take().expect("it has just been made");
        let close = writer.close()?;
        Ok((buffer.take()?, close))
    }
}

/// The bytes of pages, which the writer of a column and whoever made it share.
#[derive(Clone)]
struct Buffer(Arc<Mutex<TrackedWrite<Vec<u8>>>>);

impl Default for Buffer {
    fn default() -> Self {
        Buffer(Arc::new(Mutex::new(TrackedWrite::new(Vec::new()))))
    }
}

impl Buffer {
    fn take(&self) -> Result<Bytes, ParquetError> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *bytes, TrackedWrite::new(Vec::new())).into_inner().map(Bytes::from)
    }
}

impl PageWriter for Buffer {
    fn write_page(&mut self, page: CompressedPage) -> Result<PageWriteSpec, ParquetError> {
        SerializedPageWriter::new(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)).write_page(page)
    }

    fn close(&mut self) -> Result<(), ParquetError> {
        Ok(())
    }
}
