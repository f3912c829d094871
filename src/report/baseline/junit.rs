//! JUnit XML: a suite a baseline, a case a figure.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::super::verify::without_skipped;
use super::{Checked, change_text};
use crate::baseline::{Compared, Verdict};

/// Checked baselines as JUnit XML: a figure that has changed is a failure, with the command that repeats the check.
pub fn differences_junit(checked: &[Checked]) -> String {
    let mut report = Report::new("acdsim baseline check");
    for Checked { name, difference, command, .. } in checked {
        let mut suite = TestSuite::new(name.as_str());
        for figure in &difference.figures {
            suite.add_test_case(case(name, figure, command));
        }
        report.add_test_suite(suite);
    }
    let xml = report.to_string().expect("a report of text can be written");
    without_skipped(&xml)
}

fn case(name: &str, figure: &Compared, command: &str) -> TestCase {
    let status = match figure.verdict {
        Verdict::Same | Verdict::Within => TestCaseStatus::success(),
        Verdict::Changed => {
            let message = change_text(figure);
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(message.as_str());
            status.set_type("changed");
            status.set_description(format!("{message}\n{command}"));
            status
        }
    };
    let mut case = TestCase::new(figure.metric.as_str(), status);
    case.set_classname(format!("{name}.{}", figure.subject));
    case
}
