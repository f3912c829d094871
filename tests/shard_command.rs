//! `--shard`, `--resume` and `acdsim merge`: the bytes of one machine, and everything that is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use flate2::Crc;
use predicates::prelude::*;
use serde_json::Value;
use tempfile::{TempDir, tempdir};

const QUICKSTART: &str = "scenarios/quickstart.toml";

fn acdsim(arguments: &[&str]) -> Assert {
    let mut command = Command::cargo_bin("acdsim").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env_remove("COLUMNS").args(arguments).assert()
}

fn printed(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

/// All files in a directory and below it.
fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![directory.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.strip_prefix(directory).unwrap().to_path_buf(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// A directory with the shards of a command.
struct Shards {
    directory: TempDir,
    total: u32,
}

impl Shards {
    fn of(command: &[&str], total: u32) -> Self {
        let shards = Shards { directory: tempdir().unwrap(), total };
        for number in 1..=total {
            let shard = format!("{number}/{total}");
            acdsim(&[command, &["--shard", &shard, "--out", &shards.text(number)]].concat()).success();
        }
        shards
    }

    fn path(&self, name: impl ToString) -> PathBuf {
        self.directory.path().join(name.to_string())
    }

    fn text(&self, name: impl ToString) -> String {
        self.path(name).display().to_string()
    }

    fn merge(&self, more: &[&str]) -> Assert {
        // The order in which they are named makes no difference.
        let shards: Vec<String> = (1..=self.total).rev().map(|number| self.text(number)).collect();
        let arguments = ["merge"].into_iter().chain(shards.iter().map(String::as_str)).chain(more.iter().copied());
        acdsim(&arguments.collect::<Vec<_>>())
    }

    /// Nothing is merged; the message has these parts.
    fn refused(&self, parts: &[&str]) {
        let out = self.text("refused");
        let assert = self.merge(&["--out", &out]).code(2);
        let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
        parts.iter().for_each(|part| assert!(said.contains(part), "{part:?} is not in: {said}"));
        assert!(!Path::new(&out).exists(), "something was written");
        assert_eq!(printed(&assert), "");
    }
}

fn same_as_one(command: &[&str], totals: &[u32]) {
    let one = tempdir().unwrap();
    let out = one.path().display().to_string();
    let alone = acdsim(&[command, &["--out", &out]].concat()).success();
    for &total in totals {
        let shards = Shards::of(command, total);
        let merged = shards.merge(&["--out", &shards.text("all")]).success();
        assert_eq!(printed(&merged), printed(&alone), "{total} shards");
        assert!(files(&shards.path("all")) == files(one.path()), "{total} shards of {command:?}");
    }
}

#[test]
fn the_shards_of_a_run_are_merged_to_the_bytes_of_one_machine() {
    same_as_one(&["run", QUICKSTART, "--replications", "7", "--calls", "--events"], &[1, 3, 9]);
    same_as_one(&["run", "scenarios/whole-center.toml", "--replications", "3", "--calls", "--seed", "5"], &[2]);
    same_as_one(&["run", "scenarios/two-handlers.toml", "--replications", "3"], &[2]);
}

#[test]
fn the_shards_of_a_sweep_are_merged_to_the_bytes_of_one_machine() {
    let sweep =
        ["sweep", QUICKSTART, "--set", "agents.Senior.count=2..4", "--set", "group.Support.patience.mean=1m,2m"];
    same_as_one(&[&sweep[..], &["--replications", "3", "--group", "Support", "--metric", "asa_s"]].concat(), &[1, 4]);
    same_as_one(&["sweep", QUICKSTART, "--set", "seed=1..3", "--replications", "2"], &[2]);
}

#[test]
fn the_shards_of_a_verification_are_merged_to_the_verdicts_of_one_machine() {
    let scenarios = ["scenarios/verify/erlang-c-05.toml", "scenarios/verify/loss.toml", QUICKSTART];
    let command = [&["verify"], &scenarios[..], &["--precision", "20%"]].concat();
    let shards = Shards::of(&command, 2);
    let (one, merged) = (shards.text("one.xml"), shards.text("merged.xml"));
    let alone = acdsim(&[&command[..], &["--junit", &one]].concat());
    let joined = shards.merge(&["--junit", &merged]);
    assert_eq!(printed(&joined), printed(&alone));
    assert_eq!(joined.get_output().status.code(), alone.get_output().status.code());
    assert_eq!(fs::read(one).unwrap(), fs::read(merged).unwrap());
    for format in ["json", "csv"] {
        let alone = acdsim(&[&command[..], &["--format", format]].concat());
        assert_eq!(printed(&shards.merge(&["--format", format])), printed(&alone), "{format}");
    }
    shards.merge(&["--out", &shards.text("out")]).code(2).stderr(predicate::str::contains("--junit FILE"));
}

#[test]
fn a_verification_that_fails_fails_when_it_is_merged() {
    // Too few calls for what is asked: it is inconclusive.
    let command = ["verify", "scenarios/verify/erlang-c-05.toml", "--precision", "0.01%", "--max-calls", "1000"];
    let alone = acdsim(&command).code(1);
    assert_eq!(printed(&Shards::of(&command, 2).merge(&[]).code(1)), printed(&alone));
    let allowed = [&command[..], &["--allow-inconclusive"]].concat();
    Shards::of(&allowed, 2).merge(&[]).success();
}

#[test]
fn the_seeds_of_a_verification_are_shards_too() {
    let command = ["verify", "scenarios/verify/erlang-c-05.toml", "--precision", "50%", "--seeds", "5"];
    let alone = acdsim(&command).success();
    assert_eq!(printed(&Shards::of(&command, 3).merge(&[]).success()), printed(&alone));
}

#[test]
fn every_format_is_printed_and_what_has_rows_is_merged_without_files_too() {
    let command = ["run", QUICKSTART, "--replications", "3"];
    let shards = Shards::of(&[&command[..], &["--calls"]].concat(), 2);
    for format in ["text", "json", "csv"] {
        let alone = acdsim(&[&command[..], &["--format", format]].concat()).success();
        assert_eq!(printed(&shards.merge(&["--format", format]).success()), printed(&alone), "{format}");
    }
    shards.merge(&["--junit", "x.xml"]).code(2).stderr(predicate::str::contains("shards of a verification"));
    assert!(!Path::new("x.xml").exists());
}

#[test]
fn a_shard_has_the_same_bytes_for_any_number_of_threads() {
    let one = Shards::of(&["run", QUICKSTART, "--replications", "9", "--calls", "--threads", "1"], 2);
    let three = Shards::of(&["run", QUICKSTART, "--replications", "9", "--calls", "--threads", "3"], 2);
    assert!(files(one.directory.path()) == files(three.directory.path()));
}

const SIX: [&str; 5] = ["run", QUICKSTART, "--replications", "6", "--calls"];

#[test]
fn missing_shards_are_named() {
    let mut shards = Shards::of(&SIX, 3);
    shards.total = 2;
    shards.refused(&["of 3 shards one is missing: 3/3"]);
    let two = [shards.text(2)];
    acdsim(&["merge", &two[0]]).code(2).stderr(predicate::str::contains("1/3, 3/3"));
}

#[test]
fn a_shard_that_is_there_twice_is_named() {
    let shards = Shards::of(&SIX, 2);
    let (first, copy) = (shards.text(1), shards.text("copy"));
    fs::create_dir(&copy).unwrap();
    fs::copy(shards.path(1).join("shard.json"), Path::new(&copy).join("shard.json")).unwrap();
    acdsim(&["merge", &first, &shards.text(2), &copy])
        .code(2)
        .stderr(predicate::str::contains(format!("{first} and {copy} are both shard 1/2")));
}

#[test]
fn foreign_shards_are_named() {
    let shards = Shards::of(&SIX, 2);
    for (other, said) in
        [(["--seed", "9", "--shard", "2/2"], "--seed 9 "), (["--threads", "1", "--shard", "2/3"], "shard 2/3")]
    {
        fs::remove_dir_all(shards.path(2)).unwrap();
        acdsim(&[&SIX[..], &other, &["--out", &shards.text(2)]].concat()).success();
        shards.refused(&["is foreign", &shards.text(2), said]);
    }
    // Of another version of the program, with a right checksum.
    let path = shards.path(1).join("shard.json");
    let mut json: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    json["acdsim"] = "0.0.9".into();
    json["checksum"] = 0.into();
    let mut crc = Crc::new();
    crc.update(json.to_string().as_bytes());
    json["checksum"] = crc.sum().into();
    fs::write(&path, json.to_string()).unwrap();
    shards.refused(&[&shards.text(1), "it is of acdsim 0.0.9"]);
}

#[test]
fn shards_of_a_scenario_that_has_changed_since_are_refused() {
    let directory = tempdir().unwrap();
    let scenario = directory.path().join("desk.toml");
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(QUICKSTART)).unwrap();
    fs::write(&scenario, &text).unwrap();
    let shards = Shards::of(&["run", scenario.to_str().unwrap(), "--replications", "2"], 2);
    shards.merge(&[]).success();
    fs::write(&scenario, text.replace("110/h", "120/h")).unwrap();
    shards.refused(&["is foreign", "what the same command makes of its files now"]);
    fs::remove_file(&scenario).unwrap();
    shards.refused(&["desk.toml", "cannot be read"]);
}

#[test]
fn damaged_shards_are_named() {
    let shards = Shards::of(&SIX, 2);
    let part = shards.path(2).join("parts/4.part");
    let whole = fs::read(&part).unwrap();
    let name = part.display().to_string();
    let damages: [(Vec<u8>, &str); 3] = [
        (whole[..whole.len() - 1].to_vec(), "is damaged"),
        (Vec::new(), "is damaged"),
        (
            {
                let mut flipped = whole.clone();
                flipped[whole.len() / 2] ^= 1;
                flipped
            },
            "is damaged",
        ),
    ];
    for (bytes, said) in damages {
        fs::write(&part, bytes).unwrap();
        shards.refused(&[&name, "of shard 2/2", said]);
    }
    // The part of another item, whole as it is.
    fs::copy(shards.path(2).join("parts/2.part"), &part).unwrap();
    shards.refused(&[&name, "no part of this experiment"]);
    fs::remove_file(&part).unwrap();
    shards.refused(&[&name, "it is not there"]);
    fs::write(&part, &whole).unwrap();

    let manifest = shards.path(1).join("shard.json");
    let text = fs::read_to_string(&manifest).unwrap();
    for (damaged, said) in [
        (text.replace("\"shard\": 1", "\"shard\": 2"), "its checksum"),
        (text.replace("\"bytes\": ", "\"bytes\": 1"), "its checksum"),
        (text[..text.len() / 2].to_owned(), "it is no JSON"),
        (text.replace("\"form\": 1", "\"form\": 7"), "`form` 7"),
        ("{}".to_owned(), "has no `form`"),
        (text.replace("\"items\": 6", "\"items\": -6"), "is damaged"),
    ] {
        assert_ne!(damaged, text);
        fs::write(&manifest, damaged).unwrap();
        shards.refused(&[&shards.text(1), said]);
    }
    fs::remove_file(&manifest).unwrap();
    shards.refused(&[&shards.text(1), "it has no shard.json"]);
    fs::remove_dir_all(shards.path(1)).unwrap();
    shards.refused(&[&shards.text(1), "it is not there"]);
}

#[test]
fn a_shard_that_is_run_again_does_only_what_is_not_whole() {
    let shards = Shards::of(&SIX, 2);
    let directory = shards.path(1);
    let before = files(&directory);
    let modified = |item: u32| fs::metadata(directory.join(format!("parts/{item}.part"))).unwrap().modified().unwrap();
    let kept = modified(1);
    // One is cut off, one is gone, and something is left of a process that was killed.
    fs::write(directory.join("parts/3.part"), &before[Path::new("parts/3.part")][..100]).unwrap();
    fs::remove_file(directory.join("parts/5.part")).unwrap();
    let half = directory.join("parts/.acdsim-half");
    fs::write(&half, "half").unwrap();
    let again = acdsim(&[&SIX[..], &["--shard", "1/2", "--out", &shards.text(1)]].concat()).success();
    again.stderr("acdsim: 1 of 3 replications are done already and were taken over\n");
    fs::remove_file(half).unwrap();
    assert!(files(&directory) == before);
    assert_eq!(modified(1), kept, "a finished replication was run again");
    shards.merge(&[]).success();
}

#[cfg(unix)]
mod interrupted {
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    use super::*;

    /// Lets a command run until it has kept some parts, and ends it with this signal.
    fn interrupted(arguments: &[&str], out: &Path, signal: &str) -> (Child, usize) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_acdsim"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while parts(out) < 3 {
            assert!(began.elapsed() < Duration::from_secs(120), "nothing is kept");
            assert!(child.try_wait().unwrap().is_none(), "it ended before it was interrupted");
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        child.wait().unwrap();
        (child, parts(out))
    }

    fn parts(out: &Path) -> usize {
        fs::read_dir(out.join("parts")).map_or(0, |entries| {
            entries.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part")).count()
        })
    }

    const RUN: [&str; 7] = ["run", QUICKSTART, "--replications", "2000", "--calls", "--threads", "2"];

    #[test]
    fn a_run_goes_on_where_it_was_interrupted_or_killed() {
        let directory = tempdir().unwrap();
        let out = directory.path().join("resumed");
        let arguments = [&RUN[..], &["--resume", "--out", out.to_str().unwrap()]].concat();
        let (mut child, kept) = interrupted(&arguments, &out, "-INT");
        let mut said = String::new();
        std::io::Read::read_to_string(child.stderr.as_mut().unwrap(), &mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
        assert!(
            said.contains(&format!("{kept} of 2000 replications are kept")) && said.contains("interrupted"),
            "{said}"
        );
        assert!(!out.join("summary.json").exists() && !out.join("calls.csv").exists());

        // The second time it is killed without a warning; what it has kept has not become less.
        let before: BTreeMap<PathBuf, Vec<u8>> = files(&out.join("parts"));
        let (_, more) = interrupted(&arguments, &out, "-KILL");
        assert!(more >= kept);
        let after = files(&out.join("parts"));
        let whole = before.iter().filter(|(name, _)| name.extension().is_some());
        assert!(whole.into_iter().all(|(name, bytes)| after.get(name) == Some(bytes)));

        let done = acdsim(&arguments).success();
        done.stderr(predicate::str::contains(format!("{more} of 2000 replications are done already")));
        let at_once = directory.path().join("at once");
        acdsim(&[&RUN[..], &["--out", at_once.to_str().unwrap()]].concat()).success();
        // Nothing is left of what was kept.
        assert!(files(&out) == files(&at_once));
    }
}

#[test]
fn a_resumed_run_prints_and_writes_what_any_run_does() {
    let directory = tempdir().unwrap();
    let out = |name: &str| directory.path().join(name).display().to_string();
    for format in ["text", "json", "csv"] {
        let run = [&SIX[..], &["--events", "--format", format]].concat();
        let plain = acdsim(&[&run[..], &["--out", &out("plain")]].concat()).success();
        let resumed = acdsim(&[&run[..], &["--resume", "--out", &out("resumed")]].concat()).success();
        assert_eq!(printed(&resumed), printed(&plain));
        assert!(files(Path::new(&out("resumed"))) == files(Path::new(&out("plain"))));
    }
}

#[test]
fn a_directory_of_something_else_is_not_taken() {
    let shards = Shards::of(&SIX, 2);
    let one = shards.text(1);
    let before = files(shards.directory.path());
    let refused = |more: &[&str], said: &str| {
        acdsim(&[&SIX[..], more, &["--out", &one]].concat()).code(2).stderr(predicate::str::contains(said));
    };
    refused(&["--shard", "2/2"], "holds shard 1/2");
    refused(&["--shard", "1/3"], "and this is shard 1/3");
    refused(&["--shard", "1/2", "--seed", "4"], "choose another directory");
    refused(&["--resume"], "and this is shard 1/1");
    assert!(files(shards.directory.path()) == before);
}

#[test]
fn wrong_arguments_exit_with_2_and_a_directory_that_cannot_be_made_with_3() {
    let refused = |arguments: &[&str], said: &str| {
        acdsim(arguments).code(2).stderr(predicate::str::contains(said));
    };
    refused(&["run", QUICKSTART, "--shard", "1/2"], "--out <DIR>");
    refused(&["run", QUICKSTART, "--resume"], "--out <DIR>");
    refused(&["run", QUICKSTART, "--shard", "3/2", "--out", "x"], "3 is none of 2");
    refused(&["run", QUICKSTART, "--shard", "half", "--out", "x"], "it is K/N, such as 3/16");
    refused(&["run", QUICKSTART, "--shard", "1/2", "--actual", "x", "--out", "x"], "cannot be used with");
    refused(&["verify", QUICKSTART, "--out", "x"], "--shard <K/N>");
    refused(&["merge"], "<DIR>");
    refused(&["merge", "/dev/null"], "is no directory of a shard");
    if cfg!(unix) {
        acdsim(&["run", QUICKSTART, "--shard", "1/2", "--out", "/dev/null/x"]).code(3);
        let shards = Shards::of(&["run", QUICKSTART, "--replications", "1"], 1);
        shards.merge(&["--out", "/dev/null/x"]).code(3);
    }
}

#[test]
fn an_array_job_says_which_shard_it_is() {
    let directory = tempdir().unwrap();
    for (variables, shard, said) in [
        (
            &[("SLURM_ARRAY_TASK_ID", "2"), ("SLURM_ARRAY_TASK_MIN", "1"), ("SLURM_ARRAY_TASK_COUNT", "3")][..],
            "auto",
            "Shard 2/3",
        ),
        (&[("JOB_COMPLETION_INDEX", "0")], "auto/4", "Shard 1/4"),
        (&[("AWS_BATCH_JOB_ARRAY_INDEX", "1"), ("AWS_BATCH_JOB_ARRAY_SIZE", "2")], "auto", "Shard 2/2"),
    ] {
        let mut command = Command::cargo_bin("acdsim").unwrap();
        let out = directory.path().join(said.replace('/', " of "));
        command.current_dir(env!("CARGO_MANIFEST_DIR")).args(SIX).args(["--shard", shard, "--out"]).arg(&out);
        command.envs(variables.iter().copied()).assert().success().stdout(predicate::str::contains(said));
    }
}

/// The recipes of `docs/cluster.md` are the files that are shipped and tried.
#[test]
fn the_page_has_the_recipes_that_are_tried() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap().replace("\r\n", "\n");
    let page = read("docs/cluster.md");
    for file in ["slurm.sbatch", "kubernetes.yaml", "parallel.sh"] {
        let text = read(&format!("examples/cluster/{file}"));
        assert!(page.contains(&text), "docs/cluster.md does not have examples/cluster/{file} as it is");
    }
}
