//! The proxy's side: requests come in, each is answered once, and messages go out.

use super::super::constants::{
    LINE_AGENTSESSIONSTATUS, LINE_AGENTSPECIFIC, LINE_AGENTSTATUS, LINE_AGENTSTATUSEX, LINE_GROUPSTATUS,
    LINE_QUEUESTATUS,
};
use super::super::message::{LineMessage, RawMessage};
use super::super::response::decode_response_with;
use super::super::{ApiVersion, LineError, ProxyRequestType};
use super::{HLine, RequestId, Telephony};

impl Telephony {
    /// The LINEPROXYREQUEST that a LINE_PROXYREQUEST message names by its number, until it is answered.
    ///
    /// # Errors
    ///
    /// [`LineError::Uninitialized`], [`LineError::InvalLineHandle`]; [`LineError::InvalParam`] for a request that is not
    /// this proxy's, or was answered.
    pub fn proxy_request(&self, line: HLine, request: RequestId) -> Result<&[u8], LineError> {
        self.line(line)?;
        let known = self.requests.get(&request).filter(|it| it.proxy == line && !it.answered);
        known.map(|it| it.buffer.as_slice()).ok_or(LineError::InvalParam)
    }

    /// The type of a request of this proxy's that is not answered.
    ///
    /// # Errors
    ///
    /// As [`proxy_request`](Self::proxy_request).
    pub fn proxy_request_type(&self, line: HLine, request: RequestId) -> Result<ProxyRequestType, LineError> {
        self.proxy_request(line, request)?;
        Ok(self.requests[&request].request_type)
    }

    /// The requests of a proxy that are not answered, in the order of their numbers.
    ///
    /// # Errors
    ///
    /// [`LineError::Uninitialized`], [`LineError::InvalLineHandle`].
    pub fn unanswered(&self, line: HLine) -> Result<Vec<RequestId>, LineError> {
        self.line(line)?;
        let open = self.requests.iter().filter(|(_, it)| it.proxy == line && !it.answered);
        Ok(open.map(|(request, _)| *request).collect())
    }

    /// lineProxyResponse: answers a request with its filled buffer and 0, or with a LINEERR_ code; once.
    ///
    /// # Errors
    ///
    /// [`LineError::Uninitialized`], [`LineError::InvalLineHandle`]; [`LineError::NotRegistered`] for a line that serves
    /// nothing; [`LineError::InvalParam`] for a request that is not this proxy's or was answered before, for a result that is
    /// neither 0 nor negative, and for a buffer that does not hold the answer: then the client gets
    /// [`LineError::OperationFailed`].
    pub fn proxy_response(
        &mut self,
        line: HLine,
        request: RequestId,
        buffer: &[u8],
        result: i32,
    ) -> Result<(), LineError> {
        if self.line(line)?.serves.is_empty() {
            return Err(LineError::NotRegistered);
        }
        let asked = self.proxy_request(line, request)?;
        if result > 0 {
            return Err(LineError::InvalParam);
        }
        if result < 0 {
            self.finish(request, result);
            return Ok(());
        }
        // What TAPI wrote is still to be there, so that the answer is one to this request and in its room.
        let request_type = self.requests[&request].request_type;
        let same = buffer.len() == asked.len() && buffer[..28] == asked[..28];
        let sound = decode_response_with(buffer, self.conventions.name_offsets)
            .is_ok_and(|response| response.answers(request_type));
        if !(same && sound) {
            self.finish(request, LineError::OperationFailed.code());
            return Err(LineError::InvalParam);
        }
        if let Some(record) = self.requests.get_mut(&request) {
            record.buffer.copy_from_slice(buffer);
        }
        self.finish(request, 0);
        Ok(())
    }

    /// lineProxyMessage: sends a message to all other lines that are open on the device.
    ///
    /// # Errors
    ///
    /// [`LineError::Uninitialized`], [`LineError::InvalLineHandle`]; [`LineError::InvalCallHandle`] for a call, of which
    /// there are none here; [`LineError::NotRegistered`] for a line that serves nothing; [`LineError::InvalParam`] for a
    /// message that is not a proxy's to send.
    pub fn proxy_message(&mut self, line: HLine, call: u32, message: u32, params: [u32; 3]) -> Result<(), LineError> {
        let record = self.line(line)?;
        if call != 0 {
            return Err(LineError::InvalCallHandle);
        }
        if record.serves.is_empty() {
            return Err(LineError::NotRegistered);
        }
        let since = match message {
            LINE_AGENTSTATUS | LINE_AGENTSPECIFIC => ApiVersion::V2_0,
            LINE_AGENTSESSIONSTATUS | LINE_QUEUESTATUS | LINE_AGENTSTATUSEX | LINE_GROUPSTATUS => ApiVersion::V2_2,
            _ => return Err(LineError::InvalParam),
        };
        let raw = RawMessage { message, params: params.map(u64::from), ..RawMessage::default() };
        self.tell_others(line, LineMessage::from(raw), since);
        Ok(())
    }
}
