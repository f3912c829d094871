//! The metrics of each type whose names hold no number.

use crate::analytic::{AbandonmentQueue, ErlangB, ErlangC, FiniteQueue, SessionExpectation, SingleAgent};

/// Names, and what gives their values.
pub(super) type Table<T> = &'static [(&'static str, fn(&T) -> f64)];

pub(super) const ERLANG_B: Table<ErlangB> = &[
    ("p_block", ErlangB::p_block),
    ("occupancy", ErlangB::occupancy),
    ("offered_load", ErlangB::offered_load),
    ("carried_load", ErlangB::carried_load),
];

pub(super) const ERLANG_C: Table<ErlangC> = &[
    ("p_wait", ErlangC::p_wait),
    ("asa", ErlangC::asa_s),
    ("mean_wait_all", ErlangC::asa_s),
    ("mean_wait_of_waiting", ErlangC::mean_wait_of_waiting_s),
    ("occupancy", ErlangC::occupancy),
    ("mean_queue_length", ErlangC::mean_queue_length),
    ("mean_number_in_system", ErlangC::mean_number_in_system),
    ("mean_time_in_system", ErlangC::mean_time_in_system_s),
    ("offered_load", ErlangC::offered_load),
    ("relaxation_time", ErlangC::relaxation_time_s),
];

pub(super) const ABANDONMENT: Table<AbandonmentQueue> = &[
    ("p_wait", AbandonmentQueue::p_wait),
    ("p_abandon", AbandonmentQueue::p_abandon),
    ("p_answered", AbandonmentQueue::p_answered),
    ("asa", AbandonmentQueue::asa_s),
    ("mean_wait_all", AbandonmentQueue::mean_wait_all_s),
    ("mean_time_to_abandon", AbandonmentQueue::mean_time_to_abandon_s),
    ("occupancy", AbandonmentQueue::occupancy),
    ("mean_queue_length", AbandonmentQueue::mean_queue_length),
    ("mean_number_in_system", AbandonmentQueue::mean_number_in_system),
    ("mean_time_in_system", AbandonmentQueue::mean_time_in_system_s),
    ("offered_load", AbandonmentQueue::offered_load),
];

pub(super) const FINITE: Table<FiniteQueue> = &[
    ("p_block", FiniteQueue::p_block),
    ("p_wait", FiniteQueue::p_wait),
    ("p_abandon", FiniteQueue::p_abandon),
    ("p_abandon_of_accepted", FiniteQueue::p_abandon_of_accepted),
    ("p_answered", FiniteQueue::p_answered),
    ("asa", FiniteQueue::asa_s),
    ("mean_wait_all", FiniteQueue::mean_wait_all_s),
    ("mean_time_to_abandon", FiniteQueue::mean_time_to_abandon_s),
    ("occupancy", FiniteQueue::occupancy),
    ("mean_queue_length", FiniteQueue::mean_queue_length),
    ("mean_number_in_system", FiniteQueue::mean_number_in_system),
    ("mean_time_in_system", FiniteQueue::mean_time_in_system_s),
];

pub(super) const SINGLE_AGENT: Table<SingleAgent> = &[
    ("p_wait", SingleAgent::p_wait),
    ("asa", SingleAgent::asa_s),
    ("mean_wait_all", SingleAgent::asa_s),
    ("occupancy", SingleAgent::occupancy),
    ("mean_queue_length", SingleAgent::mean_queue_length),
    ("mean_number_in_system", SingleAgent::mean_number_in_system),
    ("mean_time_in_system", SingleAgent::mean_time_in_system_s),
];

pub(super) const SESSION: Table<SessionExpectation> = &[
    ("session_duration_s", SessionExpectation::session_duration_s),
    ("number_of_calls", SessionExpectation::number_of_calls),
    ("total_talk_time_s", SessionExpectation::total_talk_time_s),
    ("average_talk_time_s", SessionExpectation::average_talk_time_s),
    ("total_call_time_s", SessionExpectation::total_call_time_s),
    ("average_call_time_s", SessionExpectation::average_call_time_s),
    ("total_wrap_up_time_s", SessionExpectation::total_wrap_up_time_s),
    ("average_wrap_up_time_s", SessionExpectation::average_wrap_up_time_s),
    ("acd_call_rate_per_h", SessionExpectation::acd_call_rate_per_h),
    ("ready_s", SessionExpectation::ready_s),
    ("occupancy", SessionExpectation::occupancy),
];

/// The value of a name.
pub(super) fn find<T>(table: Table<T>, of: &T, name: &str) -> Option<f64> {
    table.iter().find(|(known, _)| *known == name).map(|(_, value)| value(of))
}

/// The names, in order.
pub(super) fn names<T>(table: Table<T>) -> Vec<&'static str> {
    table.iter().map(|(name, _)| *name).collect()
}
