//! Traffic as scenarios describe it: what arrives, and what it brings along, against closed forms.

#[path = "traffic/arrived.rs"]
mod arrived;
#[path = "traffic/busyness.rs"]
mod busyness;
#[path = "traffic/correlated.rs"]
mod correlated;
#[path = "traffic/factor.rs"]
mod factor;
#[path = "traffic/hump.rs"]
mod hump;
#[path = "traffic/laws.rs"]
mod laws;
#[path = "traffic/modulation.rs"]
mod modulation;
#[path = "traffic/week.rs"]
mod week;
