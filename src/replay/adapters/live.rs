//! What the adapters of live TAPI do alike: which call of the trace rings where, and what is told of it.
//!
//! TAPI knows a call as one object at the address from which it was dialled and another one at the address where it rings.
//! Here each is an end with a number of the adapter's. Which belong together is told by the identifier of the call
//! (CIL_CALLID, `dwCallID`), which a switch gives to both, or, where it gives none, by the number of the caller, if one call
//! of the replay alone is under way from there.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::super::clock::Pace;
use super::super::port::{Capabilities, Counted, Fault, Gives, Notice, Noticed, Time};
use super::asides::Asides;
use super::process::Limits;
use crate::acd::SessionState;
use crate::time::Instant;
use crate::trace::{Header, TapiTotals};

const SECONDS_PER_DAY: f64 = 86_400.0;

/// What an adapter of live TAPI is given.
#[derive(Clone, Debug)]
pub struct LiveOptions {
    /// How long an answer may take, and how far the clock may be off.
    pub limits: Limits,
    /// How many seconds of the run pass in one.
    pub speed: f64,
    /// The addresses that may be used: those of agents, those that are dialled, and those from which it is dialled.
    pub allowed: Vec<String>,
    /// The address to dial for each group.
    pub dials: Vec<(String, String)>,
}

/// What an end of a call has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EndState {
    /// Both talk.
    Connected,
    /// It is over: because the far end is busy, or for another reason.
    Disconnected {
        /// Whether it was turned away as busy.
        busy: bool,
    },
    /// What makes no difference here.
    Other,
}

/// A session that was created.
#[derive(Clone, Debug)]
struct Seat {
    group: u32,
    address: String,
    created: Instant,
    state: SessionState,
}

/// A call that was placed.
#[derive(Clone, Debug)]
struct Placed {
    group: u32,
    from: usize,
    /// The identifier that the switch has given, 0 for none.
    call_id: u32,
    dialled: u64,
    taken: Option<u64>,
    answered: bool,
    hung_up: bool,
}

/// The state of a replay against live TAPI.
pub(super) struct Board {
    pub(super) capabilities: Capabilities,
    pub(super) pace: Pace,
    pub(super) options: LiveOptions,
    /// The addresses from which it is dialled, each with how many calls are there.
    callers: Vec<(String, usize)>,
    seats: Vec<Seat>,
    calls: BTreeMap<u64, Placed>,
    /// The call of each end, and whether it was dialled there.
    ends: HashMap<u64, (u64, bool)>,
    /// The address of each end that rings or is talked.
    rings_at: HashMap<u64, String>,
    notices: VecDeque<Noticed>,
    /// By how many days the system's date is ahead of that of the trace.
    days_ahead: Option<f64>,
    start: f64,
    asides: Asides,
}

impl Board {
    pub(super) fn new(name: &str, options: LiveOptions) -> Self {
        let capabilities = Capabilities {
            name: name.to_owned(),
            time: Time::Wall,
            live: true,
            gives: Gives { call_waits: false, ..Gives::ALL },
            exact: false,
            measures_from: false,
        };
        Board {
            capabilities,
            pace: Pace::new(options.speed),
            options,
            callers: Vec::new(),
            seats: Vec::new(),
            calls: BTreeMap::new(),
            ends: HashMap::new(),
            rings_at: HashMap::new(),
            notices: VecDeque::new(),
            days_ahead: None,
            start: 0.0,
            asides: Asides::default(),
        }
    }

