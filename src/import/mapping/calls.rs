//! Rows of calls, as a mapping has them.

use csv::ByteRecord;

use super::file::{Mapping, OneOrMore};
use super::moment::{Clocks, Wall, wrong};
use crate::import::ImportError;
use crate::import::call::{Call, DropReason, Note, Outcome, Reading, Reported, Service, Source, Unreadable};
use crate::time::{Duration, NANOS_PER_SEC};

/// The kind of an outcome that a value stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Answered,
    Abandoned,
    Blocked,
    Ignored,
}

/// A column: its name and its index in the file that is read.
#[derive(Clone, Debug)]
struct Column {
    name: String,
    index: usize,
    /// Values that stand for nothing.
    unknown: Vec<String>,
}

/// Calls of a table that a mapping describes.
pub(in crate::import) struct MappedCalls {
    mapping: Mapping,
    group_name: String,
    clocks: Clocks,
    credits: Vec<(String, Duration)>,
    shortest_talk_s: u32,
    longest_talk: Duration,
    outcomes: Vec<(String, Kind)>,
    columns: Vec<Column>,
    date: Option<usize>,
    day_of: Option<usize>,
    arrival: Vec<usize>,
    queue_entry: Option<usize>,
    queue_exit: Option<usize>,
    answer: Option<usize>,
    end: Option<usize>,
    wait: Option<usize>,
    talk: Option<usize>,
    wrap_up: Option<usize>,
    group: Option<usize>,
    class: Option<usize>,
    agent: Option<usize>,
    id: Option<usize>,
    outcome: Option<usize>,
    last_id: Option<String>,
}

