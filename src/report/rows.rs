//! The rows of calls and events on their way from a replication to their files.
//!
//! A replication gathers its rows in a [`RowLog`] and hands them over in batches to the thread of a [`RowFiles`], which writes
//! the files meanwhile: the replication has only to copy a row. The files have the replications in their order, so only the one
//! whose turn it is hands over; the others keep their rows in a file without a name until it is theirs. What is in memory is
//! bounded: a batch for each replication that is under way or waits for its turn, and [`WAITING`] batches before the thread.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Take, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

pub use super::fields::Line;
#[cfg(feature = "parquet")]
use super::parquet::{Columns, ParquetRows};
use super::results::Wanted;
use crate::files::{OutputDirectory, OutputError};
use crate::scenario::Scenario;

/// So many rows are a batch.
pub const BATCH: usize = 1 << 11;
/// So many batches wait for the thread that writes them; who has one more waits too.
pub const WAITING: usize = 16;

/// So many bytes of room are made for lines, unless one of them may be longer: enough for a batch, but where names are very long.
const LINES: usize = 1 << 22;

/// What a file has one row of.
pub trait Row: Copy + Send + 'static {
    /// What the rows have of their scenario.
    type Context: Send + 'static;
    /// The name of the files, without what tells their form.
    const FILE: &'static str;
    /// How many bytes a row takes that is kept.
    const BYTES: usize;

    /// What the rows have of a scenario.
    fn context(scenario: &Scenario) -> Self::Context;

    /// The names of the columns, as the first line of a CSV file.
    fn header(context: &Self::Context) -> &'static str;

    /// The most bytes of a line; with what is written behind a field and overwritten.
    fn most(context: &Self::Context) -> usize;

    /// Puts the row as a line of CSV where there is room for [`most`](Self::most).
    fn line(&self, replication: u32, context: &Self::Context, line: &mut Line<'_>);

    /// Adds rows to the columns of a Parquet file; no rows at first, to say which columns there are.
    #[cfg(feature = "parquet")]
    fn columns(rows: &[Self], replication: u32, context: &Self::Context, columns: &mut Columns);

    /// Appends the [`BYTES`](Self::BYTES) by which the row is kept: its numbers of 64, 32 and 8 bits, in this order.
    fn pack(&self, out: &mut Vec<u8>);

    /// The row that was kept; none if the bytes are those of no row.
    fn unpack(packed: Packed<'_>) -> Option<Self>;
}

/// Rows of a replication as lines of CSV, in memory that is used again for the next ones.
#[derive(Default)]
pub struct Lines(Vec<u8>);

impl Lines {
    /// The lines of these rows.
    pub fn of<R: Row>(&mut self, rows: &[R], replication: u32, context: &R::Context) -> &[u8] {
        let most = rows.len() * R::most(context);
        if self.0.len() < most {
            self.0.resize(most, 0);
        }
        let mut line = Line::new(&mut self.0);
        rows.iter().for_each(|row| row.line(replication, context, &mut line));
        let left = line.left();
        &self.0[..self.0.len() - left]
    }
}

/// The bytes of a row that was kept, from which its numbers are taken in their order. There have to be enough.
pub struct Packed<'a>(&'a [u8]);

impl Packed<'_> {
    fn take<const BYTES: usize>(&mut self) -> [u8; BYTES] {
        let (taken, rest) = self.0.split_first_chunk().expect("a row has all its numbers");
        self.0 = rest;
        *taken
    }

    /// The next numbers of 64 bits.
    pub(super) fn numbers<const COUNT: usize>(&mut self) -> [u64; COUNT] {
        std::array::from_fn(|_| u64::from_le_bytes(self.take()))
    }

    /// The next numbers of 32 bits.
    pub(super) fn ids<const COUNT: usize>(&mut self) -> [u32; COUNT] {
        std::array::from_fn(|_| u32::from_le_bytes(self.take()))
    }

    /// The next numbers of 8 bits.
    pub(super) fn codes<const COUNT: usize>(&mut self) -> [u8; COUNT] {
        self.take()
    }
}

/// What the thread of the files is told.
enum Message<R> {
    /// Rows of a replication.
    Rows(u32, Vec<R>),
    /// Rows of a replication that were kept.
    Kept(u32, Take<File>),
    /// There are no more.
    End,
}

/// What the threads of the replications and that of the files share.
struct Shared<R> {
    /// The replication whose rows come next.
    turn: AtomicU32,
    /// Batches that were written, to be filled again.
    empty: Mutex<Vec<Vec<R>>>,
    /// Why nothing is written any more.
    failure: Mutex<Option<OutputError>>,
}

