//! TAPI_EVENT: the bits by which a client chooses events, and by which an event is told. Without a filter none comes.

macro_rules! events {
    ($($name:ident = $value:literal, $text:literal;)*) => {
        $(#[doc = $text] pub const $name: i32 = $value;)*

        /// Every event by name, in the order of the bits.
        pub const ALL: &[(&str, i32)] = &[$((stringify!($name), $name)),*];
    };
}

events! {
    TE_TAPIOBJECT = 0x1, "The TAPI object changed.";
    TE_ADDRESS = 0x2, "An address changed.";
    TE_CALLNOTIFICATION = 0x4, "A new call.";
    TE_CALLSTATE = 0x8, "The state of a call changed.";
    TE_CALLMEDIA = 0x10, "The media of a call changed.";
    TE_CALLHUB = 0x20, "A call hub changed.";
    TE_CALLINFOCHANGE = 0x40, "The information about a call changed.";
    TE_PRIVATE = 0x80, "Something of the provider's own.";
    TE_REQUEST = 0x100, "A request of assisted telephony.";
    TE_AGENT = 0x200, "An agent changed: ITAgentEvent.";
    TE_AGENTSESSION = 0x400, "An agent session changed: ITAgentSessionEvent.";
    TE_QOSEVENT = 0x800, "The quality of service changed.";
    TE_AGENTHANDLER = 0x1000, "An agent handler changed: ITAgentHandlerEvent.";
    TE_ACDGROUP = 0x2000, "An ACD group changed: ITACDGroupEvent.";
    TE_QUEUE = 0x4000, "A queue changed: ITQueueEvent.";
    TE_DIGITEVENT = 0x8000, "A digit was heard.";
    TE_GENERATEEVENT = 0x10000, "Digits or tones have been sent.";
    TE_ASRTERMINAL = 0x20000, "A terminal of speech recognition.";
    TE_TTSTERMINAL = 0x40000, "A terminal of spoken text.";
    TE_FILETERMINAL = 0x80000, "A terminal of a file.";
    TE_TONETERMINAL = 0x100000, "A terminal of tones.";
    TE_PHONEEVENT = 0x200000, "A phone changed.";
    TE_TONEEVENT = 0x400000, "A tone was heard.";
    TE_GATHERDIGITS = 0x800000, "Digits have been gathered.";
    TE_ADDRESSDEVSPECIFIC = 0x1000000, "Something of an address's own.";
    TE_PHONEDEVSPECIFIC = 0x2000000, "Something of a phone's own.";
}

/// The five events of a call center, for ITTAPI::put_EventFilter.
pub const CALL_CENTER: i32 = TE_AGENT | TE_AGENTSESSION | TE_AGENTHANDLER | TE_ACDGROUP | TE_QUEUE;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_events_are_26_bits_in_their_order() {
        let expected: Vec<i32> = (0..26).map(|bit| 1 << bit).collect();
        assert_eq!(ALL.iter().map(|(_, value)| *value).collect::<Vec<_>>(), expected);
        assert_eq!(CALL_CENTER, 0x7600);
    }
}
