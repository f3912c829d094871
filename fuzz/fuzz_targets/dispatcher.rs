//! The dispatcher and the proxy under whatever applications do: no sequence of calls, with whatever arguments and buffers,
//! makes them panic, every request is answered at most once, and nobody waits for a proxy that has gone.

#![no_main]

use std::collections::BTreeMap;

use acdsim::acd::tapi2::constants::{LINECALLPRIVILEGE_NONE, LINEOPENOPTION_PROXY};
use acdsim::acd::tapi2::lists::{GroupEntry, GroupList};
use acdsim::acd::tapi2::message::LineMessage;
use acdsim::acd::tapi2::proxy::Proxy;
use acdsim::acd::tapi2::telephony::{HLine, HLineApp, RequestId, Telephony};
use acdsim::acd::tapi2::{ApiVersion, LineError};
use acdsim::acd::{AgentHandler, Conventions};
use acdsim::time::{Duration, Instant};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

/// Bytes, one after the other; zeros when they are used up.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first
    }

    /// A small number as a rule, and any at times.
    fn number(&mut self) -> u32 {
        match self.byte() {
            255 => u32::from_le_bytes([self.byte(), self.byte(), self.byte(), self.byte()]),
            small => u32::from(small % 8),
        }
    }

    fn size(&mut self) -> u32 {
        u32::from(self.byte()) * 2
    }

    fn guid(&mut self) -> Uuid {
        Uuid::from_u128(u128::from(self.byte() % 4))
    }

    fn take(&mut self, most: usize) -> Vec<u8> {
        let length = usize::from(self.byte()) % (most + 1);
        (0..length).map(|_| self.byte()).collect()
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = Bytes(bytes);
    let mut conventions = Conventions::default();
    for convention in Conventions::DECLARED {
        let answers = convention.answers;
        let word = answers[usize::from(bytes.byte()) % answers.len()].0;
        conventions.set(convention.name, word).expect("it is one of its answers");
    }
    let mut tapi = Telephony::new(conventions);
    let device = tapi.add_device(2);
    let app = tapi.initialize_ex("SERVER", "acd");
    let mut handler = AgentHandler::<()>::with_conventions(conventions);
    for number in 0..3 {
        let group = handler.create_group(Uuid::from_u128(number), "Group").expect("there is room");
        handler.create_queue("Queue", Some(group), Instant::START).expect("there is room");
    }
    handler.create_address("4101").expect("there is room");
    let start = jiff::civil::date(2026, 1, 5).at(0, 0, 0, 0);
    let mut proxy =
        Proxy::register(&mut tapi, app, device, "ACD", Uuid::nil(), handler, start).expect("nobody serves yet");
    let mut lines = vec![proxy.line()];
    let mut now = Instant::START;
    // What is known of each request: its client, and how often it was answered.
    let mut replies: BTreeMap<(HLine, u32), u32> = BTreeMap::new();
    while !bytes.0.is_empty() {
        let which = usize::from(bytes.byte()) % (lines.len() + 1);
        let line = lines.get(which).copied().unwrap_or(HLine(bytes.number()));
        let (one, two, three) = (bytes.number(), bytes.number(), bytes.number());
        let started: Result<RequestId, LineError> = match bytes.byte() % 30 {
            0 => {
                let version = ApiVersion::ALL[usize::from(bytes.byte()) % ApiVersion::ALL.len()];
                let privileges = LINECALLPRIVILEGE_NONE | if one == 1 { LINEOPENOPTION_PROXY } else { 0 };
                let params = bytes.take(250);
                lines.extend(tapi.open(HLineApp(two), three, version, 0, privileges, Some(&params)));
                continue;
            }
            1 => {
                lines.extend(tapi.open(app, device, ApiVersion::V2_2, 0, LINECALLPRIVILEGE_NONE, None));
                continue;
            }
            2 => {
                if tapi.close(line).is_ok() {
                    replies.retain(|&(client, _), _| client != line);
                }
                continue;
            }
            3 => {
                now = now + Duration::from_nanos(u64::from(one) * 700_000_001);
                continue;
            }
            4 | 5 => {
                let _ = proxy.answer_next(&mut tapi, now);
                continue;
            }
            6 => {
                let request = RequestId(two);
                let mut buffer = tapi.proxy_request(line, request).map(<[u8]>::to_vec).unwrap_or_default();
                for byte in bytes.take(20) {
                    if !buffer.is_empty() {
                        let at = usize::from(byte) % buffer.len();
                        buffer[at] ^= bytes.byte();
                    }
                }
                let _ = tapi.proxy_response(line, request, &buffer, -(three as i32 % 3));
                continue;
            }
            7 => {
                let _ = tapi.proxy_message(line, one % 2, two.wrapping_add(20), [three, one, two]);
                continue;
            }
            8 => {
                while let Ok(Some(raw)) = tapi.get_message(line) {
                    if let LineMessage::Reply { request, .. } = LineMessage::from(raw) {
                        let answered = replies.get_mut(&(line, request)).expect("a reply is to a request of its line");
                        *answered += 1;
                        assert_eq!(*answered, 1, "a request is answered once");
                        tapi.take_output(line, RequestId(request));
                        replies.remove(&(line, request));
                    }
                }
                continue;
            }
            9 => tapi.create_agent(line, (one == 1).then_some("7"), (two == 1).then_some("1")),
            10 | 11 => tapi.create_agent_session(line, one, None, two, bytes.guid()),
            12 => tapi.get_agent_info(line, one, bytes.size()),
            13 => tapi.get_agent_session_info(line, one, bytes.size()),
            14 => tapi.get_agent_session_list(line, one, bytes.size()),
            15 => tapi.get_group_list(line, bytes.size()),
            16 => tapi.get_queue_info(line, one, bytes.size()),
            17 => tapi.get_queue_list(line, bytes.guid(), bytes.size()),
            18 => tapi.set_agent_measurement_period(line, one, two),
            19 => tapi.set_queue_measurement_period(line, one, two),
            20..=22 => tapi.set_agent_session_state(line, one, 1 << (two % 7), (1 << (three % 8)) & 0x7f),
            23 => tapi.set_agent_state_ex(line, one, 1 << (two % 8), (1 << (three % 8)) & 0x7f),
            24 => tapi.get_agent_caps(app, one, two, ApiVersion::V2_2, bytes.size()),
            25 => tapi.get_agent_status(line, one, bytes.size()),
            26 => {
                let guids = (0..one % 3).map(|_| bytes.guid()).collect::<Vec<_>>();
                let groups = guids.into_iter().map(|guid| GroupEntry { guid, name: None });
                tapi.set_agent_group(line, two, groups.collect::<GroupList>())
            }
            27 => tapi.set_agent_state(line, one, 1 << (two % 10), (1 << (three % 11)) & 0x3ff),
            28 => tapi.agent_specific(line, one, two, &bytes.take(40)),
            _ => tapi.set_agent_activity(line, one, two),
        };
        if let Ok(request) = started {
            // Caps are replied to on the first line of the application.
            for line in &lines {
                replies.insert((*line, request.0), 0);
            }
        }
    }
    // The proxy goes: whoever waits is told.
    let open = tapi.unanswered(proxy.line()).unwrap_or_default();
    let _ = tapi.close(proxy.line());
    for request in open {
        assert!(tapi.proxy_request(proxy.line(), request).is_err());
    }
});
