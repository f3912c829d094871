//! The twenty requests that a proxy can be asked, and the versions of the API.

use std::fmt;

use super::layout::{DecodeError, Problem};

/// A version of the API, as applications and TAPI agree on: the major number in the upper 16 bits, the minor in the lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ApiVersion(pub u32);

impl ApiVersion {
    /// 1.3.
    pub const V1_3: ApiVersion = ApiVersion(0x0001_0003);
    /// 1.4.
    pub const V1_4: ApiVersion = ApiVersion(0x0001_0004);
    /// 2.0: the first with agents, by address.
    pub const V2_0: ApiVersion = ApiVersion(0x0002_0000);
    /// 2.1.
    pub const V2_1: ApiVersion = ApiVersion(0x0002_0001);
    /// 2.2: the first with agents and sessions by handle.
    pub const V2_2: ApiVersion = ApiVersion(0x0002_0002);
    /// 3.0.
    pub const V3_0: ApiVersion = ApiVersion(0x0003_0000);
    /// 3.1.
    pub const V3_1: ApiVersion = ApiVersion(0x0003_0001);

    /// Every version, the oldest first.
    pub const ALL: [ApiVersion; 7] =
        [Self::V1_3, Self::V1_4, Self::V2_0, Self::V2_1, Self::V2_2, Self::V3_0, Self::V3_1];
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 >> 16, self.0 & 0xFFFF)
    }
}

macro_rules! request_types {
    ($($(#[$doc:meta])* $variant:ident = $name:ident, $value:literal;)*) => {
        /// What a proxy is asked: a LINEPROXYREQUEST_ value. They are consecutive numbers, not bits.
        ///
        /// ```
        /// use acdsim::acd::tapi2::{ApiVersion, ProxyRequestType};
        ///
        /// let request = ProxyRequestType::try_from(0x0C)?;
        /// assert_eq!(request, ProxyRequestType::CreateAgentSession);
        /// assert_eq!(request.name(), "LINEPROXYREQUEST_CREATEAGENTSESSION");
        /// assert_eq!(request.since(), ApiVersion::V2_2);
        ///
        /// let error = ProxyRequestType::try_from(0x15).unwrap_err();
        /// assert_eq!(
        ///     error.to_string(),
        ///     "LINEPROXYREQUEST.dwRequestType is 0x15; allowed is one of LINEPROXYREQUEST_, 0x1 to 0x14"
        /// );
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u32)]
        pub enum ProxyRequestType {
            $($(#[$doc])* #[doc = concat!("\n\n`", stringify!($name), "`.")] $variant = $value,)*
        }

        impl ProxyRequestType {
            /// Every type, in the order of the values.
            pub const ALL: &[ProxyRequestType] = &[$(ProxyRequestType::$variant),*];

            /// TAPI's name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(ProxyRequestType::$variant => stringify!($name),)*
                }
            }
        }
    };
}

