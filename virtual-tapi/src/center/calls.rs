//! Calls as telephones have them: who called whom, where it rings, and which applications hear of it.
//!
//! What is here are telephones and handles; whom a call goes to is the affair of the site. A call has an end at the
//! address from which it was dialled, if an application dialled it, and one at the address of the agent who gets it, if an
//! application owns the calls there. An end is what TAPI calls a call: HCALL, or an object with ITBasicCallControl.

use std::collections::{BTreeMap, VecDeque};

use acdsim::acd::{AddressId, QueueId};

/// So many calls that are over can still be asked about; the oldest are forgotten then.
const MOST_OVER: usize = 4_096;

/// The number of a call that an application dials begins with this bit, so that it is none of the scenario's.
pub(super) const DIALLED: u64 = 1 << 63;

/// One who hears of calls: an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listener(pub u32);

/// The end of a call at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallEnd(pub u32);

/// Where the end of a call is: a line device and an address of it.
pub type At = (u32, u32);

/// What an end of a call is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallState {
    /// It was made, and nothing was dialled.
    Idle,
    /// It was dialled, and rings.
    InProgress,
    /// It waits in a queue.
    Queued,
    /// It rings here.
    Offering,
    /// Both talk.
    Connected,
    /// It is over.
    Disconnected(Cause),
}

/// Why a call is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Somebody has hung up.
    Normal,
    /// There is no room in the queue.
    Busy,
    /// There is no such address.
    BadAddress,
}

/// What an application hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A call comes to an address that the application has asked about.
    New {
        /// The end there.
        end: CallEnd,
        /// Whether the application owns it, and may answer.
        owner: bool,
        /// What the application said when it asked.
        instance: i32,
    },
    /// An end of a call is in another state.
    State {
        /// Which.
        end: CallEnd,
        /// What it does now.
        state: CallState,
        /// What the application said when it asked.
        instance: i32,
    },
}

/// What a site tells of a call by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happened {
    /// It waits for an agent.
    Waits,
    /// There is no room for it.
    Blocked,
    /// It rings at an address, out of a queue.
    Rings(AddressId, QueueId),
    /// It rings there no more, and waits again.
    RingsNoMore,
    /// An agent has answered.
    Answered,
    /// It is over.
    Over,
}

/// Why something cannot be done with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// There is no such call, or no more.
    #[error("there is no such call")]
    Unknown,
    /// Its state does not allow it.
    #[error("the state of the call does not allow it")]
    State,
    /// The application is not its owner.
    #[error("the application does not own the call")]
    NotOwner,
    /// There is no such address.
    #[error("there is no such address")]
    Address,
}

/// An end with all that can be asked about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndInfo {
    /// The number of the call, the same at both ends: never 0.
    pub call_id: u32,
    /// Where it is.
    pub at: At,
    /// Whether the call was dialled here.
    pub dialled: bool,
    /// What it does.
    pub state: CallState,
    /// The address from which it was dialled; empty for a caller from outside.
    pub caller: String,
    /// The address that was dialled: the name of a queue.
    pub called: String,
}

#[derive(Clone, Debug)]
struct End {
    info: EndInfo,
    number: u64,
    /// Who hears of it, as its owner or not, and what each wants to be told.
    known_to: Vec<(Listener, bool, i32)>,
}

#[derive(Clone, Debug)]
struct Registration {
    number: i32,
    listener: Listener,
    device: u32,
    address: Option<u32>,
    owner: bool,
    instance: i32,
}

/// All calls that an application knows of, and the applications.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    listeners: BTreeMap<Listener, VecDeque<News>>,
    last_listener: u32,
    registrations: Vec<Registration>,
    last_registration: i32,
    ends: BTreeMap<CallEnd, End>,
    last_end: u32,
    last_call: u32,
    /// The ends of a call that is not over: where it was dialled, and where it rings or is talked.
    of_call: BTreeMap<u64, (Option<CallEnd>, Option<CallEnd>)>,
    over: VecDeque<CallEnd>,
}