impl MappedCalls {
    /// The calls that a mapping describes.
    ///
    /// # Errors
    ///
    /// [`ImportError::Mapping`] if the mapping cannot be of calls, or a value in it is not allowed.
    pub(in crate::import) fn new(mapping: Mapping) -> Result<Self, ImportError> {
        let clocks = Clocks::new(&mapping)?;
        mapping.delimiter("")?;
        let keys = &mapping.keys;
        let given = &keys.columns;
        let wrong = |what: &str| ImportError::Mapping { place: mapping.file.clone(), what: what.to_owned() };
        for (key, column) in [
            ("start", &given.start),
            ("calls", &given.calls),
            ("answered", &given.answered),
            ("abandoned", &given.abandoned),
            ("asa", &given.asa),
        ] {
            if column.is_some() {
                let what = format!("`columns.{key}` is a column of counts, for `acdsim import counts`");
                return Err(wrong(&what));
            }
        }
        let mut columns: Vec<Column> = Vec::new();
        let mut column = |name: &String| {
            columns.iter().position(|column| column.name == *name).unwrap_or_else(|| {
                let unknown = keys.unknown.get(name).map_or(&[][..], OneOrMore::all).to_vec();
                columns.push(Column { name: name.clone(), index: 0, unknown });
                columns.len() - 1
            })
        };
        let mut one = |name: &Option<String>| name.as_ref().map(&mut column);
        let (date, day_of) = (one(&given.date), one(&given.day_of));
        let (queue_entry, queue_exit) = (one(&given.queue_entry), one(&given.queue_exit));
        let (answer, end) = (one(&given.answer), one(&given.end));
        let (wait, talk, wrap_up) = (one(&given.wait), one(&given.talk), one(&given.wrap_up));
        let (group, class, agent) = (one(&given.group), one(&given.class), one(&given.agent));
        let (id, outcome) = (one(&given.id), one(&given.outcome));
        let arrival: Vec<usize> = match &given.arrival {
            Some(names) => names.all().iter().map(&mut column).collect(),
            None => queue_entry.into_iter().collect(),
        };
        if arrival.is_empty() {
            return Err(wrong("there is no `columns.arrival` and no `columns.queue_entry`: one of them is needed"));
        }
        if day_of.is_some() && date.is_none() {
            return Err(wrong("`columns.day_of` is the clock that a date belongs to: it needs `columns.date`"));
        }
        if wait.is_none() && queue_exit.is_none() && (answer.is_none() || end.is_none()) {
            return Err(wrong(
                "nothing tells how long a caller waited: `columns.wait` is needed, or `columns.queue_exit`, or \
                 `columns.answer` and `columns.end`",
            ));
        }
        let given = &keys.outcome;
        let mut outcomes = Vec::new();
        for (kind, values) in [
            (Kind::Answered, &given.answered),
            (Kind::Abandoned, &given.abandoned),
            (Kind::Blocked, &given.blocked),
            (Kind::Ignored, &given.ignored),
        ] {
            outcomes.extend(values.all().iter().map(|value| (value.clone(), kind)));
        }
        if let Some((value, _)) = outcomes
            .iter()
            .enumerate()
            .find(|(index, one)| outcomes[..*index].iter().any(|other| other.0 == one.0))
            .map(|(_, one)| one)
        {
            return Err(wrong(&format!("`outcome` has the value \"{value}\" twice; a value stands for one outcome")));
        }
        match outcome {
            Some(_) if !outcomes.iter().any(|(_, kind)| *kind == Kind::Answered) => {
                return Err(wrong(
                    "`outcome.answered` is empty: beside `columns.outcome` it lists the values that mean answered",
                ));
            }
            None if !outcomes.is_empty() => {
                return Err(wrong("`outcome` lists values of a column, and there is no `columns.outcome`"));
            }
            None if answer.is_none() && talk.is_none() => {
                return Err(wrong(
                    "nothing tells which calls were answered: `columns.outcome` is needed, or `columns.answer`, or \
                     `columns.talk`",
                ));
            }
            _ => {}
        }
        if let Some(unused) = keys.unknown.keys().find(|name| !columns.iter().any(|column| column.name == **name)) {
            return Err(wrong(&format!("`unknown.{unused}` is of a column that `columns` does not have")));
        }
        let shortest = mapping.shortest_talk()?.map_or(NANOS_PER_SEC, Duration::as_nanos).div_ceil(NANOS_PER_SEC);
        Ok(MappedCalls {
            group_name: keys.name.clone().unwrap_or_else(|| "Calls".to_owned()),
            clocks,
            credits: mapping.wait_credits()?,
            shortest_talk_s: u32::try_from(shortest).unwrap_or(u32::MAX),
            longest_talk: mapping.longest_talk()?.unwrap_or(Duration::MAX),
            outcomes,
            columns,
            date,
            day_of,
            arrival,
            queue_entry,
            queue_exit,
            answer,
            end,
            wait,
            talk,
            wrap_up,
            group,
            class,
            agent,
            id,
            outcome,
            last_id: None,
            mapping,
        })
    }

    /// The field of a column; none if there is no such column, or its value stands for nothing.
    fn field<'f>(&self, fields: &[&'f str], column: Option<usize>) -> Option<(&str, &'f str)> {
        let column = &self.columns[column?];
        let field = fields[column.index].trim();
        let is_known = !field.is_empty() && !column.unknown.iter().any(|unknown| unknown == field);
        is_known.then_some((&column.name, field))
    }

    fn kind(&self, fields: &[&str]) -> Result<Kind, Unreadable> {
        let Some(outcome) = self.outcome else {
            let told = match (self.answer, self.talk) {
                (Some(_), _) => self.field(fields, self.answer).is_some(),
                _ => match self.field(fields, self.talk) {
                    Some((column, text)) => self.clocks.duration(column, text)? > Duration::ZERO,
                    None => false,
                },
            };
            return Ok(if told { Kind::Answered } else { Kind::Abandoned });
        };
        let value = fields[self.columns[outcome].index].trim();
        let found = self.outcomes.iter().find(|(known, _)| known == value);
        found.map(|(_, kind)| *kind).ok_or_else(|| {
            let known: Vec<&str> = self.outcomes.iter().map(|(value, _)| value.as_str()).collect();
            wrong(
                DropReason::UnknownOutcome,
                &self.columns[outcome].name,
                value,
                &format!("one of {}", known.join(", ")),
            )
        })
    }

    fn duration(&self, fields: &[&str], column: Option<usize>) -> Result<Option<Duration>, Unreadable> {
        self.field(fields, column).map(|(column, text)| self.clocks.duration(column, text)).transpose()
    }
}

