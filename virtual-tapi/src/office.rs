//! The call center of the process, which all of its applications share, and how a client of TAPI 3 visits it.
//!
//! The center is handed out whole: whoever has it works with it alone, and gives it back. A method of TAPI 3 that waits
//! for the reply of an application that is a proxy gives it back meanwhile, so that the proxy can answer.

use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration as Real, Instant as Wall};

use acdsim::acd::tapi2::service::LineService;
use acdsim::acd::tapi2::telephony::Telephony;
use acdsim::acd::tapi3::ITAddress;
use acdsim::time::Instant;

use crate::center::Center;
use crate::clock::Clock;
use crate::settings::{Settings, SettingsError};

/// The place of the center of a process.
#[derive(Debug)]
pub struct Office {
    kept: Mutex<Kept>,
    /// Somebody has given the center back, or it has been closed.
    changed: Condvar,
}

#[derive(Debug)]
struct Kept {
    /// The center, unless somebody has it.
    center: Option<Box<Center>>,
    clock: Option<Clock>,
    /// How many applications use it.
    applications: usize,
    /// How often it was given back by somebody who may have done something.
    turns: u64,
}

impl Office {
    /// A place without a center.
    pub const fn new() -> Self {
        let kept = Kept { center: None, clock: None, applications: 0, turns: 0 };
        Office { kept: Mutex::new(kept), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // What a panic has left behind is as sound as before: the center is replaced whole.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, kept: MutexGuard<'a, Kept>) -> MutexGuard<'a, Kept> {
        self.changed.wait(kept).unwrap_or_else(PoisonError::into_inner)
    }

    /// One more application uses the center; the first opens it as the settings say.
    ///
    /// # Errors
    ///
    /// As [`Settings::open`].
    pub fn enter(&self, settings: impl FnOnce() -> Result<Settings, SettingsError>) -> Result<(), SettingsError> {
        let mut kept = self.lock();
        // One that is just being closed stays open.
        if kept.clock.is_none() {
            let (center, clock) = settings()?.open()?;
            kept.center = Some(Box::new(center));
            kept.clock = Some(clock);
        }
        kept.applications += 1;
        Ok(())
    }

    /// An application uses it no more; with the last one it is closed. Says whether it is.
    pub fn leave(&self) -> bool {
        let mut kept = self.lock();
        kept.applications = kept.applications.saturating_sub(1);
        while kept.applications == 0 && kept.clock.is_some() && kept.center.is_none() {
            kept = self.wait(kept);
        }
        // Somebody may have come meanwhile.
        if kept.applications > 0 {
            return false;
        }
        (kept.center, kept.clock) = (None, None);
        self.changed.notify_all();
        true
    }

    /// Whether any application uses it.
    pub fn is_open(&self) -> bool {
        self.lock().applications > 0
    }

    /// The center as it is now, for a call of a client; none if it is not open.
    pub fn call(&self) -> Option<Turn<'_>> {
        self.lend(true, Clock::tick)
    }

