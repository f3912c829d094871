//! The one table between TAPI 2's errors and TAPI 3's result codes.
//!
//! Microsoft does not print it: the pages of the methods list TAPI_E_ codes and, as they are, LINEERR_ codes. So both
//! forms occur and a client must take either. The translated form is by meaning:
//!
//! - a code that has a namesake TAPI_E_ becomes it, the five codes of agents their namesake TAPI_E_CALLCENTER_;
//! - LINEERR_INVALAGENTSESSIONSTATE has none and becomes E_INVALIDARG, which ITAgentSession::put_State documents for a
//!   state that is not valid;
//! - a code that says of memory, a pointer or an argument what COM has a generic code for becomes that code. Handles and
//!   numbers of devices and addresses are arguments; so are a version and a choice of privileges. An object that belongs
//!   to them cannot have them wrong on its own, so E_INVALIDARG tells where the mistake is;
//! - LINEERR_INVALGROUPID becomes TAPI_E_CALLCENTER_INVALAGENTGROUP, because the groups of these functions are ACD groups
//!   and TAPI_E_INVALGROUPID speaks of pickup groups;
//! - LINEERR_OPERATIONUNAVAIL becomes TAPI_E_NOTSUPPORTED, and LINEERR_DISCONNECTED becomes TAPI_E_OPERATIONFAILED: no
//!   code of TAPI 3 says it of a call;
//! - LINEERR_STRUCTURETOOSMALL becomes E_UNEXPECTED: a client of TAPI 3 has no buffers, so the fault is TAPI's own.

use super::HResult;
use crate::acd::conventions::ComErrors;
use crate::acd::tapi2::LineError;

impl HResult {
    /// What a method returns for an error.
    ///
    /// ```
    /// use acdsim::acd::tapi2::LineError;
    /// use acdsim::acd::conventions::ComErrors;
    /// use acdsim::acd::tapi3::HResult;
    ///
    /// let error = LineError::InvalAgentState;
    /// let translated = HResult::from_line_error(error, ComErrors::Translated);
    /// assert_eq!(translated, HResult::TAPI_E_CALLCENTER_INVALAGENTSTATE);
    /// let raw = HResult::from_line_error(error, ComErrors::Raw);
    /// assert_eq!(raw.0 as u32, 0x8000_005A);
    /// assert_eq!((translated.line_error(), raw.line_error()), (Some(error), Some(error)));
    /// ```
    pub const fn from_line_error(error: LineError, form: ComErrors) -> HResult {
        match form {
            ComErrors::Raw => HResult(error.code()),
            ComErrors::Translated => match error {
                LineError::NoMem => HResult::E_OUTOFMEMORY,
                LineError::InvalPointer => HResult::E_POINTER,
                LineError::BadDeviceId
                | LineError::IncompatibleApiVersion
                | LineError::InvalAddressId
                | LineError::InvalAppHandle
                | LineError::InvalCallHandle
                | LineError::InvalLineHandle
                | LineError::InvalParam
                | LineError::InvalPrivSelect
                | LineError::InvalAgentSessionState => HResult::E_INVALIDARG,
                LineError::InvalAgentId => HResult::TAPI_E_CALLCENTER_INVALAGENTID,
                LineError::InvalAgentGroup | LineError::InvalGroupId => HResult::TAPI_E_CALLCENTER_INVALAGENTGROUP,
                LineError::InvalPassword => HResult::TAPI_E_CALLCENTER_INVALPASSWORD,
                LineError::InvalAgentState => HResult::TAPI_E_CALLCENTER_INVALAGENTSTATE,
                LineError::InvalAgentActivity => HResult::TAPI_E_CALLCENTER_INVALAGENTACTIVITY,
                LineError::InvalAddressState => HResult::TAPI_E_INVALADDRESSSTATE,
                LineError::OperationFailed | LineError::Disconnected => HResult::TAPI_E_OPERATIONFAILED,
                LineError::OperationUnavail => HResult::TAPI_E_NOTSUPPORTED,
                LineError::ResourceUnavail => HResult::TAPI_E_RESOURCEUNAVAIL,
                LineError::NoDevice => HResult::TAPI_E_NODEVICE,
                LineError::NotRegistered => HResult::TAPI_E_NOTREGISTERED,
                LineError::Reinit => HResult::TAPI_E_REINIT,
                LineError::NoDriver => HResult::TAPI_E_NODRIVER,
                LineError::Uninitialized => HResult::TAPI_E_NOT_INITIALIZED,
                LineError::ServiceNotRunning => HResult::TAPI_E_SERVICE_NOT_RUNNING,
                LineError::StructureTooSmall => HResult::E_UNEXPECTED,
            },
        }
    }

    /// The LINEERR_ code that was handed through as it is; `None` for every other HRESULT.
    ///
    /// The two ranges do not meet: a LINEERR_ code has no facility, a TAPI_E_ code has FACILITY_ITF, and COM's generic
    /// codes of no facility begin at 0x80004001.
    pub fn raw_line_error(self) -> Option<LineError> {
        LineError::from_code(self.0)
    }

