//! From the description of a day to its figures.

use super::flow::{Flow, Limits, Outcome, Rates};
use super::{AtClose, Figures, IntervalFigures, TransientFigures, TransientQueue};
use crate::analytic::exact::ExactError;
use crate::analytic::exact::gauss::{self, NODES};

/// A part of the day in which nothing changes, from one moment of interest to the next.
#[derive(Clone, Copy, Debug)]
struct Segment {
    from: f64,
    to: f64,
    rates: Rates,
}

/// The day in segments.
struct Day<'a> {
    queue: &'a TransientQueue,
    segments: Vec<Segment>,
    /// When the number of agents changes, and to what.
    changes: Vec<(f64, Rates)>,
    close: f64,
    rule: [(f64, f64); NODES],
}

/// Arrivals are integrated over panels in which so many jumps are made in the mean; see `count_within`.
const JUMPS_IN_A_PANEL: f64 = 4.0;
/// When fewer calls than that are left to follow, nothing is left to count.
const FOLLOWED: f64 = 1e-28;

pub(super) fn solve(queue: &TransientQueue, times: &[f64]) -> Result<TransientFigures, ExactError> {
    let day = Day::new(queue, times);
    let mut flow = Flow { calls: queue.start.clone(), ..Flow::default() };
    let mut leavers = 0.0;
    let mut result =
        TransientFigures { whole: Figures::default(), intervals: Vec::new(), at_close: vec![], truncated: 0.0 };
    let mut first = 0;
    // The parts of the day between the times, with what is before the first and after the last of them.
    let ends = times.iter().copied().chain([day.close]);
    let mut from = 0.0;
    for (number, to) in ends.enumerate() {
        let beyond = day.segments[first..].iter().position(|segment| segment.from >= to);
        let end = beyond.map_or(day.segments.len(), |count| first + count);
        let (figures, truncated) = day.interval(&mut flow, &mut leavers, first..end)?;
        result.truncated += truncated;
        result.whole += figures;
        if number > 0 && number < times.len() {
            result.intervals.push(IntervalFigures { from_s: from, to_s: to, figures });
        }
        (first, from) = (end, to);
    }
    result.at_close = flow.calls;
    Ok(result)
}

impl<'a> Day<'a> {
    fn new(queue: &'a TransientQueue, times: &[f64]) -> Self {
        let rates = |period: &super::Period| Rates {
            arrivals: period.arrival_rate,
            service: 1.0 / queue.mean_handle_s,
            giving_up: queue.mean_patience_s.map_or(0.0, |mean| 1.0 / mean),
            agents: period.agents as usize,
            waiting_places: queue.waiting_places.map(|places| places as usize),
        };
        let mut starts = Vec::new();
        let mut close = 0.0;
        for period in &queue.periods {
            starts.push((close, rates(period)));
            close += period.duration_s;
        }
        let changes: Vec<_> =
            starts.windows(2).filter(|pair| pair[0].1.agents != pair[1].1.agents).map(|pair| pair[1]).collect();
        // Calls that arrive a certain time before a change of agents are the first to notice it in time.
        let within = queue.answer_within_s;
        let mut moments: Vec<f64> = starts.iter().map(|start| start.0).chain(times.iter().copied()).collect();
        moments.extend(changes.iter().map(|change| change.0 - within));
        if queue.at_close == AtClose::Disconnected {
            moments.push(close - within);
        }
        moments.retain(|moment| (0.0..close).contains(moment));
        moments.sort_by(f64::total_cmp);
        moments.dedup();
        moments.push(close);
        let segments = moments.windows(2).map(|pair| {
            let current = starts.partition_point(|start| start.0 <= pair[0]) - 1;
            Segment { from: pair[0], to: pair[1], rates: starts[current].1 }
        });
        Day { queue, segments: segments.collect(), changes, close, rule: gauss::rule() }
    }

    fn limits(&self, follows_arrivals: bool) -> Limits {
        Limits { max_states: self.queue.max_states, follows_arrivals }
    }

