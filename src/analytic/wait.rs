//! The definitions of a service level.

use std::fmt;

/// What becomes of an offered call, and what of it happens within a time: probabilities from 0 to 1.
///
/// ```
/// use acdsim::analytic::{ServiceLevel, Wait};
///
/// let wait = Wait { answered: 0.75, answered_within: 0.375, abandoned_within: 0.25, blocked: 0.0 };
/// assert_eq!(wait.service_level(ServiceLevel::OfOffered), 0.375);
/// assert_eq!(wait.service_level(ServiceLevel::OfAnswered), 0.5);
/// assert_eq!(wait.service_level(ServiceLevel::ExclShortAbandons), 0.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wait {
    /// It is answered, however late.
    pub answered: f64,
    /// It is answered within the time.
    pub answered_within: f64,
    /// Its caller gives up within the time.
    pub abandoned_within: f64,
    /// It finds no room and is lost.
    pub blocked: f64,
}

/// What the calls that are answered within a time are a share of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceLevel {
    /// Of all offered calls; those that are blocked are offered too.
    OfOffered,
    /// Of the answered calls.
    OfAnswered,
    /// Of the offered calls without those whose callers give up within the time; those that are blocked are offered too.
    ExclShortAbandons,
    /// Of the offered calls that are not blocked.
    OfAccepted,
    /// Of the offered calls that are not blocked, without those whose callers give up within the time.
    OfAcceptedExclShortAbandons,
}

impl ServiceLevel {
    /// All definitions.
    pub const ALL: [ServiceLevel; 5] = [
        ServiceLevel::OfOffered,
        ServiceLevel::OfAnswered,
        ServiceLevel::ExclShortAbandons,
        ServiceLevel::OfAccepted,
        ServiceLevel::OfAcceptedExclShortAbandons,
    ];

    /// The definition's name, as it ends the name of a metric: `of_offered` in `sl_20_of_offered`.
    pub const fn name(self) -> &'static str {
        match self {
            ServiceLevel::OfOffered => "of_offered",
            ServiceLevel::OfAnswered => "of_answered",
            ServiceLevel::ExclShortAbandons => "excl_short_abandons",
            ServiceLevel::OfAccepted => "of_accepted",
            ServiceLevel::OfAcceptedExclShortAbandons => "of_accepted_excl_short_abandons",
        }
    }

    /// The definition of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        ServiceLevel::ALL.into_iter().find(|definition| definition.name() == name)
    }
}

impl fmt::Display for ServiceLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Wait {
    /// The service level by a definition, 0 to 1; 0 if there are no calls to take a share of.
    pub fn service_level(&self, definition: ServiceLevel) -> f64 {
        let of = match definition {
            ServiceLevel::OfOffered => 1.0,
            ServiceLevel::OfAnswered => self.answered,
            ServiceLevel::ExclShortAbandons => 1.0 - self.abandoned_within,
            ServiceLevel::OfAccepted => 1.0 - self.blocked,
            ServiceLevel::OfAcceptedExclShortAbandons => 1.0 - self.blocked - self.abandoned_within,
        };
        if of > 0.0 { (self.answered_within / of).min(1.0) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_definition_has_its_name_and_its_calls() {
        let wait = Wait { answered: 0.8, answered_within: 0.4, abandoned_within: 0.05, blocked: 0.15 };
        let levels = ServiceLevel::ALL.map(|definition| wait.service_level(definition));
        let exact = [0.4, 0.5, 0.4 / 0.95, 0.4 / 0.85, 0.5];
        assert!(levels.iter().zip(exact).all(|(level, exact)| (level - exact).abs() < 1e-15), "{levels:?}");
        for definition in ServiceLevel::ALL {
            assert_eq!(ServiceLevel::from_name(&definition.to_string()), Some(definition));
        }
        assert_eq!(ServiceLevel::from_name("of_all"), None);
    }

    #[test]
    fn no_calls_have_a_level_of_nothing() {
        let wait = Wait { answered: 0.0, answered_within: 0.0, abandoned_within: 1.0, blocked: 0.0 };
        assert!(ServiceLevel::ALL.iter().all(|definition| wait.service_level(*definition) == 0.0));
    }
}