    /// The error that a method's failure stands for, in whichever form it came; `None` where several become this code, or
    /// none does.
    pub fn line_error(self) -> Option<LineError> {
        if let Some(error) = self.raw_line_error() {
            return Some(error);
        }
        let mut sources = LineError::ALL
            .iter()
            .copied()
            .filter(|error| HResult::from_line_error(*error, ComErrors::Translated) == self);
        match (sources.next(), sources.next()) {
            (Some(error), None) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table, written out once more, by names.
    const TABLE: [(&str, &str); 29] = [
        ("LINEERR_BADDEVICEID", "E_INVALIDARG"),
        ("LINEERR_INCOMPATIBLEAPIVERSION", "E_INVALIDARG"),
        ("LINEERR_INVALADDRESSID", "E_INVALIDARG"),
        ("LINEERR_INVALADDRESSSTATE", "TAPI_E_INVALADDRESSSTATE"),
        ("LINEERR_INVALAPPHANDLE", "E_INVALIDARG"),
        ("LINEERR_INVALCALLHANDLE", "E_INVALIDARG"),
        ("LINEERR_INVALGROUPID", "TAPI_E_CALLCENTER_INVALAGENTGROUP"),
        ("LINEERR_INVALLINEHANDLE", "E_INVALIDARG"),
        ("LINEERR_INVALPARAM", "E_INVALIDARG"),
        ("LINEERR_INVALPOINTER", "E_POINTER"),
        ("LINEERR_INVALPRIVSELECT", "E_INVALIDARG"),
        ("LINEERR_NODEVICE", "TAPI_E_NODEVICE"),
        ("LINEERR_NODRIVER", "TAPI_E_NODRIVER"),
        ("LINEERR_NOMEM", "E_OUTOFMEMORY"),
        ("LINEERR_NOTREGISTERED", "TAPI_E_NOTREGISTERED"),
        ("LINEERR_OPERATIONFAILED", "TAPI_E_OPERATIONFAILED"),
        ("LINEERR_OPERATIONUNAVAIL", "TAPI_E_NOTSUPPORTED"),
        ("LINEERR_RESOURCEUNAVAIL", "TAPI_E_RESOURCEUNAVAIL"),
        ("LINEERR_STRUCTURETOOSMALL", "E_UNEXPECTED"),
        ("LINEERR_UNINITIALIZED", "TAPI_E_NOT_INITIALIZED"),
        ("LINEERR_REINIT", "TAPI_E_REINIT"),
        ("LINEERR_INVALAGENTID", "TAPI_E_CALLCENTER_INVALAGENTID"),
        ("LINEERR_INVALAGENTGROUP", "TAPI_E_CALLCENTER_INVALAGENTGROUP"),
        ("LINEERR_INVALPASSWORD", "TAPI_E_CALLCENTER_INVALPASSWORD"),
        ("LINEERR_INVALAGENTSTATE", "TAPI_E_CALLCENTER_INVALAGENTSTATE"),
        ("LINEERR_INVALAGENTACTIVITY", "TAPI_E_CALLCENTER_INVALAGENTACTIVITY"),
        ("LINEERR_INVALAGENTSESSIONSTATE", "E_INVALIDARG"),
        ("LINEERR_DISCONNECTED", "TAPI_E_OPERATIONFAILED"),
        ("LINEERR_SERVICE_NOT_RUNNING", "TAPI_E_SERVICE_NOT_RUNNING"),
    ];

    #[test]
    fn every_error_becomes_what_the_table_says_and_leads_back_where_it_is_the_only_one() {
        for (error, (line, result)) in LineError::ALL.iter().zip(TABLE) {
            assert_eq!(error.name(), line);
            let translated = HResult::from_line_error(*error, ComErrors::Translated);
            assert_eq!(translated.name(), Some(result), "{line}");
            assert!(!translated.is_success(), "{line}");
            assert_eq!(translated.raw_line_error(), None, "{line}");
            let only = TABLE.iter().filter(|(_, other)| *other == result).count() == 1;
            assert_eq!(translated.line_error(), only.then_some(*error), "{line}");
        }
    }

    #[test]
    fn the_raw_form_is_recognised_for_every_error() {
        for error in LineError::ALL {
            let raw = HResult::from_line_error(*error, ComErrors::Raw);
            assert_eq!((raw.raw_line_error(), raw.line_error()), (Some(*error), Some(*error)));
            assert_eq!(raw.name(), None, "no code of TAPI 3 has the number of {}", error.name());
        }
    }

    #[test]
    fn a_code_that_no_error_becomes_leads_nowhere() {
        assert_eq!(HResult::TAPI_E_TIMEOUT.line_error(), None);
        assert_eq!(HResult::S_OK.line_error(), None);
    }
}