    /// Checks what a trace asks for, against the names of all addresses. Returns the address to dial for each group.
    pub(super) fn open(&mut self, header: &Header, addresses: &[String]) -> Result<Vec<String>, Fault> {
        let unable = |text: String| Err(Fault::Unable(text));
        let start: jiff::civil::DateTime = match header.start.parse() {
            Ok(start) => start,
            Err(_) => return unable(format!("the trace starts at `{}`, which is no moment", header.start)),
        };
        self.start = crate::acd::OleDate::of(start, Instant::START).0;
        let mut dials = Vec::with_capacity(header.groups.len());
        for group in &header.groups {
            let dial = self.options.dials.iter().find(|(of, _)| *of == group.name);
            let Some((_, address)) = dial else {
                let name = &group.name;
                return unable(format!("group `{name}` has no address to dial: name it by --dial {name:?}=ADDRESS"));
            };
            dials.push(address.clone());
        }
        for agent in &header.agents {
            if !addresses.contains(&agent.address) {
                let (name, address) = (&agent.name, &agent.address);
                return unable(format!(
                    "the system has no address `{address}`, which agent `{name}` uses in the trace"
                ));
            }
        }
        let of_agent = |address: &String| header.agents.iter().any(|agent| agent.address == *address);
        let may = |address: &&String| self.options.allowed.contains(address) && !of_agent(address);
        self.callers = addresses.iter().filter(may).map(|address| (address.clone(), 0)).collect();
        if self.callers.is_empty() {
            let free: Vec<&str> =
                addresses.iter().filter(|address| !of_agent(address)).map(String::as_str).take(20).collect();
            return unable(format!(
                "there is no address to dial from: allow one that no agent of the trace uses with --allow ADDRESS; the system \
                 has {}",
                if free.is_empty() { "no other".to_owned() } else { free.join(", ") }
            ));
        }
        Ok(dials)
    }

    /// The address to dial from: the first of those with the fewest calls.
    pub(super) fn next_caller(&self) -> (usize, &str) {
        let fewest = self.callers.iter().enumerate().min_by_key(|(_, (_, calls))| *calls);
        fewest.map_or((0, ""), |(place, (address, _))| (place, address))
    }

    /// A session was created, which the system says began at `date`.
    pub(super) fn seated(&mut self, group: u32, address: &str, now: Instant, date: f64) {
        let since = (now - Instant::START).as_secs_f64() / SECONDS_PER_DAY;
        self.days_ahead.get_or_insert(date - (self.start + since));
        let state = SessionState::NotReady;
        self.seats.push(Seat { group, address: address.to_owned(), created: now, state });
    }

    /// A call was dialled from an address.
    pub(super) fn placed(&mut self, call: u64, group: u32, from: usize, call_id: u32, end: u64) {
        if let Some((_, calls)) = self.callers.get_mut(from) {
            *calls += 1;
        }
        let (taken, answered, hung_up) = (None, false, false);
        self.calls.insert(call, Placed { group, from, call_id, dialled: end, taken, answered, hung_up });
        self.ends.insert(end, (call, true));
    }

    /// The agent answers a call: at which end.
    pub(super) fn is_answered(&mut self, call: u64) -> Result<u64, Fault> {
        let taken = self.calls.get_mut(&call).and_then(|placed| {
            placed.answered = true;
            placed.taken
        });
        taken.ok_or_else(|| Fault::Refused {
            request: format!("the answer of call {call}"),
            reason: "it rings nowhere".to_owned(),
        })
    }

    /// The caller hangs up: at which end, and whether the call was answered.
    pub(super) fn is_hung_up(&mut self, call: u64) -> Result<(u64, bool), Fault> {
        let placed = self.calls.get_mut(&call).ok_or_else(|| Fault::Refused {
            request: format!("the end of call {call}"),
            reason: "there is no such call".to_owned(),
        })?;
        placed.hung_up = true;
        Ok((placed.dialled, placed.answered))
    }

    /// The session that has a call.
    pub(super) fn session_of(&self, call: u64) -> Option<u32> {
        let taken = self.calls.get(&call)?.taken?;
        self.seat_of(taken)
    }

    fn seat_of(&self, end: u64) -> Option<u32> {
        let (call, _) = *self.ends.get(&end)?;
        let address = self.rings_at.get(&end)?;
        let group = self.calls.get(&call)?.group;
        let seat = self.seats.iter().enumerate().rev().find(|(_, seat)| {
            seat.group == group && seat.address == *address && seat.state != SessionState::SessionEnded
        });
        seat.map(|(session, _)| session as u32)
    }