impl Source for MappedCalls {
    fn group(&self) -> &str {
        &self.group_name
    }

    fn delimiter(&self, file: &str) -> u8 {
        self.mapping.delimiter(file).unwrap_or(b',')
    }

    fn is_quoted(&self, delimiter: u8) -> bool {
        self.mapping.keys.quotes.unwrap_or(delimiter != b'\t')
    }

    fn header(&mut self, file: &str, header: &ByteRecord) -> Result<(), ImportError> {
        for column in &mut self.columns {
            column.index = index(file, header, &column.name)?;
        }
        self.last_id = None;
        Ok(())
    }

    fn read(&mut self, fields: &[&str]) -> Result<Reading, Unreadable> {
        if let Some((_, id)) = self.field(fields, self.id) {
            let id = Some(id.to_owned());
            if id == self.last_id {
                return Err(Unreadable { reason: DropReason::RepeatedId, detail: String::new() });
            }
            self.last_id = id;
        }
        let date = match self.date {
            None => None,
            Some(date) => {
                let column = &self.columns[date];
                Some(self.clocks.date(&column.name, fields[column.index].trim())?)
            }
        };
        let moment = |column: Option<usize>, reference| -> Result<Option<Wall>, Unreadable> {
            let read = |(column, text): (&str, &str)| self.clocks.moment(column, text, date, reference);
            self.field(fields, column).map(read).transpose()
        };
        let day_of = moment(self.day_of, None)?.map(|wall| wall.clock);
        let known = self.arrival.iter().find(|&&column| self.field(fields, Some(column)).is_some());
        let Some(arrived) = moment(known.copied(), day_of)? else {
            return Err(Unreadable { reason: DropReason::NoArrival, detail: String::new() });
        };
        let arrival = arrived.clock;
        let kind = self.kind(fields)?;
        let refused = |reason| Ok(Reading { arrival, call: Err(reason) });
        match kind {
            Kind::Ignored => return refused(DropReason::Ignored),
            Kind::Blocked => return refused(DropReason::Blocked),
            Kind::Answered | Kind::Abandoned => {}
        }
        // Clocks without a date are near to that which the date belongs to, or to the arrival.
        let near = day_of.or(Some(arrival));
        let queued = moment(self.queue_entry, near)?;
        let waited_s = self.duration(fields, self.wait)?;
        if kind == Kind::Abandoned
            && self.queue_entry.is_some()
            && queued.is_none()
            && waited_s.is_none_or(|waited| waited == Duration::ZERO)
        {
            return refused(DropReason::NeverOffered);
        }
        let (answer, end) = (moment(self.answer, near)?, moment(self.end, near)?);
        let from = queued.unwrap_or(arrived);
        let waited = match (waited_s, kind) {
            (Some(waited), _) => Some(waited),
            (None, Kind::Answered) => match answer.or(moment(self.queue_exit, near)?) {
                Some(until) => Some(until.since(&from)?),
                None => None,
            },
            (None, _) => match moment(self.queue_exit, near)?.or(end) {
                Some(until) => Some(until.since(&from)?),
                None => None,
            },
        };
        let Some(waited) = waited else { return refused(DropReason::NoWait) };
        let mut notes: Vec<Note> = arrived.note.into_iter().collect();
        if date.is_some_and(|date| date != arrival.date()) {
            notes.push(Note::AcrossMidnight);
        }
        let talked = self.duration(fields, self.talk)?;
        let (outcome, talk) = match kind {
            Kind::Answered => {
                let talked = match (talked, answer, end) {
                    (None, Some(answer), Some(end)) => Some(end.since(&answer)?),
                    _ => talked,
                };
                notes.extend(match talked {
                    None => Some(Note::NoTalk),
                    Some(Duration::ZERO) => Some(Note::ZeroService),
                    Some(long) if long > self.longest_talk => Some(Note::TooLong),
                    Some(_) => None,
                });
                let talk = talked.filter(|&talk| talk > Duration::ZERO && talk <= self.longest_talk);
                (Outcome::Answered { talk, wrap_up: self.duration(fields, self.wrap_up)? }, talk)
            }
            _ => {
                if talked.is_some_and(|talked| talked > Duration::ZERO) {
                    notes.push(Note::ServiceOfAbandoned);
                }
                (Outcome::Abandoned, None)
            }
        };
        let agent = self.field(fields, self.agent).filter(|_| kind == Kind::Answered);
        if kind == Kind::Answered && self.agent.is_some() && agent.is_none() {
            notes.push(Note::NoAgent);
        }
        let start = answer.map_or_else(
            || arrival.saturating_add(jiff::SignedDuration::from_nanos(waited.as_nanos().min(i64::MAX as u64) as i64)),
            |answer| answer.clock,
        );
        let service = agent.zip(talk).map(|((_, agent), length)| Service { agent: agent.to_owned(), start, length });
        // A service by nobody in particular tells little of talk times, where agents are named.
        let sample = talk.filter(|_| self.agent.is_none() || service.is_some());
        let group = self.group.map(|_| self.field(fields, self.group).map_or("unknown", |field| field.1).to_owned());
        let class = self.class.map(|_| {
            let value = self.field(fields, self.class).map_or("unknown", |field| field.1);
            self.mapping.keys.class_names.get(value).map_or(value, String::as_str).to_owned()
        });
        let call = Call { arrival, waited, outcome };
        Ok(Reading { arrival, call: Ok(Reported { call, group, class, sample, service, notes }) })
    }