/// Nothing is left half done where one of these locks is held.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The way to the thread of the files.
pub struct Outlet<R> {
    sender: SyncSender<Message<R>>,
    shared: Arc<Shared<R>>,
}

impl<R> Clone for Outlet<R> {
    fn clone(&self) -> Self {
        Outlet { sender: self.sender.clone(), shared: self.shared.clone() }
    }
}

impl<R: Row> Outlet<R> {
    fn send(&self, message: Message<R>) -> Result<(), OutputError> {
        // Whose turn it is sends, so the first to ask for the failure is the first in order.
        self.sender.send(message).map_err(|_| self.failure().unwrap_or_else(|| ended::<R>()))
    }

    fn failure(&self) -> Option<OutputError> {
        lock(&self.shared.failure).take()
    }

    /// A batch to fill.
    fn empty(&self) -> Vec<R> {
        lock(&self.shared.empty).pop().unwrap_or_else(|| Vec::with_capacity(BATCH))
    }

    fn is_turn_of(&self, replication: u32) -> bool {
        self.shared.turn.load(Ordering::Acquire) == replication
    }
}

fn ended<R: Row>() -> OutputError {
    OutputError { path: R::FILE.to_owned(), reason: io::Error::other("the thread that writes it has ended") }
}

/// The files of one kind of rows, and the thread that writes them.
pub struct RowFiles<R: Row> {
    outlet: Outlet<R>,
    thread: Option<JoinHandle<()>>,
}

impl<R: Row> RowFiles<R> {
    /// Files in this directory, as CSV and as Parquet where that is wanted.
    ///
    /// # Errors
    ///
    /// If one cannot be made, or the thread not be started.
    pub(super) fn create(
        directory: &mut OutputDirectory,
        scenario: &Scenario,
        wanted: Wanted,
    ) -> Result<Self, OutputError> {
        let forms = Forms::create(directory, R::context(scenario), wanted)?;
        let shared = Shared { turn: AtomicU32::new(1), empty: Mutex::default(), failure: Mutex::default() };
        let (sender, receiver) = sync_channel(WAITING);
        let outlet = Outlet { sender, shared: Arc::new(shared) };
        let shared = outlet.shared.clone();
        let thread = Builder::new().name(R::FILE.to_owned()).spawn(move || {
            // Before the receiver goes, and with it the way to here: whoever finds that gone looks for the failure.
            if let Err(error) = forms.write_all(&receiver, &shared) {
                *lock(&shared.failure) = Some(error);
            }
        });
        let thread = thread.map_err(|reason| directory.error(R::FILE, reason))?;
        Ok(RowFiles { outlet, thread: Some(thread) })
    }

    /// The way to these files, for the replications.
    pub fn outlet(&self) -> Outlet<R> {
        self.outlet.clone()
    }

    /// Adds what a replication that has ended has not handed over; then it is the next one's turn.
    ///
    /// # Errors
    ///
    /// If rows that came before, or those that it has kept, cannot be written or read again.
    pub(super) fn add(&mut self, rest: Rest<R>) -> Result<(), OutputError> {
        let Rest { replication, kept, rows } = rest;
        if let Some(kept) = kept {
            self.outlet.send(Message::Kept(replication, kept.all()?))?;
        }
        self.outlet.send(Message::Rows(replication, rows))?;
        self.outlet.shared.turn.store(replication + 1, Ordering::Release);
        Ok(())
    }

    /// Adds all rows of a replication, as they were kept.
    ///
    /// # Errors
    ///
    /// If rows that came before cannot be written.
    pub(super) fn add_kept(&mut self, replication: u32, kept: Take<File>) -> Result<(), OutputError> {
        self.outlet.send(Message::Kept(replication, kept))
    }

    /// Waits until all is in the files.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(super) fn finish(mut self) -> Result<(), OutputError> {
        self.outlet.send(Message::End)?;
        if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
            std::panic::resume_unwind(panic);
        }
        self.outlet.failure().map_or(Ok(()), Err)
    }
}

impl<R: Row> Drop for RowFiles<R> {
    /// Waits for the thread, whose files are about to be removed.
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = self.outlet.sender.send(Message::End);
            let _ = thread.join();
        }
    }
}

/// A file that is written, and its path.
type Named<T> = (T, PathBuf);

/// The forms in which rows are written.
struct Forms<R: Row> {
    context: R::Context,
    /// Of one of the files, for what goes wrong before one is written.
    path: PathBuf,
    csv: Option<Named<BufWriter<File>>>,
    lines: Lines,
    #[cfg(feature = "parquet")]
    parquet: Option<Named<ParquetRows<R, BufWriter<File>>>>,
}