impl Calls {
    /// One more application.
    pub(super) fn listen(&mut self) -> Listener {
        self.last_listener += 1;
        let listener = Listener(self.last_listener);
        self.listeners.insert(listener, VecDeque::new());
        listener
    }

    /// An application leaves: it hears of nothing more. Returns the calls that it has dialled and that are not over.
    pub(super) fn leave(&mut self, listener: Listener) -> Vec<CallEnd> {
        self.listeners.remove(&listener);
        self.registrations.retain(|registration| registration.listener != listener);
        let mut dialled = Vec::new();
        for (&number, end) in &mut self.ends {
            let known = end.known_to.len();
            end.known_to.retain(|&(other, ..)| other != listener);
            let over = matches!(end.info.state, CallState::Disconnected(_));
            if end.known_to.len() < known && end.info.dialled && !over {
                dialled.push(number);
            }
        }
        dialled
    }

    /// An application wants to hear of calls at an address of a device, or at all, and may own them.
    pub(super) fn register(
        &mut self,
        listener: Listener,
        device: u32,
        address: Option<u32>,
        owner: bool,
        instance: i32,
    ) -> i32 {
        self.last_registration += 1;
        let number = self.last_registration;
        self.registrations.push(Registration { number, listener, device, address, owner, instance });
        number
    }

    /// Takes a registration back; says whether there was one.
    pub(super) fn unregister(&mut self, listener: Listener, number: i32) -> bool {
        let before = self.registrations.len();
        self.registrations.retain(|registration| (registration.listener, registration.number) != (listener, number));
        self.registrations.len() < before
    }

    /// Whether an application owns the calls at an address.
    pub(super) fn is_owned(&self, at: At) -> bool {
        self.registrations.iter().any(|registration| registration.owner && registration.covers(at))
    }

    /// What an application has not heard of.
    pub(super) fn take_news(&mut self, listener: Listener) -> Vec<News> {
        self.listeners.get_mut(&listener).map(|news| news.drain(..).collect()).unwrap_or_default()
    }

    /// Makes a call of an application at an address.
    pub(super) fn create(
        &mut self,
        listener: Listener,
        at: At,
        caller: String,
        called: &str,
        instance: i32,
    ) -> CallEnd {
        self.last_call = self.last_call % (u32::MAX - 1) + 1;
        let number = DIALLED | u64::from(self.last_call);
        let info = EndInfo {
            call_id: self.last_call,
            at,
            dialled: true,
            state: CallState::Idle,
            caller,
            called: called.to_owned(),
        };
        let end = self.add(End { info, number, known_to: vec![(listener, true, instance)] });
        self.of_call.insert(number, (Some(end), None));
        end
    }

    fn add(&mut self, end: End) -> CallEnd {
        self.last_end += 1;
        self.ends.insert(CallEnd(self.last_end), end);
        CallEnd(self.last_end)
    }

    /// What is known of an end.
    pub(super) fn info(&self, end: CallEnd) -> Result<&EndInfo, CallError> {
        self.ends.get(&end).map(|end| &end.info).ok_or(CallError::Unknown)
    }

    /// Whether an application owns an end.
    pub(super) fn owns(&self, listener: Listener, end: CallEnd) -> bool {
        let known = self.ends.get(&end).and_then(|end| end.known_to.iter().find(|(other, ..)| *other == listener));
        known.is_some_and(|&(_, owner, _)| owner)
    }

    /// The number of the call of an end.
    pub(super) fn number(&self, end: CallEnd) -> Option<u64> {
        self.ends.get(&end).map(|end| end.number)
    }

    /// The number of the call of an end that an application owns.
    pub(super) fn owned(&self, listener: Listener, end: CallEnd) -> Result<u64, CallError> {
        let found = self.ends.get(&end).ok_or(CallError::Unknown)?;
        if self.owns(listener, end) { Ok(found.number) } else { Err(CallError::NotOwner) }
    }