    /// The figures of the calls that arrive in these segments; carries `flow` and the number of busy `leavers` on to
    /// their end.
    fn interval(
        &self,
        flow: &mut Flow,
        leavers: &mut f64,
        segments: std::ops::Range<usize>,
    ) -> Result<(Figures, f64), ExactError> {
        let (mut figures, mut outcome, mut truncated) = (Figures::default(), Outcome::default(), 0.0);
        for number in segments.clone() {
            let Segment { from, to, rates } = self.segments[number];
            *leavers += self.enter(number, flow, &mut outcome);
            let duration = to - from;
            let before = flow.clone();
            let mut time_with = Vec::new();
            truncated += flow.advance(&rates, duration, self.limits(true), &mut outcome, &mut time_with)?;
            self.count(&rates, duration, &time_with, leavers, &mut figures);
            self.count_within(&self.segments[number], &before, &time_with, &mut figures)?;
        }
        // What becomes of those who still wait.
        let mut rest = Flow { calls: vec![], waiting: flow.waiting.split_off(0), ages: flow.ages.split_off(0) };
        for number in segments.end..self.segments.len() {
            self.enter(number, &mut rest, &mut outcome);
            if rest.waiting.iter().sum::<f64>() < FOLLOWED {
                break;
            }
            let Segment { from, to, rates } = self.segments[number];
            rest.advance(&rates, to - from, self.limits(false), &mut outcome, &mut vec![])?;
        }
        match self.queue.at_close {
            AtClose::Served => drain(&self.segments[self.segments.len() - 1].rates, &rest, &mut outcome),
            AtClose::Disconnected => {
                figures.disconnected = rest.waiting.iter().sum();
                figures.wait_disconnected_s = rest.ages.iter().sum();
            }
        }
        figures.answered += outcome.answered;
        figures.abandoned += outcome.abandoned;
        figures.wait_answered_s += outcome.wait_answered;
        figures.wait_abandoned_s += outcome.wait_abandoned;
        Ok((figures, truncated))
    }

    /// Makes the change of agents at the beginning of a segment, if there is one; how many leavers are busy.
    fn enter(&self, number: usize, flow: &mut Flow, outcome: &mut Outcome) -> f64 {
        let Some(before) = number.checked_sub(1) else { return 0.0 };
        let (from, to) = (self.segments[before].rates.agents, self.segments[number].rates.agents);
        if from == to { 0.0 } else { flow.change_agents(from, to, outcome) }
    }

    /// What follows from how long there are 0, 1, 2, ... calls in a segment.
    fn count(&self, rates: &Rates, duration: f64, time_with: &[f64], leavers: &mut f64, figures: &mut Figures) {
        let (mut busy, mut waiting, mut free) = (0.0, 0.0, 0.0);
        for (calls, time) in time_with.iter().enumerate() {
            busy += time * calls.min(rates.agents) as f64;
            waiting += time * calls.saturating_sub(rates.agents) as f64;
            free += if calls < rates.agents { *time } else { 0.0 };
        }
        let full = rates.waiting_places.and_then(|places| time_with.get(rates.agents + places)).copied().unwrap_or(0.0);
        let leaver_time = *leavers * -libm::expm1(-rates.service * duration) / rates.service;
        *leavers *= libm::exp(-rates.service * duration);
        figures.duration_s += duration;
        figures.arrivals += rates.arrivals * duration;
        figures.blocked += rates.arrivals * full;
        figures.answered += rates.arrivals * free;
        figures.answered_within += rates.arrivals * free;
        figures.busy_s += busy + leaver_time;
        figures.staffed_s += rates.agents as f64 * duration + leaver_time;
        figures.waiting_s += waiting;
    }