    /// The center as it is now, for what no client asks for: nobody is woken afterwards. None if it is not open.
    pub fn look(&self) -> Option<Turn<'_>> {
        self.lend(false, |_| ())
    }

    /// The center when the next thing happens in it, for a client that waits, if time passes by calls alone; else as it is.
    pub fn skip(&self) -> Option<Turn<'_>> {
        let mut turn = self.look()?;
        let next = turn.next_at();
        turn.counts = next != Instant::NEVER;
        let mut kept = self.lock();
        if let Some(clock) = &mut kept.clock {
            clock.skip_to(next);
            let now = clock.now();
            drop(kept);
            turn.advance_to(now);
        }
        Some(turn)
    }

    fn lend(&self, counts: bool, pass: impl FnOnce(&mut Clock)) -> Option<Turn<'_>> {
        let mut kept = self.lock();
        loop {
            let Kept { clock, center, .. } = &mut *kept;
            let clock = clock.as_mut()?;
            if let Some(mut center) = center.take() {
                pass(clock);
                let now = clock.now();
                drop(kept);
                center.advance_to(now);
                return Some(Turn { office: self, center: Some(center), counts });
            }
            kept = self.wait(kept);
        }
    }

    fn give_back(&self, center: Box<Center>, counts: bool) {
        let mut kept = self.lock();
        kept.center = Some(center);
        kept.turns += u64::from(counts);
        self.changed.notify_all();
    }

    /// Whether time passes only when clients call.
    pub fn waits_for_calls(&self) -> bool {
        self.lock().clock.is_some_and(|clock| clock.waits_for_calls())
    }

    /// How often the center was given back so far.
    pub fn turns(&self) -> u64 {
        self.lock().turns
    }

    /// Waits until the center has been given back once more than `turns` times, the next thing happens in it, or `most` has
    /// passed on the wall; says how often it was given back.
    pub fn await_turn(&self, turns: u64, most: Real) -> u64 {
        let kept = self.lock();
        if kept.turns != turns {
            return kept.turns;
        }
        let next = kept.center.as_ref().map_or(Instant::NEVER, |center| center.next_at());
        let real = kept.clock.as_ref().and_then(|clock| clock.real_time_to(next)).unwrap_or(Real::MAX);
        let waited = self.changed.wait_timeout(kept, real.min(most));
        waited.unwrap_or_else(PoisonError::into_inner).0.turns
    }

    /// Wakes whoever waits.
    pub fn wake(&self) {
        self.lock().turns += 1;
        self.changed.notify_all();
    }
}

impl Default for Office {
    fn default() -> Self {
        Self::new()
    }
}

/// The center in the hands of somebody; it is given back when this is dropped.
#[derive(Debug)]
pub struct Turn<'o> {
    office: &'o Office,
    center: Option<Box<Center>>,
    /// Whether others are woken when it is given back, for something may have been done.
    counts: bool,
}

impl Deref for Turn<'_> {
    type Target = Center;

    fn deref(&self) -> &Center {
        self.center.as_deref().expect("it is there until it is given back")
    }
}

impl DerefMut for Turn<'_> {
    fn deref_mut(&mut self) -> &mut Center {
        self.center.as_deref_mut().expect("it is there until it is given back")
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(center) = self.center.take() {
            self.office.give_back(center, self.counts);
        }
    }
}

/// A client's side of the center: what a [`Tapi`](acdsim::acd::tapi3::Tapi) is a client of. It has the center only during a
/// method.
#[derive(Debug)]
pub struct Visit {
    office: &'static Office,
    center: Option<Box<Center>>,
    /// Whether others are woken afterwards.
    counts: bool,
    /// From when its clock counts: that of the wall, because it is the wall's two minutes that a method waits at most.
    began: Wall,
}

impl Visit {
    /// One who has not come yet.
    pub fn new(office: &'static Office) -> Self {
        Visit { office, center: None, counts: false, began: Wall::now() }
    }

    /// Takes the center, if it is open; for a client's call if `calls`.
    pub fn begin(&mut self, calls: bool) {
        let turn = if calls { self.office.call() } else { self.office.look() };
        self.center = turn.and_then(|mut turn| turn.center.take());
        self.counts = calls;
    }

    /// Whether it has the center.
    pub fn is_there(&self) -> bool {
        self.center.is_some()
    }

    /// The center, during a method.
    pub fn center_mut(&mut self) -> Option<&mut Center> {
        self.center.as_deref_mut()
    }

    /// The name of an address; none without the center.
    pub fn address_name(&self, address: ITAddress) -> Option<String> {
        let center = self.center.as_ref()?;
        Some(center.address_name(address.device_id(), address.address_id()))
    }

    /// Gives it back.
    pub fn end(&mut self) {
        if let Some(center) = self.center.take() {
            self.office.give_back(center, self.counts);
        }
    }
}

/// What a visitor sees that has not the center: nothing of it is ever shown, for methods ask for a line first.
impl LineService for Visit {
    fn telephony(&self) -> &Telephony {
        self.center.as_ref().expect("a client that has a line is in a method").telephony()
    }

    fn telephony_mut(&mut self) -> &mut Telephony {
        self.center.as_mut().expect("a client that has a line is in a method").telephony_mut()
    }

