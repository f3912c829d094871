//! The dispatcher, case by case.
