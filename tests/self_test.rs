//! Every fault is noticed, nothing is noticed without one, and `docs/self-test.md` says by what.

use acdsim::simulation::Control;
use acdsim::verify::{SelfTest, Trial, self_test};
use assert_cmd::Command;

/// The generated part, in Markdown.
fn table(tested: &SelfTest) -> String {
    let mut text =
        String::from("| fault | what is wrong | caught by | in | after |\n| --- | --- | --- | --- | ---: |\n");
    for Trial { fault, caught } in &tested.trials {
        let (name, what) = (fault.name(), fault.what());
        text += &match caught {
            None => format!("| `{name}` | {what} | **nothing** | | |\n"),
            Some(caught) => {
                format!("| `{name}` | {what} | {} | {} | {} |\n", caught.by, caught.scenario, caught.calls)
            }
        };
    }
    text
}

#[test]
fn every_fault_is_caught_and_the_table_says_by_what() {
    const BEGIN: &str = "<!-- generated from the self-test: begin -->\n";
    const END: &str = "<!-- generated from the self-test: end -->";
    let tested = self_test(0, &Control::default()).expect("it runs to its end");
    for sound in &tested.sound {
        assert_eq!(sound.false_alarm, None, "{} without a fault", sound.scenario);
    }
    assert_eq!(tested.escaped().map(|fault| fault.name()).collect::<Vec<_>>(), [""; 0], "faults that nothing noticed");
    assert!(tested.is_passed());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/self-test.md");
    let text = std::fs::read_to_string(path).expect("docs/self-test.md is there").replace("\r\n", "\n");
    let (before, rest) = text.split_once(BEGIN).expect("the generated part begins");
    let (_, after) = rest.split_once(END).expect("the generated part ends");
    let fresh = format!("{before}{BEGIN}\n{}\n{END}{after}", table(&tested));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, fresh).expect("docs/self-test.md can be written");
    } else {
        assert!(
            text == fresh,
            "docs/self-test.md is out of date: UPDATE_DOCS=1 cargo test --features faults --test self_test writes it anew"
        );
    }
}

#[test]
fn the_command_prints_a_row_a_fault() {
    let mut command = Command::cargo_bin("acdsim").expect("the program is built");
    let run = command.args(["verify", "--self-test", "--format", "csv"]);
    let printed = String::from_utf8(run.assert().success().get_output().stdout.clone()).expect("it is UTF-8");
    assert_eq!(printed.lines().count(), acdsim::fault::Fault::ALL.len() + 1);
}