impl<R: Row> Forms<R> {
    fn create(directory: &mut OutputDirectory, context: R::Context, wanted: Wanted) -> Result<Self, OutputError> {
        let [csv_name, parquet_name] = names::<R>();
        let path = directory.path().join(wanted.name::<R>());
        let mut csv = None;
        if wanted.csv {
            let mut out = directory.file(&csv_name)?;
            writeln!(out, "{}", R::header(&context)).map_err(|reason| directory.error(&csv_name, reason))?;
            csv = Some((out, directory.path().join(&csv_name)));
        } else {
            directory.without(&csv_name);
        }
        if !wanted.parquet {
            directory.without(&parquet_name);
        }
        #[cfg(feature = "parquet")]
        let parquet = match wanted.parquet {
            true => {
                let rows = ParquetRows::new(&context, directory.file(&parquet_name)?);
                let rows = rows.map_err(|reason| directory.error(&parquet_name, reason))?;
                Some((rows, directory.path().join(&parquet_name)))
            }
            false => None,
        };
        #[cfg(not(feature = "parquet"))]
        if wanted.parquet {
            return Err(directory
                .error(&parquet_name, io::Error::other("this program is built without the feature \"parquet\"")));
        }
        Ok(Forms {
            context,
            path,
            csv,
            lines: Lines::default(),
            #[cfg(feature = "parquet")]
            parquet,
        })
    }

    /// Writes what comes, until the end of it.
    fn write_all(mut self, messages: &Receiver<Message<R>>, shared: &Shared<R>) -> Result<(), OutputError> {
        for message in messages {
            match message {
                Message::Rows(replication, mut rows) => {
                    self.write(replication, &rows)?;
                    rows.clear();
                    lock(&shared.empty).push(rows);
                }
                Message::Kept(replication, kept) => self.write_kept(replication, kept)?,
                Message::End => return self.finish(),
            }
        }
        Ok(())
    }

    fn write(&mut self, replication: u32, rows: &[R]) -> Result<(), OutputError> {
        if let Some((csv, path)) = &mut self.csv {
            for rows in rows.chunks((LINES / R::most(&self.context)).max(1)) {
                let lines = self.lines.of(rows, replication, &self.context);
                csv.write_all(lines).map_err(|reason| error(path, reason))?;
            }
        }
        #[cfg(feature = "parquet")]
        if let Some((parquet, path)) = &mut self.parquet {
            parquet.add(replication, rows, &self.context).map_err(|reason| error(path, reason))?;
        }
        Ok(())
    }

    fn write_kept(&mut self, replication: u32, mut kept: Take<File>) -> Result<(), OutputError> {
        let (mut bytes, mut rows) = (Vec::new(), Vec::with_capacity(BATCH));
        loop {
            bytes.clear();
            rows.clear();
            let read = kept.by_ref().take((BATCH * R::BYTES) as u64).read_to_end(&mut bytes);
            read.and_then(|_| unpack(&bytes, &mut rows)).map_err(|reason| error(&self.path, reason))?;
            if rows.is_empty() {
                return Ok(());
            }
            self.write(replication, &rows)?;
        }
    }

    fn finish(self) -> Result<(), OutputError> {
        if let Some((mut csv, path)) = self.csv {
            csv.flush().map_err(|reason| error(&path, reason))?;
        }
        #[cfg(feature = "parquet")]
        if let Some((parquet, path)) = self.parquet {
            parquet.finish().and_then(|mut out| out.flush()).map_err(|reason| error(&path, reason))?;
        }
        Ok(())
    }
}

fn error(path: &Path, reason: io::Error) -> OutputError {
    OutputError { path: path.display().to_string(), reason }
}

/// Appends rows that were kept.
fn unpack<R: Row>(bytes: &[u8], rows: &mut Vec<R>) -> io::Result<()> {
    for packed in bytes.chunks(R::BYTES) {
        let row = if packed.len() == R::BYTES { R::unpack(Packed(packed)) } else { None };
        rows.push(row.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "what was kept is no row"))?);
    }
    Ok(())
}

/// The names of the files of rows: as CSV, and as Parquet.
pub(super) fn names<R: Row>() -> [String; 2] {
    ["csv", "parquet"].map(|form| format!("{}.{form}", R::FILE))
}

/// Rows that wait for their turn in a file without a name.
struct Kept {
    file: File,
    path: PathBuf,
    bytes: Vec<u8>,
}

impl Kept {
    /// A file in the directory of the one that the rows are for.
    fn create(path: &Path) -> Result<Self, OutputError> {
        let directory = path.parent().unwrap_or(Path::new("."));
        let file = tempfile::tempfile_in(directory).map_err(|reason| error(path, reason))?;
        Ok(Kept { file, path: path.to_path_buf(), bytes: Vec::new() })
    }

