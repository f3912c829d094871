//! How the keys of a scenario file are declared: tables of keys, each with its kind of value.

/// A table of the file and the keys it may have.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name in the JSON Schema.
    pub(crate) name: &'static str,
    /// How the file writes it.
    pub(crate) heading: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) keys: &'static [Key],
    /// Pairs of keys that exclude each other.
    pub(crate) exclusive: &'static [(&'static str, &'static str)],
}

/// A key of a table.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) presence: Presence,
    pub(crate) doc: &'static str,
    /// A value as the file writes it.
    pub(crate) example: &'static str,
}

/// Whether a key must be there, and what its absence means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Presence {
    Required,
    /// May be absent, which means this.
    Optional(&'static str),
    /// May be absent, which is the same as this value, written without quotes.
    Default(&'static str),
}

/// What values a key takes.
#[derive(Debug)]
pub(crate) enum Kind {
    Name,
    File,
    DateTime,
    Date,
    Moment,
    Duration {
        zero: bool,
    },
    Rate,
    Integer {
        min: i64,
        max: i64,
    },
    Number,
    /// A number from `min` to `max`.
    Between {
        min: f64,
        max: f64,
    },
    Share,
    /// One of these words, each with its meaning.
    Choice(&'static [(&'static str, &'static str)]),
    /// A distribution: a duration, or a table that names a law.
    Law,
    /// One or more of a kind.
    List(&'static Kind),
    /// Any number of a kind, none among them.
    ListOrNone(&'static Kind),
    /// A table with these keys.
    Table(&'static Table),
    /// A table in one of these forms, told apart by its keys.
    Forms(&'static [Table]),
}

impl Kind {
    /// The kind in the words of the messages and of the reference.
    pub(crate) fn words(&self) -> String {
        match self {
            Kind::Name => "text".into(),
            Kind::File => "a file name".into(),
            Kind::DateTime => "a date and time".into(),
            Kind::Date => "a date".into(),
            Kind::Moment => "a moment".into(),
            Kind::Duration { .. } => "a duration".into(),
            Kind::Rate => "a rate".into(),
            Kind::Integer { .. } => "a whole number".into(),
            Kind::Number | Kind::Between { .. } => "a number".into(),
            Kind::Share => "a share".into(),
            Kind::Choice(_) => "a word".into(),
            Kind::Law => "a distribution".into(),
            Kind::List(Kind::Name) => "a list of names".into(),
            Kind::List(Kind::Table(table)) if table.heading.starts_with("[[") => "a list of tables".into(),
            Kind::List(kind) | Kind::ListOrNone(kind) => {
                format!("a list of {}s", kind.words().trim_start_matches("a "))
            }
            Kind::Table(_) | Kind::Forms(_) => "a table".into(),
        }
    }
}

impl Table {
    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The tables that this one's keys may hold, itself first, each once.
    pub(crate) fn nested(&'static self) -> Vec<&'static Table> {
        fn add(kind: &'static Kind, found: &mut Vec<&'static Table>) {
            match kind {
                Kind::List(inner) | Kind::ListOrNone(inner) => add(inner, found),
                Kind::Table(table) => walk(table, found),
                Kind::Forms(forms) => forms.iter().for_each(|form| walk(form, found)),
                _ => {}
            }
        }
        fn walk(table: &'static Table, found: &mut Vec<&'static Table>) {
            if !found.iter().any(|known| known.name == table.name) {
                found.push(table);
                table.keys.iter().for_each(|key| add(&key.kind, found));
            }
        }
        let mut found = Vec::new();
        walk(self, &mut found);
        found
    }
}
