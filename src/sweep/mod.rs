//! Sweeps: a scenario with other values at many points, the same callers at all of them.
//!
//! A [`Design`] says which values go where; its points are a pure function of it and the seed. A [`Sweep`] is a design with the
//! scenario it is for: [`Sweep::plan`] checks every point before any is run, [`Planned::run`] runs those that are not done yet, and a
//! [`Store`] keeps each finished point in a file of its own, so that it is not run again. All points are run with the same seed unless
//! the seed is what is swept: what a caller does is drawn from the seed, the replication, the purpose and the name of the group alone,
//! so that all points see the same callers where these are of the same laws.
//!
//! It uses the experiments and the metrics of [`crate::report`]; the report of a sweep and the command use it.

mod design;
mod errors;
mod quantity;
mod result;
mod run;
mod store;
mod values;

pub use design::{Design, MOST_POINTS, Point};
pub use errors::SweepError;
pub use quantity::Unit;
pub use result::{GroupMeans, PointResult, Swept};
pub use run::{Failed, Outcome, Planned, PlannedPoint, Sweep};
pub use store::{DESIGN_FILE, Store, TABLE_FILE};
pub use values::{MOST_VALUES, Value};
