//! What the reader makes of a table: values of their kinds, with their places.

use jiff::civil::{Date, DateTime};

use super::declaration::Table;
use super::moments::Moment;
use super::problems::Span;
use crate::random::Distribution;
use crate::time::Duration;

/// A value and where it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) at: Span,
}

/// A value of one of the kinds.
#[derive(Debug)]
pub(crate) enum Value {
    Text(String),
    DateTime(DateTime),
    Date(Date),
    Moment(Moment),
    Duration(Duration),
    Number(f64),
    Integer(i64),
    Law(Distribution),
    List(Vec<At<Value>>),
    Record(Record),
}

/// A table that has been read: every value is of its kind, and each fault has been reported.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) form: &'static Table,
    pub(crate) at: Span,
    pub(crate) fields: Vec<Field>,
}

/// A key of a table and its value; none if it was wrong.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) at: Span,
    pub(crate) value: Option<Value>,
    /// Whether it is in the file rather than a default.
    pub(crate) written: bool,
}

impl Record {
    fn field(&self, name: &str) -> Option<&Field> {
        debug_assert!(self.form.key(name).is_some(), "{} has no key {name}", self.form.name);
        self.fields.iter().find(|field| field.name == name)
    }

    /// The value of a key, from the file or its default; none if it is absent or was wrong.
    pub(crate) fn get<'r, T: FromValue>(&'r self, name: &str) -> Option<At<&'r T>> {
        let field = self.field(name)?;
        let value = field.value.as_ref()?;
        let value = T::from_value(value).unwrap_or_else(|| panic!("the kind of {}.{name}", self.form.name));
        Some(At { value, at: field.at })
    }

    /// Whether the file has the key, right or wrong.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.field(name).is_some_and(|field| field.written)
    }

    /// Whether the file has the key, and it was wrong or is missing and required.
    pub(crate) fn is_broken(&self, name: &str) -> bool {
        self.field(name).is_some_and(|field| field.value.is_none())
    }

    /// Where the key's value is; else where the table is.
    pub(crate) fn place(&self, name: &str) -> Span {
        self.fields.iter().find(|field| field.name == name).map_or(self.at, |field| field.at)
    }

    /// The tables in the list of that key.
    pub(crate) fn records(&self, name: &str) -> Vec<&Record> {
        let list = self.get::<Vec<At<Value>>>(name).map_or(&[][..], |list| &list.value[..]);
        list.iter().filter_map(|item| Record::from_value(&item.value)).collect()
    }
}

/// A type that a [`Value`] may hold.
pub(crate) trait FromValue: Sized {
    fn from_value(value: &Value) -> Option<&Self>;
}

macro_rules! from_value {
    ($($type:ty: $variant:ident),+) => {$(
        impl FromValue for $type {
            fn from_value(value: &Value) -> Option<&Self> {
                match value {
                    Value::$variant(inner) => Some(inner),
                    _ => None,
                }
            }
        }
    )+};
}

from_value!(String: Text, DateTime: DateTime, Date: Date, Moment: Moment, Duration: Duration, f64: Number, i64: Integer,
    Distribution: Law, Vec<At<Value>>: List, Record: Record);
