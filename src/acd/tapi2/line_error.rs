//! What a function of TAPI 2 answers when it fails.

macro_rules! line_errors {
    ($($(#[$doc:meta])* $variant:ident = $name:ident, $code:literal, $text:literal;)*) => {
        /// A LINEERR_ code of the call-center functions, as a LONG: negative.
        ///
        /// ```
        /// use acdsim::acd::tapi2::LineError;
        ///
        /// assert_eq!(LineError::NoMem.name(), "LINEERR_NOMEM");
        /// assert_eq!(LineError::NoMem.code() as u32, 0x8000_0044);
        /// assert_eq!(LineError::from_code(LineError::NoMem.code()), Some(LineError::NoMem));
        /// assert_eq!(LineError::NoMem.to_string(), "there is not enough memory");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
        #[repr(u32)]
        pub enum LineError {
            $($(#[$doc])* #[doc = concat!("`", stringify!($name), "`: ", $text, ".")]
            #[error($text)]
            $variant = $code,)*
        }

        impl LineError {
            /// Every error, in the order of the codes.
            pub const ALL: &[LineError] = &[$(LineError::$variant),*];

            /// TAPI's name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(LineError::$variant => stringify!($name),)*
                }
            }
        }
    };
}

line_errors! {
    BadDeviceId = LINEERR_BADDEVICEID, 0x8000_0002, "there is no line device of that number";
    IncompatibleApiVersion = LINEERR_INCOMPATIBLEAPIVERSION, 0x8000_000C, "the API version is not one that both sides know";
    InvalAddressId = LINEERR_INVALADDRESSID, 0x8000_0011, "the line has no address of that number";
    InvalAddressState = LINEERR_INVALADDRESSSTATE, 0x8000_0013, "the address is in a state that does not allow it";
    InvalAppHandle = LINEERR_INVALAPPHANDLE, 0x8000_0014, "the application's handle is not one that TAPI gave";
    InvalCallHandle = LINEERR_INVALCALLHANDLE, 0x8000_0018, "the call's handle is not one that TAPI gave";
    InvalGroupId = LINEERR_INVALGROUPID, 0x8000_002A, "there is no group of that identifier";
    InvalLineHandle = LINEERR_INVALLINEHANDLE, 0x8000_002B, "the line's handle is not one that TAPI gave";
    InvalParam = LINEERR_INVALPARAM, 0x8000_0032, "a parameter has a value that is not allowed";
    InvalPointer = LINEERR_INVALPOINTER, 0x8000_0035, "a pointer does not point to memory that can be used";
    InvalPrivSelect = LINEERR_INVALPRIVSELECT, 0x8000_0036, "the privileges and options do not go together";
    NoDevice = LINEERR_NODEVICE, 0x8000_0042, "the line device is no longer there";
    NoDriver = LINEERR_NODRIVER, 0x8000_0043, "the line device's service provider is not there";
    NoMem = LINEERR_NOMEM, 0x8000_0044, "there is not enough memory";
    NotRegistered = LINEERR_NOTREGISTERED, 0x8000_0047, "the request type is not registered, or another has registered it";
    OperationFailed = LINEERR_OPERATIONFAILED, 0x8000_0048, "the operation failed for a reason that is not told";
    OperationUnavail = LINEERR_OPERATIONUNAVAIL, 0x8000_0049, "the operation is not available";
    ResourceUnavail = LINEERR_RESOURCEUNAVAIL, 0x8000_004B, "a resource that the operation needs is not there now";
    StructureTooSmall = LINEERR_STRUCTURETOOSMALL, 0x8000_004D, "dwTotalSize has no room for the fixed part of the structure";
    Uninitialized = LINEERR_UNINITIALIZED, 0x8000_0050, "TAPI has not been initialized";
    Reinit = LINEERR_REINIT, 0x8000_0052, "the application must shut TAPI down and initialize it again";
    InvalAgentId = LINEERR_INVALAGENTID, 0x8000_0057, "there is no agent of that identifier";
    InvalAgentGroup = LINEERR_INVALAGENTGROUP, 0x8000_0058, "there is no ACD group of that identifier for the agent";
    InvalPassword = LINEERR_INVALPASSWORD, 0x8000_0059, "the agent's password is wrong";
    InvalAgentState = LINEERR_INVALAGENTSTATE, 0x8000_005A, "the agent cannot be in that state";
    InvalAgentActivity = LINEERR_INVALAGENTACTIVITY, 0x8000_005B, "there is no agent activity of that number";
    InvalAgentSessionState = LINEERR_INVALAGENTSESSIONSTATE, 0x8000_005F, "the agent session cannot be in that state";
    Disconnected = LINEERR_DISCONNECTED, 0x8000_0060, "the call is disconnected";
    ServiceNotRunning = LINEERR_SERVICE_NOT_RUNNING, 0x8000_0061, "the telephony service does not run";
}

impl LineError {
    /// The code as functions and LINE_REPLY give it: negative.
    pub const fn code(self) -> i32 {
        self as u32 as i32
    }

    /// The error of a code; `None` for a code of no call-center function.
    pub fn from_code(code: i32) -> Option<LineError> {
        LineError::ALL.iter().copied().find(|error| error.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_negative_in_order_and_lead_back() {
        assert_eq!(LineError::ALL.len(), 29);
        assert!(LineError::ALL.is_sorted_by(|one, next| one.code() < next.code()));
        for error in LineError::ALL {
            assert!(error.code() < 0, "{}", error.name());
            assert_eq!(LineError::from_code(error.code()), Some(*error));
        }
        assert_eq!(LineError::from_code(0), None);
        assert_eq!(LineError::from_code(0x8000_0001_u32 as i32), None);
    }
}
