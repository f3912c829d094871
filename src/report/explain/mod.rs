//! Why a call waited: [`explanation_text`] for people, [`explanation_json`] for programs.

mod json;
mod text;

pub use json::explanation_json;
pub use text::explanation_text;
