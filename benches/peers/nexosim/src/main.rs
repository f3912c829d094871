//! The four workloads on nexosim: the call center is one model that schedules its own events. Prints a line of JSON.

mod call_center;

use std::env;
use std::error::Error;
use std::time::{Duration, Instant};

use nexosim::ports::QuerySource;
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;

use call_center::{CallCenter, HANDLE_SECS, Workload};

const WORKLOADS: [(&str, Workload); 4] = [
    ("W1", Workload { groups: 1, agents_each: 100, erlangs_each: 92.0, patience_secs: None }),
    ("W2", Workload { groups: 1, agents_each: 100, erlangs_each: 105.0, patience_secs: Some(180.0) }),
    ("W3", Workload { groups: 1, agents_each: 1_000, erlangs_each: 960.0, patience_secs: None }),
    ("W4", Workload { groups: 5, agents_each: 100, erlangs_each: 93.0, patience_secs: None }),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [name, calls] = arguments.as_slice() else {
        return Err("usage: peer-nexosim WORKLOAD CALLS".into());
    };
    let (_, workload) = WORKLOADS.into_iter().find(|(known, _)| known == name).ok_or("there is no such workload")?;
    let calls: f64 = calls.parse()?;
    let horizon = Duration::from_secs_f64(calls * HANDLE_SECS / (workload.erlangs_each * workload.groups as f64));

    let began = Instant::now();
    let start = MonotonicTime::EPOCH;
    let mailbox = Mailbox::new();
    let mut bench = SimInit::with_num_threads(1);
    let tally = QuerySource::new().connect(CallCenter::tally, &mailbox).register(&mut bench);
    let call_center = CallCenter::new(workload, start, start + horizon / 20);
    let mut simulation = bench.add_model(call_center, mailbox, "call center").init(start)?;
    simulation.step_until(horizon)?;
    let tally = simulation.process_query(&tally, ())?;
    let seconds = began.elapsed().as_secs_f64();

    let mean_wait = tally.waited.as_secs_f64() / tally.answered as f64;
    println!(r#"{{"calls": {}, "seconds": {seconds}, "mean_wait_s": {mean_wait}}}"#, tally.calls);
    Ok(())
}