    /// Forgets an end that is over, for an application that has no more use for it.
    pub(super) fn forget(&mut self, listener: Listener, end: CallEnd) -> Result<(), CallError> {
        let found = self.ends.get_mut(&end).ok_or(CallError::Unknown)?;
        found.known_to.retain(|&(other, ..)| other != listener);
        if found.known_to.is_empty() && matches!(found.info.state, CallState::Disconnected(_)) {
            self.ends.remove(&end);
            self.over.retain(|&over| over != end);
        }
        Ok(())
    }

    /// Lets an end be in another state, and tells who hears of it.
    pub(super) fn set(&mut self, end: CallEnd, state: CallState) {
        let Some(found) = self.ends.get_mut(&end) else { return };
        if found.info.state == state {
            return;
        }
        found.info.state = state;
        for &(listener, _, instance) in &found.known_to {
            if let Some(news) = self.listeners.get_mut(&listener) {
                news.push_back(News::State { end, state, instance });
            }
        }
        if matches!(state, CallState::Disconnected(_)) {
            self.over.push_back(end);
            if self.over.len() > MOST_OVER
                && let Some(oldest) = self.over.pop_front()
            {
                self.ends.remove(&oldest);
            }
        }
    }

    /// Takes notice of what has become of a call at a site, whose line device is `device`; `called` names its queue.
    pub(super) fn note(&mut self, device: u32, number: u64, called: impl FnOnce() -> String, what: Happened) {
        let (dialled, taken) = self.of_call.get(&number).copied().unwrap_or_default();
        match what {
            Happened::Waits => self.set_if(dialled, CallState::Queued),
            Happened::Blocked => self.end(number, Cause::Busy),
            Happened::Rings(address, _) => self.ring(number, (device, address.0), called()),
            Happened::RingsNoMore => {
                self.set_if(taken, CallState::Disconnected(Cause::Normal));
                self.of_call.insert(number, (dialled, None));
                self.set_if(dialled, CallState::Queued);
            }
            Happened::Answered => {
                self.set_if(taken, CallState::Connected);
                self.set_if(dialled, CallState::Connected);
            }
            Happened::Over => self.end(number, Cause::Normal),
        }
    }

    fn set_if(&mut self, end: Option<CallEnd>, state: CallState) {
        if let Some(end) = end {
            self.set(end, state);
        }
    }

    /// A call is over at both ends.
    pub(super) fn end(&mut self, number: u64, cause: Cause) {
        let Some((dialled, taken)) = self.of_call.remove(&number) else { return };
        self.set_if(taken, CallState::Disconnected(cause));
        self.set_if(dialled, CallState::Disconnected(cause));
    }

    fn ring(&mut self, number: u64, at: At, called: String) {
        let dialled = self.of_call.get(&number).and_then(|(dialled, _)| *dialled);
        self.set_if(dialled, CallState::InProgress);
        let from = dialled.and_then(|end| self.ends.get(&end)).map(|end| (end.info.call_id, end.info.caller.clone()));
        let (call_id, caller) = from.unwrap_or_else(|| {
            self.last_call = self.last_call % (u32::MAX - 1) + 1;
            (self.last_call, String::new())
        });
        let mut known_to: Vec<(Listener, bool, i32)> = Vec::new();
        for registration in self.registrations.iter().filter(|registration| registration.covers(at)) {
            match known_to.iter_mut().find(|(listener, ..)| *listener == registration.listener) {
                Some((_, owner, _)) => *owner |= registration.owner,
                None => known_to.push((registration.listener, registration.owner, registration.instance)),
            }
        }
        let info = EndInfo { call_id, at, dialled: false, state: CallState::Idle, caller, called };
        let end = self.add(End { info, number, known_to: known_to.clone() });
        self.of_call.insert(number, (dialled, Some(end)));
        for (listener, owner, instance) in known_to {
            if let Some(news) = self.listeners.get_mut(&listener) {
                news.push_back(News::New { end, owner, instance });
            }
        }
        self.set(end, CallState::Offering);
    }
}

impl Registration {
    fn covers(&self, (device, address): At) -> bool {
        self.device == device && self.address.is_none_or(|only| only == address)
    }
}
