//! The table for people.

use std::fmt::Write;

use super::super::text::{counted, new_table, render, significant, span, thousands};
use super::{overall, start};
use crate::verify::{Expected, Outcome, Verdict, Verification};

/// The verification of one scenario for people, at most `width` columns wide if it can be. `command` repeats it.
pub fn verification_text(verification: &Verification, command: &str, width: u16) -> String {
    let Verification { scenario, options, outcomes, breaches, .. } = verification;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{}: {} in {} of {}, seed {}, {}",
        scenario.name,
        overall(verification),
        counted(verification.replications.into(), "replication"),
        span(crate::time::Duration::from_nanos(scenario.horizon.as_nanos() - scenario.warm_up.as_nanos())),
        scenario.seed,
        start(verification),
    );
    let _ = writeln!(
        text,
        "{} calls, {} of them audited: {}",
        thousands(verification.calls),
        thousands(verification.audited),
        match breaches.len() {
            0 => "every rule was kept, every session reported what happened".to_owned(),
            1 => "1 rule was broken".to_owned(),
            n => format!("rules were broken {n} times"),
        },
    );
    for (replication, breach) in breaches {
        let _ = writeln!(
            text,
            "  replication {replication}, {} s, call {}: {}: {}",
            breach.at, breach.call, breach.rule, breach.what
        );
    }
    if !outcomes.is_empty() {
        let _ = write!(text, "\n{}", render(table(verification), width));
        let failed = outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Fail).count();
        let open = outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Inconclusive).count();
        let _ = writeln!(
            text,
            "{}: {} passed, {failed} failed, {open} inconclusive; a sound run fails with a probability of at most {}",
            counted(outcomes.len() as u64, "measure"),
            outcomes.len() - failed - open,
            options.error_rate,
        );
    }
    for undecided in &verification.undecided {
        let groups: Vec<_> = undecided.groups.iter().map(|&group| scenario.groups[group].name.as_str()).collect();
        let _ = writeln!(text, "Not applicable to {} ({}): {}", groups.join(", "), undecided.what, undecided.why);
        for near in &undecided.approximations {
            let subject = near.subject.name(scenario);
            let name = near.measure.name(scenario.service_level_threshold);
            let _ = writeln!(
                text,
                "  for information: {name} of {subject} is about {:.6}, by {}",
                near.value, near.formula
            );
        }
    }
    if !verification.is_passed() {
        let _ = writeln!(text, "To repeat it: {command}");
    }
    if let Some((replication, _)) = breaches.first() {
        let seed = scenario.seed;
        let _ = writeln!(
            text,
            "To make it small: acdsim shrink SCENARIO --seed {seed} --replication {replication} --out DIR"
        );
    }
    text
}

fn table(verification: &Verification) -> comfy_table::Table {
    let mut table =
        new_table(&["Of", "Measure", "Model", "Expected", "Observed", "±", "Off by", "p, of all", "Verdict"]);
    let scenario = &verification.scenario;
    for outcome in &verification.outcomes {
        let Outcome { check, observed, half_width, statistic, adjusted_p_value, verdict, .. } = outcome;
        table.add_row([
            check.subject.name(scenario),
            check.measure.name(scenario.service_level_threshold),
            check.model.to_string(),
            significant(check.expected.value(), 6),
            significant(*observed, 6),
            half_width.map_or_else(|| "–".to_owned(), |half_width| significant(half_width, 6)),
            match (statistic, &check.expected) {
                (None, _) => "–".to_owned(),
                (Some(errors), Expected::Value(_)) => format!("{errors:+.2} se"),
                (Some(statistic), Expected::Longest(_)) => format!("A² {statistic:.2}"),
            },
            format!("{adjusted_p_value:.3}"),
            verdict.name().to_owned(),
        ]);
    }
    table
}
