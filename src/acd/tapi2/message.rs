//! Messages: what an application gets by callback, or by lineGetMessage as a LINEMESSAGE.
//!
//! [`RawMessage`] is what came, [`LineMessage`] what it means. A recorder keeps the raw one: the pages on two messages name
//! the wrong constants, and from 4 on the state of an agent and the state of a session are different things with equal
//! numbers. So states stay numbers here.

use super::LineError;
use super::constants::*;
use super::layout::{DecodeError, Structure};
use super::structures::{LineMessage32, LineMessage64};

/// A message as it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RawMessage {
    /// The line's handle: hDevice. LINE_REPLY does not use it.
    pub device: u32,
    /// Which message: one of LINE_.
    pub message: u32,
    /// What the application gave when it opened the line.
    pub callback_instance: u64,
    /// The three parameters; in a 32-bit process each is a DWORD.
    pub params: [u64; 3],
}

/// Why an asynchronous function failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ReplyError {
    /// An error of the call-center functions.
    #[error("{name}: {0}", name = .0.name())]
    Line(LineError),
    /// Another code, never 0.
    #[error("{0:#010x}, which is no error of a call-center function")]
    Other(i32),
}

impl ReplyError {
    /// The code as LINE_REPLY gives it.
    pub const fn code(self) -> i32 {
        match self {
            ReplyError::Line(error) => error.code(),
            ReplyError::Other(code) => code,
        }
    }

    /// What a result says; 0 is success.
    ///
    /// # Errors
    ///
    /// The error that the code stands for.
    pub fn result(code: i32) -> Result<(), ReplyError> {
        match (code, LineError::from_code(code)) {
            (0, _) => Ok(()),
            (_, Some(error)) => Err(ReplyError::Line(error)),
            (code, None) => Err(ReplyError::Other(code)),
        }
    }
}

/// A message by its meaning.
///
/// ```
/// use acdsim::acd::tapi2::LineError;
/// use acdsim::acd::tapi2::message::{LineMessage, RawMessage, ReplyError};
///
/// let raw = RawMessage { message: 12, params: [7, 0x8000_0044, 0], ..RawMessage::default() };
/// let reply = LineMessage::Reply { request: 7, result: Err(ReplyError::Line(LineError::NoMem)) };
/// assert_eq!(LineMessage::from(raw), reply);
/// assert_eq!(reply.to_raw(0, 0), raw);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineMessage {
    /// LINE_CLOSE: the line was closed by force.
    Close,
    /// LINE_REPLY: an asynchronous function has completed.
    Reply {
        /// The number that the function returned.
        request: u32,
        /// What became of it.
        result: Result<(), ReplyError>,
    },
    /// LINE_AGENTSPECIFIC: the handler tells something of its own.
    AgentSpecific {
        /// Which of the handler's extensions.
        extension: u32,
        /// What the handler says.
        params: [u32; 2],
    },
    /// LINE_AGENTSTATUS: the agent on an address changed.
    AgentStatus {
        /// The address.
        address: u32,
        /// What changed: LINEAGENTSTATUS_ bits.
        status: u32,
        /// With LINEAGENTSTATUS_STATE the new state, one of LINEAGENTSTATE_; else 0.
        state: u32,
    },
    /// LINE_PROXYREQUEST: a request for the proxy that serves its type.
    ProxyRequest {
        /// The address of the LINEPROXYREQUEST in the proxy's memory.
        request: u64,
    },
    /// LINE_AGENTSESSIONSTATUS: an agent session changed.
    AgentSessionStatus {
        /// The session's handle.
        session: u32,
        /// What changed: LINEAGENTSESSIONSTATUS_ bits.
        status: u32,
        /// With LINEAGENTSESSIONSTATUS_STATE the new state, one of LINEAGENTSESSIONSTATE_; else 0.
        state: u32,
    },
    /// LINE_QUEUESTATUS: a queue changed.
    QueueStatus {
        /// The queue's number.
        queue: u32,
        /// What changed: LINEQUEUESTATUS_ bits.
        status: u32,
    },
    /// LINE_AGENTSTATUSEX: an agent changed.
    AgentStatusEx {
        /// The agent's handle.
        agent: u32,
        /// What changed: LINEAGENTSTATUSEX_ bits.
        status: u32,
        /// With LINEAGENTSTATUSEX_STATE the new state, one of LINEAGENTSTATEEX_; else 0.
        state: u32,
    },
    /// LINE_GROUPSTATUS: the groups changed; which one is not told.
    GroupStatus {
        /// What changed: LINEGROUPSTATUS_ bits.
        status: u32,
    },
    /// LINE_PROXYSTATUS: the request types that are served changed.
    ProxyStatus {
        /// What changed: one of LINEPROXYSTATUS_.
        status: u32,
        /// With OPEN and CLOSE the type, one of LINEPROXYREQUEST_; else 0.
        request_type: u32,
    },
    /// A message of no call center, or one with a parameter that a DWORD cannot hold.
    Unknown {
        /// Which message.
        message: u32,
        /// Its parameters.
        params: [u64; 3],
    },
}