    /// A session is in a state.
    pub(super) fn session_changed(&mut self, session: u32, state: SessionState, at: Instant) {
        let Some(seat) = self.seats.get_mut(session as usize) else { return };
        let from = std::mem::replace(&mut seat.state, state);
        if from != state {
            self.tell(Notice::SessionChanged { session, from, to: state }, at);
        }
    }

    /// A call rings at an address. What identifies it is asked for where it is needed.
    pub(super) fn rings(
        &mut self,
        end: u64,
        address: &str,
        caller: &str,
        call_id: u32,
        at: Instant,
    ) -> Result<(), Fault> {
        let waits = |placed: &Placed| placed.taken.is_none() && !placed.hung_up;
        let by_id = self.calls.iter().find(|(_, placed)| call_id != 0 && placed.call_id == call_id);
        let known = by_id.map(|(&call, _)| call).or_else(|| {
            let mut from = self.calls.iter().filter(|(_, placed)| {
                waits(placed) && (call_id == 0 || placed.call_id == 0) && self.callers[placed.from].0 == caller
            });
            from.next().map(|(&call, _)| call).filter(|_| from.next().is_none())
        });
        let Some(call) = known else {
            return Err(Fault::Contradiction {
                at,
                what: format!("a call from `{caller}` rings at `{address}`, which the replay has not placed"),
            });
        };
        self.ends.insert(end, (call, false));
        self.rings_at.insert(end, address.to_owned());
        if let Some(placed) = self.calls.get_mut(&call) {
            placed.taken = Some(end);
        }
        match self.seat_of(end) {
            Some(session) => {
                self.tell(Notice::CallOffered { call, session }, at);
                Ok(())
            }
            None => Err(Fault::Contradiction {
                at,
                what: format!("call {call} rings at `{address}`, where nobody has a session for its group"),
            }),
        }
    }

    /// An end of a call is in another state; says whether it is over, and nothing more comes of it.
    pub(super) fn end_changed(&mut self, end: u64, state: EndState, at: Instant) -> Result<bool, Fault> {
        let Some(&(call, dialled)) = self.ends.get(&end) else { return Ok(false) };
        match state {
            EndState::Other => Ok(false),
            EndState::Connected => {
                if !dialled && let Some(session) = self.seat_of(end) {
                    self.tell(Notice::CallAnswered { call, session }, at);
                }
                Ok(false)
            }
            EndState::Disconnected { busy } => {
                self.ends.remove(&end);
                self.rings_at.remove(&end);
                if !dialled {
                    if let Some(placed) = self.calls.get_mut(&call).filter(|placed| !placed.answered) {
                        placed.taken = None;
                    }
                    return Ok(true);
                }
                let Some(placed) = self.calls.remove(&call) else { return Ok(true) };
                self.callers[placed.from].1 -= 1;
                match placed {
                    Placed { answered: true, .. } => {}
                    Placed { hung_up: true, .. } => self.tell(Notice::CallAbandoned { call }, at),
                    _ if busy => self.tell(Notice::CallBlocked { call }, at),
                    Placed { group, .. } => {
                        let request = format!("call {call} of group {group}");
                        return Err(Fault::Refused { request, reason: "it was disconnected".to_owned() });
                    }
                }
                Ok(true)
            }
        }
    }

    /// The calls that are not over, with the ends at which they were dialled.
    pub(super) fn open_calls(&self) -> Vec<(u64, u64)> {
        self.calls.iter().map(|(&call, placed)| (call, placed.dialled)).collect()
    }

    /// The sessions that have not ended.
    pub(super) fn open_sessions(&self) -> Vec<u32> {
        let open = self.seats.iter().enumerate().filter(|(_, seat)| seat.state != SessionState::SessionEnded);
        open.map(|(session, _)| session as u32).collect()
    }

