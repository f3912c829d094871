//! The GUIDs of TAPI 3's class and interfaces. Link libraries need not have them, so a client may have to define them.

use uuid::Uuid;

macro_rules! identifiers {
    ($($name:ident = $guid:literal;)*) => {
        $(#[doc = concat!("`", stringify!($name), "`.")]
        #[allow(non_upper_case_globals, reason = "the names are TAPI's")]
        pub const $name: Uuid = Uuid::from_u128($guid);)*

        /// Every identifier by name.
        pub const ALL: &[(&str, Uuid)] = &[$((stringify!($name), $name)),*];
    };
}

identifiers! {
    CLSID_TAPI = 0x21D6D48E_A88B_11D0_83DD_00AA003CCABD;
    IID_ITTAPI = 0xB1EFC382_9355_11D0_835C_00AA003CCABD;
    IID_ITTAPI2 = 0x54FBDC8C_D90F_4DAD_9695_B373097F094B;
    IID_ITTAPICallCenter = 0x5AFC3154_4BCC_11D1_BF80_00805FC147D3;
    IID_ITAgentHandler = 0x587E8C22_9802_11D1_A0A4_00805FC147D3;
    IID_ITAgent = 0x5770ECE5_4B27_11D1_BF80_00805FC147D3;
    IID_ITAgentSession = 0x5AFC3147_4BCC_11D1_BF80_00805FC147D3;
    IID_ITACDGroup = 0x5AFC3148_4BCC_11D1_BF80_00805FC147D3;
    IID_ITQueue = 0x5AFC3149_4BCC_11D1_BF80_00805FC147D3;
    IID_ITAgentEvent = 0x5AFC314A_4BCC_11D1_BF80_00805FC147D3;
    IID_ITAgentSessionEvent = 0x5AFC314B_4BCC_11D1_BF80_00805FC147D3;
    IID_ITACDGroupEvent = 0x297F3032_BD11_11D1_A0A7_00805FC147D3;
    IID_ITQueueEvent = 0x297F3033_BD11_11D1_A0A7_00805FC147D3;
    IID_ITAgentHandlerEvent = 0x297F3034_BD11_11D1_A0A7_00805FC147D3;
    IID_IEnumAgent = 0x5AFC314D_4BCC_11D1_BF80_00805FC147D3;
    IID_IEnumAgentSession = 0x5AFC314E_4BCC_11D1_BF80_00805FC147D3;
    IID_IEnumACDGroup = 0x5AFC3157_4BCC_11D1_BF80_00805FC147D3;
    IID_IEnumQueue = 0x5AFC3158_4BCC_11D1_BF80_00805FC147D3;
    IID_IEnumAgentHandler = 0x587E8C28_9802_11D1_A0A4_00805FC147D3;
    IID_ITAddress = 0xB1EFC386_9355_11D0_835C_00AA003CCABD;
    IID_IEnumAddress = 0x1666FCA1_9363_11D0_835C_00AA003CCABD;
    IID_ITCollection = 0x5EC5ACF2_9C02_11D0_8362_00AA003CCABD;
    IID_ITCollection2 = 0xE6DDDDA5_A6D3_48FF_8737_D32FC4D95477;
    IID_ITTAPIEventNotification = 0xEDDB9426_3B91_11D1_8F30_00C04FB6809F;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_spelled_as_the_pages_have_it() {
        assert_eq!(ALL.len(), 24);
        assert_eq!(IID_ITAgentSession.to_string().to_uppercase(), "5AFC3147-4BCC-11D1-BF80-00805FC147D3");
    }

    #[test]
    fn no_two_names_share_one() {
        for (index, (name, guid)) in ALL.iter().enumerate() {
            assert!(ALL[..index].iter().all(|(_, other)| other != guid), "{name}");
        }
    }
}
