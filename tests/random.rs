//! The laws and their samplers against each other: moments, fit, support, and the bits that they promise.

#[path = "random/cases.rs"]
mod cases;
#[path = "random/digests.rs"]
mod digests;
#[path = "random/fit.rs"]
mod fit;
#[path = "random/limits.rs"]
mod limits;