    fn tell(&mut self, what: Notice, at: Instant) {
        self.notices.push_back(Noticed { at, what });
    }

    /// What was noticed.
    pub(super) fn taken(&mut self) -> Vec<Noticed> {
        self.notices.drain(..).collect()
    }

    /// What a session has counted, with its start by the date of the trace.
    pub(super) fn counted(&mut self, session: u32, mut statistics: TapiTotals, ended: bool, now: Instant) -> Counted {
        statistics.session_start_time -= self.days_ahead.unwrap_or(0.0);
        if let Some(seat) = self.seats.get(session as usize).filter(|_| !ended) {
            let expected = (now - seat.created).as_secs_f64();
            let off = statistics.session_duration - expected;
            if off.abs() > self.options.limits.drift.as_secs_f64() + 1.0 && self.asides.drift.is_none() {
                self.asides.drift = Some(((off * 1_000.0) as i64, now));
            }
        }
        Counted { ended, statistics, exact: None }
    }

    /// Does something that was due at an instant, and looks at how long it takes.
    pub(super) fn order<T>(&mut self, due: Instant, act: impl FnOnce() -> T) -> T {
        self.pace.note_lateness(due);
        let began = std::time::Instant::now();
        let result = act();
        self.asides.note_answer(began.elapsed(), &self.options.limits);
        result
    }

