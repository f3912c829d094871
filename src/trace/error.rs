//! What is wrong with a trace.

use std::fmt;
use std::path::PathBuf;

use super::FORM;

/// A trace that cannot be used.
#[derive(Debug, thiserror::Error)]
pub struct TraceError {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1; none if it is the file as a whole.
    pub line: Option<u64>,
    /// What is wrong.
    #[source]
    pub problem: Problem,
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TraceError { path, line, problem } = self;
        match line {
            Some(line) => write!(f, "{}, line {line}: {problem}", path.display()),
            None => write!(f, "{}: {problem}", path.display()),
        }
    }
}

/// What is wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Read(std::io::Error),
    /// It is compressed, and this program was built without that.
    #[error("it is compressed by zstd, and this program was built without the feature `zstd`: decompress it first")]
    Compressed,
    /// The first line is not that of a trace.
    #[error("this is no trace: the first line is a JSON object that begins with \"acdsim_trace\"")]
    NoTrace,
    /// A newer version wrote it.
    #[error("form {found} of traces is newer than this program, which reads up to form {FORM}")]
    Newer {
        /// Its form.
        found: u64,
    },
    /// A line that is no JSON object with a checksum.
    #[error("a line ends with `,\"crc\":\"\u{2026}\"}}`, eight hexadecimal digits, and this one ends with `{found}`")]
    NoChecksum {
        /// Its end.
        found: String,
    },
    /// A checksum that is not that of the lines so far.
    #[error(
        "the checksum is {found}, and {computed} is that of the lines so far: this line was altered, or a line before it was \
         removed, added or moved"
    )]
    Checksum {
        /// What it says.
        found: String,
        /// What it should say.
        computed: String,
    },
    /// A line that is too long.
    #[error("the line has more than {most} bytes")]
    TooLong {
        /// The most that it may have.
        most: u64,
    },
    /// A line that says what no line can say.
    #[error("{0}")]
    Malformed(String),
    /// Something that does not follow from the lines before.
    #[error("{0}")]
    Inconsistent(String),
    /// The file ends before the trace does.
    #[error("the file ends here, without the line that ends a trace: it was cut, or the program that wrote it was")]
    Truncated,
    /// Something after the end.
    #[error("the trace ended with the line before")]
    AfterEnd,
}
