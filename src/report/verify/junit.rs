//! JUnit XML: a suite a scenario, a case a measure.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::verify::{Outcome, Verdict, Verification};

/// Several verifications as JUnit XML, as GitLab, Jenkins and GitHub read it.
///
/// A measure that failed is a failure, with the command that repeats it; one that is inconclusive is an error, so that it
/// does not pass for a success. What no model describes is a skipped case. `commands` repeat the verifications.
pub fn verifications_junit(verifications: &[Verification], commands: &[String]) -> String {
    let mut report = Report::new("acdsim verify");
    for (verification, command) in verifications.iter().zip(commands) {
        let scenario = &verification.scenario;
        let mut suite = TestSuite::new(scenario.name.as_str());
        let mut audit = TestCase::new("audit", TestCaseStatus::success());
        audit.set_classname(format!("{}.audit", scenario.name));
        if let Some((replication, breach)) = verification.breaches.first() {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(format!("{}: {}", breach.rule, breach.what));
            status.set_type("breach");
            status.set_description(format!(
                "replication {replication}, {} s, call {}\n{command}",
                breach.at, breach.call
            ));
            audit.status = status;
        }
        suite.add_test_case(audit);
        for outcome in &verification.outcomes {
            suite.add_test_case(case(verification, outcome, command));
        }
        for undecided in &verification.undecided {
            let groups: Vec<_> = undecided.groups.iter().map(|&group| scenario.groups[group].name.as_str()).collect();
            let mut status = TestCaseStatus::skipped();
            status.set_message(undecided.why.as_str());
            let mut case = TestCase::new(format!("{}: {}", groups.join(", "), undecided.what), status);
            case.set_classname(format!("{}.not_applicable", scenario.name));
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    let xml = report.to_string().expect("a report of text can be written");
    without_skipped(&xml)
}

/// The report without the number of all skipped cases: the schema that Jenkins publishes has it for each suite only.
pub(in crate::report) fn without_skipped(xml: &str) -> String {
    let Some((head, rest)) = xml.split_once("<testsuites") else { return xml.to_owned() };
    let Some((attributes, rest)) = rest.split_once('>') else { return xml.to_owned() };
    let kept = attributes.split(' ').filter(|attribute| !attribute.starts_with("skipped="));
    format!("{head}<testsuites{}>{rest}", kept.collect::<Vec<_>>().join(" "))
}

fn case(verification: &Verification, outcome: &Outcome, command: &str) -> TestCase {
    let scenario = &verification.scenario;
    let subject = outcome.check.subject.name(scenario);
    let metric = outcome.check.measure.name(scenario.service_level_threshold);
    let half_width = outcome.half_width.map_or_else(String::new, |width| format!(" ± {width}"));
    let message = format!(
        "expected {} by {}, observed {}{half_width}",
        outcome.check.expected.value(),
        outcome.check.model,
        outcome.observed
    );
    let not_passed = |kind, what: &str| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(message.as_str());
        status.set_type(what);
        status.set_description(format!("{message}\np = {} of all measures\n{command}", outcome.adjusted_p_value));
        status
    };
    let status = match outcome.verdict {
        Verdict::Pass => TestCaseStatus::success(),
        Verdict::Fail => not_passed(NonSuccessKind::Failure, "fail"),
        Verdict::Inconclusive => not_passed(NonSuccessKind::Error, "inconclusive"),
    };
    let mut case = TestCase::new(metric, status);
    case.set_classname(format!("{}.{subject}", scenario.name));
    case
}