    /// Who of those who arrive in a segment and have to wait is answered, or gives up, within the time.
    ///
    /// As long as the number of agents stays the same, when they arrive does not matter. Otherwise arrivals are
    /// integrated over. Seen from a panel in which at most `JUMPS_IN_A_PANEL` jumps are made in the mean, the integrand
    /// is a sum of exponentials of at most four times as many in magnitude, two for the queue on arrival and two for what
    /// follows; for these the error of the rule of 16 nodes is below 10⁻¹⁵.
    fn count_within(
        &self,
        segment: &Segment,
        before: &Flow,
        time_with: &[f64],
        figures: &mut Figures,
    ) -> Result<(), ExactError> {
        let within = self.queue.answer_within_s;
        let Segment { from, to, rates } = *segment;
        if within == 0.0 || rates.arrivals == 0.0 {
            return Ok(());
        }
        let latest = to + within;
        let is_cut_off = self.queue.at_close == AtClose::Disconnected && latest > self.close;
        let is_changed = self.changes.iter().any(|&(at, _)| at > from && at < latest);
        let most = rates.waiting_places.map_or(usize::MAX, |places| rates.agents + places);
        let joining = |weights: &[f64], factor: f64| -> Vec<f64> {
            let found = weights.get(rates.agents..weights.len().min(most)).unwrap_or(&[]);
            found.iter().map(|weight| weight * factor).collect()
        };
        if !is_cut_off && !is_changed {
            let ended = self.follow(joining(time_with, rates.arrivals), from, &rates)?;
            figures.answered_within += ended.answered;
            figures.abandoned_within += ended.abandoned;
            return Ok(());
        }
        let most_agents = self.changes.iter().map(|change| change.1.agents).max().unwrap_or(0).max(rates.agents);
        let waiting = (before.calls.len().max(time_with.len())).saturating_sub(rates.agents) as f64;
        let fastest = rates.arrivals + most_agents as f64 * rates.service + waiting * rates.giving_up;
        let panels = ((to - from) * fastest / JUMPS_IN_A_PANEL).ceil().max(1.0);
        let width = (to - from) / panels;
        let mut flow = Flow { calls: before.calls.clone(), ..Flow::default() };
        let mut now = from;
        for panel in 0..panels as usize {
            for (node, weight) in self.rule {
                let arrival = from + (panel as f64 + node) * width;
                flow.advance(&rates, arrival - now, self.limits(false), &mut Outcome::default(), &mut vec![])?;
                now = arrival;
                let ended = self.follow(joining(&flow.calls, rates.arrivals * weight * width), arrival, &rates)?;
                figures.answered_within += ended.answered;
                figures.abandoned_within += ended.abandoned;
            }
        }
        Ok(())
    }

    /// What becomes of those who join the queue at `arrival`, so many at each place, within the time.
    fn follow(&self, joining: Vec<f64>, arrival: f64, rates: &Rates) -> Result<Outcome, ExactError> {
        let mut flow = Flow { calls: vec![], ages: vec![0.0; joining.len()], waiting: joining };
        let mut end = arrival + self.queue.answer_within_s;
        if self.queue.at_close == AtClose::Disconnected {
            end = end.min(self.close);
        }
        let (mut now, mut rates, mut outcome) = (arrival, *rates, Outcome::default());
        for &(at, changed) in self.changes.iter().filter(|change| change.0 > arrival && change.0 < end) {
            flow.advance(&rates, at - now, self.limits(false), &mut outcome, &mut vec![])?;
            flow.change_agents(rates.agents, changed.agents, &mut outcome);
            (now, rates) = (at, changed);
        }
        flow.advance(&rates, end - now, self.limits(false), &mut outcome, &mut vec![])?;
        Ok(outcome)
    }
}

/// What becomes of those who wait after the close, by what happens next: the next to leave is the one with so many
/// ahead with the probability that its patience, and not an agent's call or the patience of someone ahead, ends first.
fn drain(rates: &Rates, rest: &Flow, outcome: &mut Outcome) {
    let answering = rates.agents as f64 * rates.service;
    // Of the one with so many ahead: the probabilities of an answer and of giving up, and the mean rest of the wait where
    // it comes to the one (0 where not) or to the other.
    let (mut answered, mut abandoned, mut rest_answered, mut rest_abandoned) = (1.0, 0.0, 0.0, 0.0);
    for (ahead, (&number, &ages)) in rest.waiting.iter().zip(&rest.ages).enumerate() {
        let advancing = answering + ahead as f64 * rates.giving_up;
        let rate = advancing + rates.giving_up;
        let (advances, gives_up) = (advancing / rate, rates.giving_up / rate);
        rest_answered = advances * (answered / rate + rest_answered);
        rest_abandoned = advances * (abandoned / rate + rest_abandoned) + gives_up / rate;
        answered *= advances;
        abandoned = advances * abandoned + gives_up;
        outcome.answered += number * answered;
        outcome.abandoned += number * abandoned;
        outcome.wait_answered += ages * answered + number * rest_answered;
        outcome.wait_abandoned += ages * abandoned + number * rest_abandoned;
    }
}