impl From<RawMessage> for LineMessage {
    /// Reads the meaning of a message. Parameters that TAPI leaves unused are not looked at.
    fn from(RawMessage { message, params, .. }: RawMessage) -> Self {
        let unknown = LineMessage::Unknown { message, params };
        match message {
            LINE_CLOSE => return LineMessage::Close,
            LINE_PROXYREQUEST => return LineMessage::ProxyRequest { request: params[0] },
            _ => {}
        }
        // A negative LONG may have been extended to 64 bits with its sign, or without.
        let low = |param: u64| match param >> 32 {
            0 | 0xFFFF_FFFF => Some(param as u32),
            _ => None,
        };
        let dword = |param: u64| u32::try_from(param).ok();
        let (Some(one), Some(two), Some(three)) = (dword(params[0]), low(params[1]), low(params[2])) else {
            return unknown;
        };
        let sign_extended = params[1..].iter().any(|param| dword(*param).is_none());
        match message {
            LINE_REPLY => LineMessage::Reply { request: one, result: ReplyError::result(two as i32) },
            _ if sign_extended => unknown,
            LINE_AGENTSPECIFIC => LineMessage::AgentSpecific { extension: one, params: [two, three] },
            LINE_AGENTSTATUS => LineMessage::AgentStatus { address: one, status: two, state: three },
            LINE_AGENTSESSIONSTATUS => LineMessage::AgentSessionStatus { session: one, status: two, state: three },
            LINE_QUEUESTATUS => LineMessage::QueueStatus { queue: one, status: two },
            LINE_AGENTSTATUSEX => LineMessage::AgentStatusEx { agent: one, status: two, state: three },
            LINE_GROUPSTATUS => LineMessage::GroupStatus { status: two },
            LINE_PROXYSTATUS => LineMessage::ProxyStatus { status: one, request_type: two },
            _ => unknown,
        }
    }
}

impl LineMessage {
    /// The message as it is sent; parameters that TAPI leaves unused are 0.
    pub fn to_raw(self, device: u32, callback_instance: u64) -> RawMessage {
        let (message, params) = match self {
            LineMessage::Close => (LINE_CLOSE, [0; 3]),
            LineMessage::Reply { request, result } => {
                let code = result.map_or_else(ReplyError::code, |()| 0) as u32;
                (LINE_REPLY, [request.into(), code.into(), 0])
            }
            LineMessage::AgentSpecific { extension, params: [two, three] } => {
                (LINE_AGENTSPECIFIC, [extension.into(), two.into(), three.into()])
            }
            LineMessage::AgentStatus { address, status, state } => {
                (LINE_AGENTSTATUS, [address.into(), status.into(), state.into()])
            }
            LineMessage::ProxyRequest { request } => (LINE_PROXYREQUEST, [request, 0, 0]),
            LineMessage::AgentSessionStatus { session, status, state } => {
                (LINE_AGENTSESSIONSTATUS, [session.into(), status.into(), state.into()])
            }
            LineMessage::QueueStatus { queue, status } => (LINE_QUEUESTATUS, [queue.into(), status.into(), 0]),
            LineMessage::AgentStatusEx { agent, status, state } => {
                (LINE_AGENTSTATUSEX, [agent.into(), status.into(), state.into()])
            }
            LineMessage::GroupStatus { status } => (LINE_GROUPSTATUS, [0, status.into(), 0]),
            LineMessage::ProxyStatus { status, request_type } => {
                (LINE_PROXYSTATUS, [status.into(), request_type.into(), 0])
            }
            LineMessage::Unknown { message, params } => (message, params),
        };
        RawMessage { device, message, callback_instance, params }
    }
}

impl RawMessage {
    /// The LINEMESSAGE of a 64-bit process, 40 bytes.
    pub fn encode_64(&self) -> [u8; LineMessage64::SIZE] {
        let [param_1, param_2, param_3] = self.params;
        let (device, message_id, callback_instance) = (self.device, self.message, self.callback_instance);
        let mut bytes = [0; LineMessage64::SIZE];
        let message = LineMessage64 { device, message_id, callback_instance, param_1, param_2, param_3 };
        let fits = message.encode_fixed(&mut bytes);
        debug_assert!(fits.is_ok(), "the bytes are as many as the structure has");
        bytes
    }