    fn comments(&self) -> Vec<String> {
        let mut lines = vec![format!("Read by {}.", self.mapping.file)];
        if let Some((first, rest)) = self.mapping.keys.source.split_first() {
            lines.push(format!("Source: {first}"));
            lines.extend(rest.iter().cloned());
        }
        let rest = [
            "",
            "What is taken for granted:",
            "- a call arrives when it enters the queue; what was before that is not simulated;",
            "- who hung up has exactly the patience recorded; who was answered has more than the recorded wait;",
            "- an unknown time is drawn from the laws below, which are fitted to these calls.",
        ];
        lines.extend(rest.map(str::to_owned));
        lines
    }

    fn shortest_service_s(&self) -> u32 {
        self.shortest_talk_s
    }

    fn wait_credits(&self) -> &[(String, Duration)] {
        &self.credits
    }
}

/// Where a column is in a file.
pub(in crate::import) fn index(file: &str, header: &ByteRecord, name: &str) -> Result<usize, ImportError> {
    let text = |field: &[u8]| String::from_utf8_lossy(field).trim().trim_start_matches('\u{feff}').to_owned();
    let mut found = header.iter().enumerate().filter(|(_, field)| text(field) == name);
    match (found.next(), found.next()) {
        (Some((index, _)), None) => Ok(index),
        (Some(_), Some(_)) => {
            Err(ImportError::Columns { file: file.to_owned(), what: format!("the column {name:?} is there twice") })
        }
        _ => {
            let names: Vec<String> = header.iter().take(40).map(text).collect();
            let names = names.join(", ");
            let what = format!("there is no column {name:?}, which the mapping names; the columns are {names}");
            Err(ImportError::Columns { file: file.to_owned(), what })
        }
    }
}
