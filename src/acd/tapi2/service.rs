//! What a client that waits needs: a server of lines, and time that passes.

use super::telephony::Telephony;
use crate::time::Instant;

/// A [`Telephony`] with its proxies and a clock, which may be virtual or that of the wall.
pub trait LineService {
    /// The server.
    fn telephony(&self) -> &Telephony;

    /// The server, to call its functions.
    fn telephony_mut(&mut self) -> &mut Telephony;

    /// What time it is.
    fn now(&self) -> Instant;

    /// Lets time pass until a proxy has answered something or sent a message, and not beyond `limit`; says whether it has.
    fn wait(&mut self, limit: Instant) -> bool;
}