    fn now(&self) -> Instant {
        Instant::from_nanos(self.began.elapsed().as_nanos() as u64)
    }

    fn wait(&mut self, limit: Instant) -> bool {
        let Some(center) = &mut self.center else { return false };
        // The center's own handlers answer at once.
        if center.answer_requests() {
            return true;
        }
        if self.now() >= limit {
            return false;
        }
        let turns = self.office.turns() + u64::from(self.counts);
        self.end();
        self.office.await_turn(turns, PATIENCE);
        self.begin(false);
        self.center.is_some()
    }
}

/// So long a client waits at once for an application that is a proxy, before it looks whether it has waited enough.
const PATIENCE: Real = Real::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Pace;
    use acdsim::acd::SessionState;
    use acdsim::acd::tapi3::{HResult, Tapi};
    use acdsim::time::Duration;

    fn stepped() -> Result<Settings, SettingsError> {
        Ok(Settings { pace: Pace::Calls { step: Duration::from_secs(60) }, ..Settings::default() })
    }

    #[test]
    fn a_desktop_works_through_a_morning() -> Result<(), HResult> {
        static OFFICE: Office = Office::new();
        OFFICE.enter(stepped).expect("it opens");
        let mut tapi = Tapi::new(Visit::new(&OFFICE), "DESK-7", "ann");
        /// A method of the client.
        macro_rules! call {
            ($method:expr) => {{
                tapi.service_mut().begin(true);
                let result = $method;
                tapi.service_mut().end();
                result
            }};
        }
        call!(tapi.initialize())?;
        let handler = call!(tapi.get_agent_handlers())?.item(1)?;
        let group = call!(handler.get_acd_groups(&mut tapi))?.item(1)?;
        let address = call!(handler.get_usable_addresses(&mut tapi))?.item(5)?;
        let agent = call!(handler.create_agent(&mut tapi))?;
        let session = call!(agent.create_session(&mut tapi, Some(group), Some(address)))?;
        call!(session.put_state(&mut tapi, SessionState::Ready as i32))?;
        let mut states = Vec::new();
        for _ in 0..100 {
            states.push(call!(session.get_state(&mut tapi))?);
        }
        let calls = call!(session.get_number_of_calls(&mut tapi))?;
        assert!(calls > 10 && states.contains(&SessionState::BusyOnCall), "{calls} calls, {states:?}");
        assert_eq!(call!(session.get_session_duration(&mut tapi))?, 60 * 103);
        call!(tapi.shutdown());
        assert!(OFFICE.leave() && !OFFICE.is_open());
        assert!(OFFICE.call().is_none());
        Ok(())
    }

    #[test]
    fn the_center_is_one_for_all_and_begins_anew_when_all_have_left() {
        static OFFICE: Office = Office::new();
        OFFICE.enter(stepped).expect("it opens");
        OFFICE.enter(|| unreachable!("it is open")).expect("it is open");
        assert_eq!(OFFICE.call().map(|turn| turn.now().as_nanos()), Some(60_000_000_000));
        assert!(!OFFICE.leave());
        assert_eq!(OFFICE.call().map(|turn| turn.now().as_nanos()), Some(120_000_000_000));
        let next = OFFICE.look().expect("it is open").next_at();
        assert_eq!(OFFICE.skip().map(|turn| turn.now()), Some(next));
        assert!(OFFICE.leave());
        OFFICE.enter(stepped).expect("it opens");
        assert_eq!(OFFICE.look().map(|turn| turn.now()), Some(Instant::START));
        assert!(OFFICE.leave());
    }

    #[test]
    fn who_waits_for_the_center_gets_it_when_it_is_given_back() {
        static OFFICE: Office = Office::new();
        OFFICE.enter(stepped).expect("it opens");
        let turn = OFFICE.call().expect("it is open");
        let other = std::thread::spawn(|| OFFICE.call().map(|turn| turn.now()));
        std::thread::sleep(Real::from_millis(20));
        let mine = turn.now();
        drop(turn);
        let theirs = other.join().expect("it ends").expect("it is open");
        assert!(theirs > mine);
        assert!(OFFICE.leave());
    }
}
