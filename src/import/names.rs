//! The values of a column that names groups, classes or agents: each gets a number when it is first seen.

use std::collections::HashMap;

use super::ImportError;

/// Names in the order in which they were seen, of which there may be so many.
pub(super) struct Names {
    what: &'static str,
    limit: u16,
    numbers: HashMap<String, u16>,
    names: Vec<String>,
}

impl Names {
    pub(super) fn new(what: &'static str, limit: u16) -> Self {
        Names { what, limit, numbers: HashMap::new(), names: Vec::new() }
    }

    /// The number of a name, and a new one if it is new.
    ///
    /// # Errors
    ///
    /// [`ImportError::TooManyNames`] if there are as many as there may be.
    pub(super) fn number(&mut self, name: &str) -> Result<u16, ImportError> {
        if let Some(&number) = self.numbers.get(name) {
            return Ok(number);
        }
        if self.names.len() == usize::from(self.limit) {
            let (what, limit, name) = (self.what, self.limit.into(), name.to_owned());
            return Err(ImportError::TooManyNames { what, limit, name });
        }
        let number = self.names.len() as u16;
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        Ok(number)
    }

    /// The name of a number that was given out.
    pub(super) fn name(&self, number: u16) -> &str {
        &self.names[usize::from(number)]
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// The numbers, in the order of the names, so that nothing depends on the order of the rows.
    pub(super) fn sorted(&self) -> Vec<u16> {
        let mut numbers: Vec<u16> = (0..self.names.len() as u16).collect();
        numbers.sort_by(|&a, &b| self.name(a).cmp(self.name(b)));
        numbers
    }
}