    /// What went wrong on the side.
    pub(super) fn faults(&mut self) -> Vec<Fault> {
        self.asides.faults(&self.options.limits).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Duration;
    use crate::trace::{TraceAgent, TraceGroup};

    fn at(secs: u64) -> Instant {
        Instant::START + Duration::from_secs(secs)
    }

    fn options(allowed: &[&str]) -> LiveOptions {
        LiveOptions {
            limits: Limits::default(),
            speed: 60.0,
            allowed: allowed.iter().map(|&address| address.to_owned()).collect(),
            dials: vec![("Sales".to_owned(), "4100".to_owned())],
        }
    }

    fn header() -> Header {
        let group = TraceGroup {
            guid: crate::scenario::group_guid("Sales"),
            name: "Sales".to_owned(),
            queue: "4100".to_owned(),
            capacity: None,
            classes: Vec::new(),
        };
        let agent = TraceAgent { name: "Ann".to_owned(), address: "4101".to_owned(), groups: vec![0], ranks: vec![1] };
        Header {
            start: "2026-03-02T09:00:00".to_owned(),
            groups: vec![group],
            agents: vec![agent],
            ..Header::default()
        }
    }

    /// A board with a READY session at 4101, and two addresses to dial from.
    fn board() -> Board {
        let addresses = ["4101", "Client 1", "Client 2", "Boss"].map(str::to_owned);
        let mut board = Board::new("TAPI", options(&["4101", "Client 1", "Client 2"]));
        assert_eq!(board.open(&header(), &addresses), Ok(vec!["4100".to_owned()]));
        board.seated(0, "4101", at(0), 46_000.5);
        board.session_changed(0, SessionState::Ready, at(0));
        board.taken();
        board
    }

    fn told(board: &mut Board) -> Vec<Notice> {
        board.taken().into_iter().map(|noticed| noticed.what).collect()
    }

    #[test]
    fn nothing_is_dialled_from_an_address_that_is_not_allowed_or_is_an_agents() {
        let addresses = ["4101", "Client 1", "Boss"].map(str::to_owned);
        let open = |allowed: &[&str]| Board::new("TAPI", options(allowed)).open(&header(), &addresses);
        let Err(Fault::Unable(why)) = open(&["4101", "4100"]) else { panic!("there is no address to dial from") };
        assert!(why.ends_with("the system has Client 1, Boss"), "{why}");
        assert!(open(&["4101", "Boss"]).is_ok());
        let elsewhere = Board::new("TAPI", options(&["Boss"])).open(&header(), &addresses[1..]);
        assert!(matches!(elsewhere, Err(Fault::Unable(why)) if why.contains("no address `4101`")));
        let undialled = LiveOptions { dials: Vec::new(), ..options(&["Boss"]) };
        let undialled = Board::new("TAPI", undialled).open(&header(), &addresses);
        assert!(matches!(undialled, Err(Fault::Unable(why)) if why.contains("--dial \"Sales\"=ADDRESS")));
    }

    #[test]
    fn a_call_is_known_by_its_identifier_or_by_its_caller() {
        let mut board = board();
        assert_eq!(board.next_caller(), (0, "Client 1"));
        board.placed(7, 0, 0, 501, 11);
        assert_eq!(board.next_caller(), (1, "Client 2"));
        board.placed(8, 0, 1, 0, 12);
        // One that the switch has numbered, whoever it says is calling.
        assert_eq!(board.rings(21, "4101", "", 501, at(5)), Ok(()));
        assert_eq!(told(&mut board), [Notice::CallOffered { call: 7, session: 0 }]);
        assert_eq!(board.is_answered(7), Ok(21));
        assert_eq!(board.end_changed(21, EndState::Connected, at(6)), Ok(false));
        assert_eq!(told(&mut board), [Notice::CallAnswered { call: 7, session: 0 }]);
        assert_eq!((board.session_of(7), board.is_hung_up(7)), (Some(0), Ok((11, true))));
        for end in [21, 11] {
            assert_eq!(board.end_changed(end, EndState::Disconnected { busy: false }, at(9)), Ok(true));
        }
        assert_eq!((told(&mut board), board.next_caller().0), (Vec::new(), 0));
        // One that it has not.
        assert_eq!(board.rings(22, "4101", "Client 2", 0, at(10)), Ok(()));
        assert_eq!(told(&mut board), [Notice::CallOffered { call: 8, session: 0 }]);
        // One of somebody else.
        let foreign = board.rings(23, "4101", "Boss", 0, at(11));
        assert!(matches!(foreign, Err(Fault::Contradiction { what, .. }) if what.contains("`Boss`")));
    }

    #[test]
    fn a_call_that_is_over_was_abandoned_or_turned_away() {
        let mut board = board();
        let over = |busy| EndState::Disconnected { busy };
        for (call, end) in [(1, 11), (2, 12), (3, 13)] {
            board.placed(call, 0, 0, call as u32, end);
        }
        assert_eq!(board.is_hung_up(1), Ok((11, false)));
        assert_eq!(board.end_changed(11, over(false), at(3)), Ok(true));
        assert_eq!(board.end_changed(12, over(true), at(4)), Ok(true));
        assert_eq!(told(&mut board), [Notice::CallAbandoned { call: 1 }, Notice::CallBlocked { call: 2 }]);
        assert!(matches!(board.end_changed(13, over(false), at(5)), Err(Fault::Refused { .. })));
        assert_eq!(board.end_changed(99, over(false), at(5)), Ok(false));
        board.placed(4, 0, 1, 4, 14);
        assert_eq!((board.open_calls(), board.open_sessions()), (vec![(4, 14)], vec![0]));
        board.session_changed(0, SessionState::SessionEnded, at(6));
        assert_eq!(board.open_sessions(), Vec::<u32>::new());
    }

    #[test]
    fn dates_are_those_of_the_trace_and_a_clock_of_another_speed_is_told() {
        let mut board = board();
        let statistics = TapiTotals { session_start_time: 46_000.5, session_duration: 600.0, ..TapiTotals::default() };
        let counted = board.counted(0, statistics, false, at(600));
        let nine = crate::acd::OleDate::of(jiff::civil::date(2026, 3, 2).at(9, 0, 0, 0), Instant::START);
        assert!((counted.statistics.session_start_time - nine.0).abs() < 1e-9);
        assert_eq!(board.faults(), []);
        let statistics = TapiTotals { session_duration: 10.0, ..statistics };
        board.counted(0, statistics, false, at(600));
        assert_eq!(board.faults(), [Fault::Drift { off_ms: -590_000, at: at(600) }]);
    }
}