    fn add<R: Row>(&mut self, rows: &[R]) -> Result<(), OutputError> {
        self.bytes.clear();
        rows.iter().for_each(|row| row.pack(&mut self.bytes));
        self.file.write_all(&self.bytes).map_err(|reason| error(&self.path, reason))
    }

    /// To read it from its beginning.
    fn all(mut self) -> Result<Take<File>, OutputError> {
        self.file.rewind().map_err(|reason| error(&self.path, reason))?;
        Ok(self.file.take(u64::MAX))
    }
}

/// The rows of one replication that is under way.
pub struct RowLog<R> {
    replication: u32,
    rows: Vec<R>,
    outlet: Option<Outlet<R>>,
    /// Of the file that the rows are for.
    path: PathBuf,
    kept: Option<Kept>,
    failure: Option<OutputError>,
}

impl<R: Row> RowLog<R> {
    /// Takes the rows of a replication. They go to `outlet` when it is their turn, and beside the file at `path` until then.
    pub fn new(replication: u32, outlet: Option<&Outlet<R>>, path: PathBuf) -> Self {
        let rows = outlet.map_or_else(|| Vec::with_capacity(BATCH), Outlet::empty);
        RowLog { replication, rows, outlet: outlet.cloned(), path, kept: None, failure: None }
    }

    /// Takes a row. After a failure nothing more is kept.
    #[inline]
    pub fn push(&mut self, row: R) {
        self.rows.push(row);
        if self.rows.len() == BATCH {
            self.hand_over();
        }
    }

    #[cold]
    fn hand_over(&mut self) {
        if self.failure.is_none() {
            self.failure = self.try_hand_over().err();
        }
        self.rows.clear();
    }

    fn try_hand_over(&mut self) -> Result<(), OutputError> {
        if let Some(outlet) = self.outlet.as_ref().filter(|outlet| outlet.is_turn_of(self.replication)) {
            if let Some(kept) = self.kept.take() {
                outlet.send(Message::Kept(self.replication, kept.all()?))?;
            }
            let full = std::mem::replace(&mut self.rows, outlet.empty());
            return outlet.send(Message::Rows(self.replication, full));
        }
        let kept = match &mut self.kept {
            Some(kept) => kept,
            none => none.insert(Kept::create(&self.path)?),
        };
        kept.add(&self.rows)
    }

    /// What has not been handed over.
    ///
    /// # Errors
    ///
    /// The first failure to hand over or to keep.
    pub fn finish(self) -> Result<Rest<R>, OutputError> {
        let RowLog { replication, rows, kept, failure, .. } = self;
        failure.map_or(Ok(Rest { replication, kept, rows }), Err)
    }

    /// All rows, as they are kept, of a replication whose rows go nowhere else.
    ///
    /// # Errors
    ///
    /// The first failure to keep them.
    pub fn keep(mut self) -> Result<File, OutputError> {
        self.hand_over();
        let kept = match (self.failure, self.kept) {
            (Some(failure), _) => return Err(failure),
            (None, kept) => kept.expect("rows that are not handed over are kept"),
        };
        Ok(kept.file)
    }
}

/// The rows of a replication that has ended which have not been handed over.
pub struct Rest<R> {
    replication: u32,
    kept: Option<Kept>,
    rows: Vec<R>,
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;
    use crate::experiment::replicate;
    use crate::report::events::EventLog;
    use crate::scenario;
    use crate::simulation::Control;
    use crate::statistics::CallLog;

    fn is_kept<R: Row + PartialEq + Debug>(rows: &[R]) {
        let (mut bytes, mut again) = (Vec::new(), Vec::new());
        rows.iter().for_each(|row| row.pack(&mut bytes));
        assert_eq!(bytes.len(), rows.len() * R::BYTES);
        unpack(&bytes, &mut again).expect("they were packed");
        assert!(rows.len() > 1000 && rows == again);
        assert!(unpack::<R>(&bytes[..bytes.len() - 1], &mut again).is_err());
        assert!(unpack::<R>(&vec![u8::MAX; R::BYTES], &mut again).is_err());
    }

    /// Of a scenario that has nearly everything.
    #[test]
    fn nothing_of_a_row_is_lost_when_it_is_kept() {
        let scenario = scenario::read("scenarios/whole-center.toml".as_ref()).unwrap_or_else(|error| panic!("{error}"));
        let (mut calls, mut events) = (Vec::new(), Vec::new());
        let logs = (CallLog::new(|call| calls.push(*call)), EventLog::new(|event| events.push(event)));
        replicate(&scenario, 1, logs, &Control::default()).expect("it ends");
        is_kept(&calls);
        is_kept(&events);
    }
}
