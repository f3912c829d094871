//! The engine allocates nothing for a call: memory is that of the scenario and of the most calls that ever waited.

// A global allocator is the only way to see allocations, and its trait is unsafe.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use acdsim::experiment::{Workload, replicate};
use acdsim::simulation::{Control, Event, Observer, run};
use acdsim::statistics::Intervals;
use acdsim::time::Instant;

/// Counts what each thread asks for, and leaves the rest to the system.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    // A thread that ends has no counter any more, and nobody asks for it.
    let _ = ALLOCATIONS.try_with(|allocations| allocations.set(allocations.get() + 1));
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations() -> u64 {
    ALLOCATIONS.with(Cell::get)
}

/// So many calls are to have made every queue as long as it will be for as many more.
///
/// A queue that becomes longer than ever before allocates when its length passes a power of two. The seed of the
/// workloads is fixed, so a run either does so after this call or never.
const WARM: u64 = 200_000;

/// Reads the counter when call number [`WARM`] arrives, and when twice as many have.
#[derive(Default)]
struct Reader {
    warm: Option<u64>,
    later: Option<u64>,
}

impl Observer for Reader {
    fn observe(&mut self, _now: Instant, event: &Event) {
        match *event {
            Event::CallArrived { call: WARM, .. } => self.warm = Some(allocations()),
            Event::CallArrived { call, .. } if call == 2 * WARM => self.later = Some(allocations()),
            _ => {}
        }
    }
}

impl Reader {
    fn between(&self) -> u64 {
        self.later.expect("twice as many calls arrive") - self.warm.expect("so many calls arrive")
    }
}

#[test]
fn the_counter_counts() {
    let before = allocations();
    drop(std::hint::black_box(Box::new(1)));
    assert_eq!(allocations(), before + 1);
}

#[test]
fn the_engine_allocates_nothing_for_a_call() {
    for workload in [Workload::W1, Workload::W2, Workload::W4] {
        let scenario = workload.scenario(2 * WARM + WARM / 10);
        let mut reader = Reader::default();
        run(&scenario, 1, &mut reader, &Control::default()).expect("it runs to its end");
        assert_eq!(reader.between(), 0, "allocations in {}", workload.name());
    }
}

#[test]
fn statistics_allocate_nothing_for_a_call() {
    for workload in [Workload::W1, Workload::W2, Workload::W4] {
        let scenario = workload.scenario(2 * WARM + WARM / 10);
        let (length, threshold) = (scenario.interval, scenario.service_level_threshold);
        let intervals = Intervals::new(length, scenario.horizon, scenario.groups.len(), threshold);
        let mut reader = Reader::default();
        replicate(&scenario, 1, (intervals, &mut reader), &Control::default()).expect("it runs to its end");
        assert_eq!(reader.between(), 0, "allocations in {}", workload.name());
    }
}

/// Agents who come and go cost something, but a number of allocations that the shifts bound and not the calls.
#[test]
fn shifts_cost_a_bounded_number_of_allocations() {
    let mut scenario = Workload::W1.scenario(2 * WARM + WARM / 10);
    let hour = 3_600_000_000_000;
    let hours = scenario.horizon.as_nanos() / hour;
    for agent in &mut scenario.agents {
        agent.shifts = (0..hours)
            .map(|number| acdsim::scenario::Shift {
                log_in: Instant::from_nanos(number * hour),
                log_out: Instant::from_nanos((number + 1) * hour),
            })
            .collect();
    }
    let mut reader = Reader::default();
    run(&scenario, 1, &mut reader, &Control::default()).expect("it runs to its end");
    let shifts = hours * scenario.agents.len() as u64;
    let between = reader.between();
    // Two for an agent who leaves, and one for the sessions of one who comes.
    assert!(between <= 4 * shifts, "{between} allocations for {shifts} shifts");
}
