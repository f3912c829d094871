//! Adapters: the systems that a trace can be played against, one file each.

mod asides;
#[cfg(any(windows, test))]
#[cfg_attr(
    not(windows),
    allow(dead_code, unreachable_pub, reason = "what uses it is for Windows alone; it is tested everywhere")
)]
mod live;
mod model;
mod process;
#[cfg(windows)]
#[expect(unsafe_code, reason = "the functions are those of a library that is loaded")]
mod tapi2;
#[cfg(windows)]
#[expect(unsafe_code, reason = "COM is called through tables of functions")]
mod tapi3;

pub use model::Model;
pub use process::{Limits, Process};
#[cfg(windows)]
pub use {live::LiveOptions, tapi2::Tapi2, tapi3::Tapi3};
