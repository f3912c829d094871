//! What the user is told about each kind of broken scenario; the snapshots are the messages as they are printed.

use std::path::Path;

use acdsim::scenario::{ScenarioErrors, parse, read};

/// The names of the broken scenarios, in order.
fn broken() -> Vec<String> {
    let files = std::fs::read_dir("tests/broken").expect("the broken scenarios are there");
    let names = files.map(|file| file.expect("a directory can be listed").file_name().into_string().expect("ASCII"));
    let mut names: Vec<String> = names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
    names.sort();
    assert!(names.len() >= 16);
    names
}

fn errors(name: &str) -> ScenarioErrors {
    read(Path::new(&format!("tests/broken/{name}.toml"))).expect_err(name)
}

fn printed(errors: &ScenarioErrors) -> String {
    errors.render(100, false).replace('\\', "/")
}

#[test]
fn each_broken_scenario_is_explained() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("broken/messages");
    settings.bind(|| {
        for name in broken() {
            insta::assert_snapshot!(name.clone(), printed(&errors(&name)));
        }
    });
}

#[test]
fn every_message_has_its_place_and_what_is_allowed() {
    for name in broken() {
        let errors = errors(&name);
        let text = printed(&errors);
        for problem in errors.problems() {
            let place = problem.place.unwrap_or_else(|| panic!("{name}: {problem:?}"));
            let file = problem.file.replace('\\', "/");
            assert!(text.contains(&format!("[{file}:{}:{}]", place.line, place.column)), "{name}: {problem:?}");
            assert!(problem.help.as_ref().is_some_and(|help| !help.is_empty()), "{name}: {problem:?}");
        }
    }
}

#[test]
fn problems_are_in_the_order_of_the_file() {
    for name in broken().iter().filter(|name| !name.starts_with("csv") && *name != "missing_talk") {
        let places: Vec<_> = errors(name)
            .problems()
            .iter()
            .filter_map(|problem| problem.place)
            .map(|place| (place.line, place.column))
            .collect();
        assert!(places.is_sorted(), "{name}: {places:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_said_to_be_so() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let file = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).expect("a file can be written");
        path
    };
    let said = |path: &Path| read(path).expect_err("it is broken").problems()[0].message.clone();
    assert!(said(&directory.path().join("none.toml")).contains("there is no such file"));
    assert!(said(directory.path()).contains("cannot be read"));
    assert_eq!(said(&file("latin1.toml", b"name = \"B\xfcro\"")), "the byte 0xfc is not UTF-8");
    let large = vec![b'#'; 16 * 1024 * 1024 + 1];
    assert!(said(&file("large.toml", &large)).contains("larger than 16 MiB"));
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_csv_file() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let demand = directory.path().join("demand.csv");
    std::fs::write(&demand, "\u{feff}start,calls\r\n\r\n08:00,30\r\n08:30,nine\r\n").expect("a file can be written");
    let text = "horizon = \"1d\"\n[[group]]\nname = \"A\"\ntalk = \"1m\"\narrivals = { counts = \"demand.csv\" }\n\
                [[agents]]\nname = \"Ann\"\ngroups = [\"A\"]\n";
    let errors = parse(text, &directory.path().join("x.toml")).expect_err("`nine` is no number");
    assert_eq!(errors.total(), 1, "{}", errors.render(100, false));
    let problem = &errors.problems()[0];
    assert_eq!(problem.message, "`calls` is `nine`, which is not a number");
    assert_eq!(problem.place.map(|place| (place.line, place.column)), Some((4, 7)));
}
