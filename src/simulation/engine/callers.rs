//! Callers of a scenario that is not plain: lines, refusing to wait, calling again, being called back, call guides, being
//! passed on.

use std::cmp::Reverse;

use super::super::event::Origin;
use super::super::traffic::Fate;
use super::super::{Event, Observer};
use super::{Call, Engine, NOBODY, Refusable};
use crate::acd::{GroupId, Place, QueueId};
use crate::scenario::Announcement;
use crate::time::{Duration, Instant};

impl<O: Observer, const WHOLE: bool> Engine<'_, O, WHOLE> {
    /// Lets a call arrive from outside.
    pub(super) fn caller_calls(&mut self, group: u32, fate: Fate, now: Instant) -> Refusable {
        let caller = self.whole.first_call(self.scenario, group, fate);
        self.call_comes(caller, Origin::Outside, now)
    }

    /// Lets a caller's call arrive, from wherever it comes.
    pub(super) fn call_comes(&mut self, caller: u32, origin: Origin, now: Instant) -> Refusable {
        self.calls += 1;
        let (number, counted) = (self.calls, now < self.measured_until);
        let of = self.whole.caller_mut(caller);
        of.number = number;
        of.arrived = now;
        let patience = of.patience;
        of.deadline = if patience == Duration::MAX { Instant::NEVER } else { now + patience };
        let (group, group_id) = (of.group, GroupId(of.group));
        let (talk, wrap_up) = (of.talk, of.wrap_up);
        let class = self.whole.class(self.scenario, caller);
        let arrived =
            Event::CallArrived { call: number, group: group_id, class, origin, talk, wrap_up, patience, counted };
        self.observer.observe(now, &arrived);
        self.whole.levels[group as usize].offered += 1;
        if !self.takes_line(caller) {
            self.observer.observe(now, &Event::CallBlocked { call: number, group: group_id, counted });
            self.is_turned_away(caller, now);
            return Ok(());
        }
        self.whole.enter_queue(self.scenario, caller, now);
        if let Some((agent, position)) = self.pick_agent(caller, now) {
            self.handler.call_arrives(QueueId(group), now);
            return self.offer(agent, position, caller, now);
        }
        if self.balks(caller) {
            self.observer.observe(now, &Event::CallBalked { call: number, group: group_id, counted });
            self.is_turned_away(caller, now);
            return Ok(());
        }
        if self.handler.queue(QueueId(group)).waiting() >= self.capacities[group as usize] {
            self.observer.observe(now, &Event::CallBlocked { call: number, group: group_id, counted });
            self.is_turned_away(caller, now);
            return Ok(());
        }
        self.handler.call_arrives(QueueId(group), now);
        self.enters_line(caller, now);
        self.begins_to_wait(caller, now);
        Ok(())
    }

    /// Lets a caller take a line of the group's trunk, if it has one that is free, or needs none.
    fn takes_line(&mut self, caller: u32) -> bool {
        let of = self.whole.caller(caller);
        let Some(trunk) = self.scenario.groups[of.group as usize].service.trunk.filter(|_| !of.has_line) else {
            return true;
        };
        if self.whole.lines_taken[trunk] >= self.scenario.trunks[trunk].lines {
            return false;
        }
        self.whole.lines_taken[trunk] += 1;
        let of = self.whole.caller_mut(caller);
        (of.has_line, of.line_of) = (true, trunk as u32);
        true
    }

    /// Gives back the line that a caller takes, if any.
    pub(super) fn leaves_line(&mut self, caller: u32) {
        let of = self.whole.caller_mut(caller);
        if std::mem::take(&mut of.has_line) {
            let trunk = of.line_of as usize;
            self.whole.lines_taken[trunk] -= 1;
        }
    }

    /// Whether a caller who would have to wait leaves at once.
    fn balks(&self, caller: u32) -> bool {
        let of = self.whole.caller(caller);
        let callers = &self.scenario.groups[of.group as usize].callers;
        callers.balking.as_ref().is_some_and(|balking| {
            self.handler.queue(QueueId(of.group)).waiting() >= balking.from_queue_length
                && (balking.tolerance.is_none() || self.announced(of.group) > of.choices.tolerance)
                && of.choices.balk < balking.probability
        })
    }

    /// The wait that a new caller of a group is told.
    fn announced(&self, group: u32) -> Duration {
        let (level, of) = (&self.whole.levels[group as usize], &self.scenario.groups[group as usize]);
        match of.callers.announcement {
            Announcement::LastAnswered => level.last_wait,
            Announcement::QueueLength if level.staffed == 0 => Duration::MAX,
            Announcement::QueueLength => {
                let ahead = f64::from(self.handler.queue(QueueId(group)).waiting()) + 1.0;
                let handle_s = of.handling.mean_talk_s() + of.handling.mean_wrap_up_s();
                Duration::from_nanos_f64(ahead * handle_s * 1e9 / f64::from(level.staffed))
            }
        }
    }

    /// Lets a caller go who was not served, for good or to call again.
    pub(super) fn is_turned_away(&mut self, caller: u32, now: Instant) {
        self.leaves_line(caller);
        let of = self.whole.caller(caller);
        let retry_after = of.choices.retry_after;
        let retrial = self.scenario.groups[of.group as usize].callers.retrial.as_ref();
        match retrial.filter(|retrial| of.attempts < retrial.most && of.choices.retry < retrial.probability) {
            Some(_) if retry_after < self.whole.last_of_horizon - now => {
                self.whole.left += 1;
                self.whole.retrials.push(Reverse((now + retry_after, self.whole.left, caller)));
            }
            _ => self.whole.forget(caller),
        }
    }

    /// Puts a call into the line of its queue, in the order of priority and credited wait.
    pub(super) fn enters_line(&mut self, caller: u32, now: Instant) {
        let whole = &self.whole;
        let of = whole.caller(caller);
        let call = Call { number: of.number, group: of.group, caller, talk: of.talk, wrap_up: of.wrap_up };
        let goes_before = |other: &Call| of.order < whole.caller(other.caller).order;
        let place = self.handler.call_waits_before(QueueId(of.group), call, now, goes_before);
        self.stands_at(caller, place);
    }

    /// Notes the place of a call in the line, and sets what may happen to it there.
    fn stands_at(&mut self, caller: u32, Place(place): Place) {
        self.whole.caller_mut(caller).place = place;
        let deadline = self.whole.caller(caller).deadline;
        self.patience.ensure(place);
        self.whole.steps.ensure(place);
        if deadline != Instant::NEVER {
            self.patience.set(place, deadline);
        }
    }

    /// Takes what may happen to a call at its place away, as it leaves the place.
    pub(super) fn leaves_place(&mut self, caller: u32) -> Place {
        let place = std::mem::replace(&mut self.whole.caller_mut(caller).place, NOBODY);
        self.patience.clear(place);
        self.whole.steps.clear(place);
        Place(place)
    }

    /// Shows that a call in the line waits, offers to call its caller back, and sets its next step.
    pub(super) fn begins_to_wait(&mut self, caller: u32, now: Instant) {
        let of = self.whole.caller_mut(caller);
        if !std::mem::replace(&mut of.waits, true) {
            let (call, group) = (of.number, GroupId(of.group));
            let counted = self.is_counted(self.whole.caller(caller).arrived);
            self.observer.observe(now, &Event::CallWaits { call, group, counted });
        }
        self.may_be_called_back(caller, now);
        self.set_next_step(caller, now);
    }

    /// Offers to call a caller back, once, when it is time for that.
    fn may_be_called_back(&mut self, caller: u32, now: Instant) {
        let of = self.whole.caller(caller);
        let group = of.group;
        let offer = self.scenario.groups[group as usize].callers.call_back.as_ref();
        let Some(offer) = offer.filter(|offer| !of.offered_call_back && now - of.queued >= offer.offer_after) else {
            return;
        };
        let accepts = of.choices.call_back < offer.probability && self.announced(group) >= offer.from_announced_wait;
        self.whole.caller_mut(caller).offered_call_back = true;
        if accepts {
            let of = self.whole.caller_mut(caller);
            of.called_back = true;
            of.deadline = Instant::NEVER;
            let (call, group, place) = (of.number, GroupId(of.group), of.place);
            let counted = self.is_counted(self.whole.caller(caller).arrived);
            self.patience.clear(place);
            self.leaves_line(caller);
            self.observer.observe(now, &Event::CallBackAccepted { call, group, counted });
        }
    }

    /// Sets when a waiting call is looked at again: for more agents, for the offer to be called back, for its call guide.
    fn set_next_step(&mut self, caller: u32, now: Instant) {
        let of = self.whole.caller(caller);
        let group = of.group as usize;
        let callers = &self.scenario.groups[group].callers;
        let overflow = self.whole.delays[group].iter().copied();
        let offer = callers.call_back.as_ref().filter(|_| !of.offered_call_back).map(|offer| offer.offer_after);
        let guide = self.scenario.groups[group].service.guide.filter(|_| !of.called_back).map(|guide| guide.after);
        let next = overflow.chain(offer).chain(guide).map(|after| of.queued + after).filter(|&at| at > now).min();
        let place = of.place;
        match next {
            Some(at) => self.whole.steps.set(place, at),
            None => self.whole.steps.clear(place),
        }
    }

    /// Does what is due of that which plain runs do not have.
    pub(super) fn whole_is_due(&mut self, now: Instant) -> Refusable {
        if self.whole.steps.earliest() == now {
            let mut due = std::mem::take(&mut self.whole.due);
            while self.whole.steps.earliest() == now {
                let place = self.whole.steps.earliest_slot();
                self.whole.steps.clear(place);
                due.push(self.handler.waiting_at(Place(place)).call.caller);
            }
            // Who arrived first goes first.
            due.sort_unstable_by_key(|&caller| self.whole.caller(caller).number);
            for &caller in &due {
                self.takes_step(caller, now)?;
            }
            due.clear();
            self.whole.due = due;
            return Ok(());
        }
        if self.whole.other_calls.earliest() == now {
            let agent = self.whole.other_calls.earliest_slot();
            return self.other_call_is_due(agent, now);
        }
        let Some(Reverse((_, _, caller))) = self.whole.retrials.pop() else { return Ok(()) };
        let of = self.whole.caller(caller).number;
        self.whole.try_again(caller, now);
        self.call_comes(caller, Origin::Retrial { of }, now)
    }

    /// Does what is due of a waiting call.
    fn takes_step(&mut self, caller: u32, now: Instant) -> Refusable {
        let of = self.whole.caller(caller);
        // Whom an agent took at this instant does not wait any more; whom one is called by will be looked at again.
        if of.place == NOBODY || of.rings_at != NOBODY {
            return Ok(());
        }
        self.may_be_called_back(caller, now);
        if let Some((agent, position)) = self.pick_agent(caller, now) {
            return self.offer(agent, position, caller, now);
        }
        let of = self.whole.caller(caller);
        let guide = self.scenario.groups[of.group as usize].service.guide;
        match guide.filter(|guide| !of.called_back && now - of.queued >= guide.after) {
            Some(guide) => match guide.to {
                Some(to) => self.flows(caller, to as u32, now),
                None => {
                    self.is_disposed(caller, now);
                    Ok(())
                }
            },
            None => {
                self.set_next_step(caller, now);
                Ok(())
            }
        }
    }

    /// Lets a call flow into the queue of another group, if that has room.
    fn flows(&mut self, caller: u32, to: u32, now: Instant) -> Refusable {
        if self.handler.queue(QueueId(to)).waiting() >= self.capacities[to as usize] {
            return Ok(());
        }
        let place = self.leaves_place(caller);
        let (from, waited) = (self.whole.caller(caller).group, now - self.whole.caller(caller).queued);
        self.whole.caller_mut(caller).group = to;
        self.whole.enter_queue(self.scenario, caller, now);
        let of = *self.whole.caller(caller);
        let counted = self.is_counted(of.arrived);
        let whole = &self.whole;
        let goes_before = |other: &Call| of.order < whole.caller(other.caller).order;
        let place = self.handler.flow_before(QueueId(from), place, QueueId(to), now, goes_before)?;
        self.stands_at(caller, place);
        let (from, to) = (GroupId(from), GroupId(to));
        self.observer
            .observe(now, &Event::CallFlowed { call: of.number, from, to, waited, arrived: of.arrived, counted });
        self.whole.caller_mut(caller).waits = false;
        self.is_offered_or_waits(caller, now)
    }

    /// Lets a call leave at the end of its call guide.
    fn is_disposed(&mut self, caller: u32, now: Instant) {
        let place = self.leaves_place(caller);
        let of = *self.whole.caller(caller);
        self.handler.dispose(QueueId(of.group), place, now);
        let counted = self.is_counted(of.arrived);
        let (group, waited, arrived) = (GroupId(of.group), now - of.queued, of.arrived);
        self.observer.observe(now, &Event::CallDisposed { call: of.number, group, waited, arrived, counted });
        self.leaves_line(caller);
        self.whole.forget(caller);
    }

    /// Does what follows for the caller when a talk has ended: being passed on, or leaving.
    pub(super) fn talk_is_over(&mut self, caller: u32, now: Instant) -> Refusable {
        let of = self.whole.caller(caller);
        let mut sum = 0.0;
        let transfers = &self.scenario.groups[of.group as usize].callers.transfers;
        let transfer = transfers.iter().find(|transfer| {
            sum += transfer.probability;
            of.choices.transfer < sum
        });
        let Some(to) = transfer.map(|transfer| transfer.to as u32) else {
            self.leaves_line(caller);
            self.whole.forget(caller);
            return Ok(());
        };
        let passed_on = self.whole.passed_on(self.scenario, to, now);
        let of = self.whole.caller(caller);
        let (line, number, from) = ((of.has_line, of.line_of), of.number, GroupId(of.group));
        self.whole.forget(caller);
        let next = self.whole.caller_mut(passed_on);
        next.transferred = true;
        (next.has_line, next.line_of) = line;
        self.call_comes(passed_on, Origin::Transfer { of: number, from }, now)
    }

    /// Whether a call that arrived then enters the statistics.
    pub(super) fn is_counted(&self, arrived: Instant) -> bool {
        (self.measured_from..self.measured_until).contains(&arrived)
    }
}
