//! The agent handler against a naive reference, on random sequences of all its operations.
//!
//! The reference keeps every event in plain lists ([`diary`]), decides by the documented rules what is refused and what
//! changes ([`rules`]), and recomputes each statistic from its definition whenever it is asked ([`statistics`],
//! [`tapi`]). [`pair`] does each operation with both and compares what they answer, report and tell.

#[path = "common/check.rs"]
mod check;
#[path = "acd_reference/diary.rs"]
mod diary;
#[path = "acd_reference/operations.rs"]
mod operations;
#[path = "acd_reference/pair.rs"]
mod pair;
#[path = "acd_reference/rules.rs"]
mod rules;
#[path = "acd_reference/seen.rs"]
mod seen;
#[path = "acd_reference/statistics.rs"]
mod statistics;
#[path = "acd_reference/tapi.rs"]
mod tapi;

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

use acdsim::acd::{AddressId, AgentId, Conventions, GroupId, SessionId, SessionState, conventions};
use acdsim::time::Duration;
use check::check;
use operations::{Draw, Operation};
use pair::{Outcome, Pair};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use seen::Seen;
use uuid::Uuid;

/// Random answers to every convention, those that are not the default the less likely the more a failure is simplified;
/// and words, one for each operation.
fn any_sequence() -> impl Strategy<Value = (Vec<u8>, u8, Vec<u64>)> {
    let answers = vec(0..12_u8, Conventions::DECLARED.len());
    (answers, 0..12_u8, vec(any::<u64>().no_shrink(), 1..400))
}

/// The conventions that such numbers choose: 0 is the default.
fn chosen(answers: &[u8], period: u8) -> Conventions {
    let mut conventions = Conventions::default();
    for (convention, &answer) in Conventions::DECLARED.iter().zip(answers) {
        if answer > 0 {
            let (word, _) = convention.answers[usize::from(answer) % convention.answers.len()];
            conventions.set(convention.name, word).expect("it is one of its answers");
        }
    }
    conventions.measurement_period_s = if period == 0 { conventions::MOST_SECONDS } else { period.into() };
    conventions.utc_offset_minutes = i16::from(period) * 60 - 300;
    conventions
}

/// Who and what is there before the first random operation.
fn prelude() -> impl Iterator<Item = Operation> {
    use Operation::*;
    let groups = (0..2).flat_map(|group| {
        [CreateGroup(Uuid::from_u128(group)), CreateQueue(Some(GroupId(group as u32))), CreateAddress]
    });
    let agents = [(None, None), (Some("11"), Some("1")), (None, Some("2"))];
    let agents = agents.into_iter().map(|(id, pin)| CreateAgent(id, pin));
    let sessions = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)];
    let sessions = sessions.into_iter().enumerate().flat_map(|(number, (agent, group))| {
        let created = CreateSession(AgentId(agent), GroupId(group), AddressId(group), None);
        [created, SetState(SessionId(number as u32), SessionState::Ready)]
    });
    groups.chain([CreateQueue(None)]).chain(agents).chain(sessions)
}

/// Does a sequence with both, compares them, and tells of each operation what it gave and which rules it used.
fn run(
    conventions: Conventions,
    words: &[u64],
    mut tell: impl FnMut(&Pair, Operation, &Result<Outcome, String>),
) -> Result<(), String> {
    let mut pair = Pair::new(conventions);
    for operation in prelude() {
        let outcome = pair.apply(operation);
        tell(&pair, operation, &outcome);
        outcome?;
    }
    for &word in words {
        let mut draw = Draw(word);
        let step = draw.step(&pair.reference);
        pair.go_on_to(pair.now() + step);
        let Some(operation) = draw.operation(&pair.reference, pair.taken.len()) else { continue };
        pair.reference.used.clear();
        let outcome = pair.apply(operation);
        tell(&pair, operation, &outcome);
        outcome?;
        if draw.one_in(8) || matches!(operation, Operation::Pass) {
            pair.compare()?;
        }
    }
    pair.compare()?;
    // Windows that have ended meanwhile.
    for nanos in [1, 999_999_999, 4_000_000_000, 86_400_000_000_000] {
        pair.go_on_to(pair.now() + Duration::from_nanos(nanos));
        pair.compare()?;
    }
    Ok(())
}

/// Does a sequence again and writes down what happens, up to where they differ or the handler panics.
fn story(conventions: Conventions, words: &[u64]) -> String {
    let story = RefCell::new(String::new());
    let write = |line: String| {
        story.borrow_mut().push_str(&line);
        story.borrow_mut().push('\n');
    };
    for (name, answer) in conventions.changed() {
        write(format!("{name} = {answer}"));
    }
    let ends = catch_unwind(AssertUnwindSafe(|| {
        run(conventions, words, |pair, operation, outcome| {
            write(format!("{} {operation:?} -> {outcome:?} {:?}", pair.now(), pair.reference.changes));
        })
    }));
    match ends {
        Ok(Ok(())) => write("nothing differs".into()),
        Ok(Err(difference)) => write(difference),
        Err(_) => write("it panics then".into()),
    }
    story.into_inner()
}

#[test]
fn the_handler_does_as_the_reference() {
    let operations = Cell::new(0_u64);
    check("acd_reference", "the_handler_does_as_the_reference", 500, any_sequence(), |(answers, period, words)| {
        let conventions = chosen(&answers, period);
        let ends = catch_unwind(|| {
            let mut count = 0;
            run(conventions, &words, |_, _, _| count += 1).map(|()| count)
        });
        match ends {
            Ok(Ok(count)) => {
                operations.set(operations.get() + count);
                Ok(())
            }
            _ => Err(TestCaseError::fail(story(conventions, &words))),
        }
    });
    println!("{} operations of the agent handler went as in the reference", operations.get());
}

/// The random sequences are worth something only if what is hard happens in them.
#[test]
fn the_random_sequences_have_what_is_hard_in_them() {
    let seen = RefCell::new(Seen::default());
    let test = "the_random_sequences_have_what_is_hard_in_them";
    check("acd_reference", test, 500, any_sequence(), |(answers, period, words)| {
        let conventions = chosen(&answers, period);
        let mut seen = seen.borrow_mut();
        seen.note_conventions(&conventions);
        // Whether they differ is the question of the other test.
        let _ = run(conventions, &words, |pair, operation, outcome| seen.note_operation(pair, operation, outcome));
        Ok(())
    });
    seen.into_inner().check();
}
