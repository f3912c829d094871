//! Traffic as scenarios describe it: what arrives, and what it brings along, against closed forms.

#[path = "traffic/arrived.rs"]
mod arrived;
#[path = "traffic/factor.rs"]
mod factor;
#[path = "traffic/week.rs"]
mod week;
