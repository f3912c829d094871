//! What a method of TAPI 3 returns.

use std::fmt;

macro_rules! hresults {
    ($($name:ident = $code:literal, $text:literal;)*) => {
        impl HResult {
            $(#[doc = concat!($text, ".")]
            pub const $name: HResult = HResult($code as u32 as i32);)*

            /// Every code that has a name here.
            pub const ALL: &[HResult] = &[$(HResult::$name),*];

            /// TAPI's name, or that of COM for a generic code; `None` for a code without one here.
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(HResult::$name => Some(stringify!($name)),)*
                    _ => None,
                }
            }

            /// What the code says; `None` for a code without a name here.
            pub const fn meaning(self) -> Option<&'static str> {
                match self {
                    $(HResult::$name => Some($text),)*
                    _ => None,
                }
            }
        }
    };
}

/// An HRESULT: negative where the method failed.
///
/// ```
/// use acdsim::acd::tapi3::HResult;
///
/// assert_eq!(HResult::TAPI_E_TIMEOUT.0 as u32, 0x8004_0044);
/// assert_eq!(HResult::TAPI_E_TIMEOUT.name(), Some("TAPI_E_TIMEOUT"));
/// assert!(HResult::S_FALSE.is_success());
/// assert_eq!(HResult::E_POINTER.to_string(), "E_POINTER: a pointer is NULL or not valid");
/// assert_eq!(HResult(5).to_string(), "0x00000005");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HResult(pub i32);

hresults! {
    S_OK = 0x0000_0000, "the method succeeded";
    S_FALSE = 0x0000_0001, "the method succeeded, with less than was asked for or nothing to do";
    E_POINTER = 0x8000_4003, "a pointer is NULL or not valid";
    E_UNEXPECTED = 0x8000_FFFF, "something failed that was not expected to";
    E_OUTOFMEMORY = 0x8007_000E, "there is not enough memory";
    E_INVALIDARG = 0x8007_0057, "an argument has a value that is not allowed";
    TAPI_E_NOITEMS = 0x8004_0002, "there are no items that match";
    TAPI_E_NOTSUPPORTED = 0x8004_0003, "the method is not supported";
    TAPI_E_OPERATIONFAILED = 0x8004_0005, "the operation failed for a reason that is not told";
    TAPI_E_INVALADDRESSSTATE = 0x8004_000D, "the address is in a state that does not allow it";
    TAPI_E_INVALGROUPID = 0x8004_0017, "there is no pickup group of that identifier";
    TAPI_E_NODEVICE = 0x8004_0021, "the line device is no longer there";
    TAPI_E_NOTREGISTERED = 0x8004_0024, "the request type is not registered, or another has registered it";
    TAPI_E_REINIT = 0x8004_0029, "the application must shut TAPI down and initialize it again";
    TAPI_E_NODRIVER = 0x8004_003D, "the service provider is not there";
    TAPI_E_TIMEOUT = 0x8004_0044, "the operation did not complete within two minutes";
    TAPI_E_CALLCENTER_GROUP_REMOVED = 0x8004_0045, "the proxy has removed the ACD group";
    TAPI_E_CALLCENTER_QUEUE_REMOVED = 0x8004_0046, "the proxy has removed the queue";
    TAPI_E_CALLCENTER_NO_AGENT_ID = 0x8004_0047, "the agent was made without an agent ID";
    TAPI_E_CALLCENTER_INVALAGENTID = 0x8004_0048, "there is no agent of that identifier";
    TAPI_E_CALLCENTER_INVALAGENTGROUP = 0x8004_0049, "there is no ACD group of that identifier for the agent";
    TAPI_E_CALLCENTER_INVALPASSWORD = 0x8004_004A, "the agent's password is wrong";
    TAPI_E_CALLCENTER_INVALAGENTSTATE = 0x8004_004B, "the agent cannot be in that state";
    TAPI_E_CALLCENTER_INVALAGENTACTIVITY = 0x8004_004C, "there is no agent activity of that number";
    TAPI_E_RESOURCEUNAVAIL = 0x8004_0052, "a resource that the operation needs is not there now";
    TAPI_E_NOT_INITIALIZED = 0x8004_0059, "TAPI has not been initialized";
    TAPI_E_SERVICE_NOT_RUNNING = 0x8004_005A, "the telephony service does not run";
}

impl HResult {
    /// Whether the method succeeded: not negative.
    pub const fn is_success(self) -> bool {
        self.0 >= 0
    }
}

/// Name and meaning; a LINEERR_ code that was handed through by those of the error; any other as a number.
impl fmt::Display for HResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name().zip(self.meaning()), self.raw_line_error()) {
            (Some((name, meaning)), _) => write!(f, "{name}: {meaning}"),
            (None, Some(error)) => write!(f, "{}: {error}", error.name()),
            (None, None) => write!(f, "{:#010x}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_generic_ones_are_successes() {
        let successes: Vec<_> = HResult::ALL.iter().filter(|code| code.is_success()).collect();
        assert_eq!(successes, [&HResult::S_OK, &HResult::S_FALSE]);
        assert_eq!(HResult::ALL.len(), 27);
    }

    #[test]
    fn names_and_codes_occur_once() {
        for (index, code) in HResult::ALL.iter().enumerate() {
            assert!(code.name().is_some() && code.meaning().is_some());
            assert!(!HResult::ALL[..index].contains(code), "{code}");
        }
    }

    #[test]
    fn a_code_is_printed_by_its_name_or_as_a_number() {
        assert_eq!(HResult(0x8000_0044_u32 as i32).to_string(), "LINEERR_NOMEM: there is not enough memory");
        assert_eq!(HResult(0x8000_0001_u32 as i32).to_string(), "0x80000001");
    }
}