request_types! {
    /// lineSetAgentGroup: log the agent on an address in to groups, or out.
    SetAgentGroup = LINEPROXYREQUEST_SETAGENTGROUP, 0x01;
    /// lineSetAgentState: set the state on an address.
    SetAgentState = LINEPROXYREQUEST_SETAGENTSTATE, 0x02;
    /// lineSetAgentActivity: set the activity on an address.
    SetAgentActivity = LINEPROXYREQUEST_SETAGENTACTIVITY, 0x03;
    /// lineGetAgentCaps: what the handler can do on an address.
    GetAgentCaps = LINEPROXYREQUEST_GETAGENTCAPS, 0x04;
    /// lineGetAgentStatus: who is logged in on an address.
    GetAgentStatus = LINEPROXYREQUEST_GETAGENTSTATUS, 0x05;
    /// lineAgentSpecific: something of the handler's own.
    AgentSpecific = LINEPROXYREQUEST_AGENTSPECIFIC, 0x06;
    /// lineGetAgentActivityList: the activities on an address.
    GetAgentActivityList = LINEPROXYREQUEST_GETAGENTACTIVITYLIST, 0x07;
    /// lineGetAgentGroupList: the groups that can be logged in to on an address.
    GetAgentGroupList = LINEPROXYREQUEST_GETAGENTGROUPLIST, 0x08;
    /// lineCreateAgent: make an agent.
    CreateAgent = LINEPROXYREQUEST_CREATEAGENT, 0x09;
    /// lineSetAgentMeasurementPeriod: set an agent's period.
    SetAgentMeasurementPeriod = LINEPROXYREQUEST_SETAGENTMEASUREMENTPERIOD, 0x0A;
    /// lineGetAgentInfo: an agent's statistics.
    GetAgentInfo = LINEPROXYREQUEST_GETAGENTINFO, 0x0B;
    /// lineCreateAgentSession: make an agent session.
    CreateAgentSession = LINEPROXYREQUEST_CREATEAGENTSESSION, 0x0C;
    /// lineGetAgentSessionList: an agent's sessions.
    GetAgentSessionList = LINEPROXYREQUEST_GETAGENTSESSIONLIST, 0x0D;
    /// lineSetAgentSessionState: set a session's state.
    SetAgentSessionState = LINEPROXYREQUEST_SETAGENTSESSIONSTATE, 0x0E;
    /// lineGetAgentSessionInfo: a session's statistics.
    GetAgentSessionInfo = LINEPROXYREQUEST_GETAGENTSESSIONINFO, 0x0F;
    /// lineGetQueueList: a group's queues.
    GetQueueList = LINEPROXYREQUEST_GETQUEUELIST, 0x10;
    /// lineSetQueueMeasurementPeriod: set a queue's period.
    SetQueueMeasurementPeriod = LINEPROXYREQUEST_SETQUEUEMEASUREMENTPERIOD, 0x11;
    /// lineGetQueueInfo: a queue's statistics.
    GetQueueInfo = LINEPROXYREQUEST_GETQUEUEINFO, 0x12;
    /// lineGetGroupList: the handler's groups.
    GetGroupList = LINEPROXYREQUEST_GETGROUPLIST, 0x13;
    /// lineSetAgentStateEx: set an agent's state.
    SetAgentStateEx = LINEPROXYREQUEST_SETAGENTSTATEEX, 0x14;
}

impl ProxyRequestType {
    /// The LINEPROXYREQUEST_ value.
    pub const fn value(self) -> u32 {
        self as u32
    }

    /// The API version that brought it: 2.0 for those by address, 2.2 for those by handle.
    pub const fn since(self) -> ApiVersion {
        if self.value() <= 0x08 { ApiVersion::V2_0 } else { ApiVersion::V2_2 }
    }
}

impl fmt::Display for ProxyRequestType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TryFrom<u32> for ProxyRequestType {
    type Error = DecodeError;

    fn try_from(value: u32) -> Result<Self, DecodeError> {
        ProxyRequestType::ALL.iter().copied().find(|request| request.value() == value).ok_or_else(|| {
            let problem = Problem::NotInSet { set: "LINEPROXYREQUEST_", least: 0x01, most: 0x14 };
            DecodeError::field("LINEPROXYREQUEST", "dwRequestType", value.into(), problem)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_are_1_to_20_and_lead_back() {
        let values: Vec<u32> = ProxyRequestType::ALL.iter().map(|request| request.value()).collect();
        assert_eq!(values, (1..=20).collect::<Vec<_>>());
        for request in ProxyRequestType::ALL {
            assert_eq!(ProxyRequestType::try_from(request.value()), Ok(*request));
        }
        assert!(ProxyRequestType::try_from(0).is_err());
    }

    #[test]
    fn the_first_eight_are_of_2_0() {
        let first = ProxyRequestType::ALL.iter().filter(|request| request.since() == ApiVersion::V2_0).count();
        assert_eq!(first, 8);
        assert_eq!(ApiVersion::V2_2.to_string(), "2.2");
    }

    #[test]
    fn a_request_is_shown_by_its_name() {
        assert_eq!(ProxyRequestType::GetGroupList.to_string(), "LINEPROXYREQUEST_GETGROUPLIST");
        for request in ProxyRequestType::ALL {
            assert_eq!(request.to_string(), request.name());
        }
    }
}