    /// The LINEMESSAGE of a 32-bit process, 24 bytes: of callback instance and parameters, the lower halves.
    pub fn encode_32(&self) -> [u8; LineMessage32::SIZE] {
        let [param_1, param_2, param_3] = self.params.map(|param| param as u32);
        let (device, message_id, callback_instance) = (self.device, self.message, self.callback_instance as u32);
        let mut bytes = [0; LineMessage32::SIZE];
        let message = LineMessage32 { device, message_id, callback_instance, param_1, param_2, param_3 };
        let fits = message.encode_fixed(&mut bytes);
        debug_assert!(fits.is_ok(), "the bytes are as many as the structure has");
        bytes
    }

    /// Reads the LINEMESSAGE of a 64-bit process.
    ///
    /// # Errors
    ///
    /// [`Problem::TooShort`](super::Problem::TooShort) for less than 40 bytes.
    pub fn decode_64(bytes: &[u8]) -> Result<Self, DecodeError> {
        let LineMessage64 { device, message_id: message, callback_instance, param_1, param_2, param_3 } =
            LineMessage64::decode_fixed(bytes)?;
        Ok(RawMessage { device, message, callback_instance, params: [param_1, param_2, param_3] })
    }

    /// Reads the LINEMESSAGE of a 32-bit process.
    ///
    /// # Errors
    ///
    /// [`Problem::TooShort`](super::Problem::TooShort) for less than 24 bytes.
    pub fn decode_32(bytes: &[u8]) -> Result<Self, DecodeError> {
        let LineMessage32 { device, message_id: message, callback_instance, param_1, param_2, param_3 } =
            LineMessage32::decode_fixed(bytes)?;
        let params = [param_1, param_2, param_3].map(u64::from);
        Ok(RawMessage { device, message, callback_instance: callback_instance.into(), params })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(message: u32, params: [u64; 3]) -> RawMessage {
        RawMessage { device: 9, message, callback_instance: 0x1_0000_0001, params }
    }

    #[test]
    fn every_message_of_a_call_center_has_a_meaning_and_leads_back() {
        let messages = [3, 12, 21, 22, 24, 27, 28, 29, 30, 31];
        for number in messages {
            let sent = raw(number, [0, 2, 0]);
            let meaning = LineMessage::from(sent);
            assert!(!matches!(meaning, LineMessage::Unknown { .. }), "{number}");
            let again = meaning.to_raw(9, 0x1_0000_0001);
            assert_eq!(LineMessage::from(again), meaning);
            assert_eq!(again.message, number);
        }
    }

    #[test]
    fn a_reply_is_read_with_and_without_its_sign() {
        let no_mem = LineMessage::Reply { request: 7, result: Err(ReplyError::Line(LineError::NoMem)) };
        assert_eq!(LineMessage::from(raw(LINE_REPLY, [7, 0x8000_0044, 0])), no_mem);
        assert_eq!(LineMessage::from(raw(LINE_REPLY, [7, 0xFFFF_FFFF_8000_0044, 0])), no_mem);
        assert_eq!(LineMessage::from(raw(LINE_REPLY, [7, 0, 0])), LineMessage::Reply { request: 7, result: Ok(()) });
        let other = LineMessage::Reply { request: 7, result: Err(ReplyError::Other(-5)) };
        assert_eq!(LineMessage::from(raw(LINE_REPLY, [7, 0xFFFF_FFFB, 0])), other);
    }

    #[test]
    fn what_is_not_known_is_kept() {
        for sent in
            [raw(99, [1, 2, 3]), raw(LINE_QUEUESTATUS, [1 << 40, 2, 0]), raw(LINE_AGENTSTATUS, [1, 2, u64::MAX])]
        {
            let meaning = LineMessage::from(sent);
            assert_eq!(meaning, LineMessage::Unknown { message: sent.message, params: sent.params });
            assert_eq!(meaning.to_raw(sent.device, sent.callback_instance), sent);
        }
    }

    #[test]
    fn a_message_is_40_bytes_in_a_64_bit_process_and_24_in_a_32_bit_one() {
        let sent = raw(LINE_AGENTSTATUSEX, [4, 2, 1]);
        let bytes = sent.encode_64();
        assert_eq!((bytes[0], bytes[4], bytes[12], bytes[16], bytes[24], bytes[32]), (9, 29, 1, 4, 2, 1));
        assert_eq!(RawMessage::decode_64(&bytes), Ok(sent));
        let bytes = sent.encode_32();
        assert_eq!((bytes[0], bytes[4], bytes[8], bytes[12], bytes[16], bytes[20]), (9, 29, 1, 4, 2, 1));
        assert_eq!(RawMessage::decode_32(&bytes), Ok(RawMessage { callback_instance: 1, ..sent }));
        assert!(RawMessage::decode_64(&bytes).is_err());
    }
}
