#!/usr/bin/env python3
"""Counts the instructions that a call takes in each workload, and fails if one takes more than 3 % more than is written down.

    python3 .ci/instructions.py target/release/acdsim            # check against benches/instructions.toml
    python3 .ci/instructions.py target/release/acdsim --write "REASON"

W1 to W4 are those of `acdsim bench`; the others are scenarios in benches/, with what `acdsim run` makes of each replication. Callgrind counts
what is executed, so the figure is the same however busy the machine is. What a run costs once is left out: the figure is the difference
between a longer and a shorter run. Whoever makes calls cost more commits the new figure with the reason.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "benches" / "instructions.toml"
FEW, MANY = 20_000, 60_000
FEW_REPLICATIONS, MANY_REPLICATIONS = 2, 4
WORKLOADS = ["W1", "W2", "W3", "W4"]
SCENARIOS = ["some-features", "every-feature"]
MOST = 1.03


def count(command: list[str]) -> tuple[str, int]:
    """What a command prints, and the instructions that it took."""
    run = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    done = subprocess.run(run, capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or collected is None:
        sys.exit(f"{' '.join(run)} failed:\n{done.stderr}")
    return done.stdout, int(collected[1])


def of_workload(acdsim: str, workload: str, calls: int) -> tuple[int, int]:
    """The calls that a run of a workload had in fact, and the instructions that it took."""
    printed, instructions = count([acdsim, "bench", workload, "--calls", str(calls), "--format", "csv"])
    return int(printed.splitlines()[1].split(",")[1]), instructions


def of_scenario(acdsim: str, name: str, replications: int) -> tuple[int, int]:
    """The same of a scenario in benches/."""
    run = [acdsim, "run", str(ROOT / "benches" / f"{name}.toml"), "--threads", "1", "--format", "json"]
    printed, instructions = count([*run, "--replications", str(replications)])
    return json.loads(printed)["calls"], instructions


def per_call(acdsim: str, name: str) -> int:
    """Instructions a call."""
    if name in SCENARIOS:
        (few, least), (many, most) = (of_scenario(acdsim, name, times) for times in (FEW_REPLICATIONS, MANY_REPLICATIONS))
    else:
        (few, least), (many, most) = (of_workload(acdsim, name, calls) for calls in (FEW, MANY))
    return round((most - least) / (many - few))


def main() -> None:
    acdsim, *options = sys.argv[1:]
    kept = tomllib.loads(KEPT.read_text())
    names = WORKLOADS + SCENARIOS
    now = {name: per_call(acdsim, name) for name in names}
    if options[:1] == ["--write"] and len(options) == 2:
        head = KEPT.read_text().split("[", 1)[0]
        same = {name: of["reason"] for name, of in kept.items() if of["instructions"] == now[name]}
        tables = [f"[{name}]\ninstructions = {now[name]}\nreason = {same.get(name, options[1])!r}\n" for name in names]
        KEPT.write_text(head + "\n".join(tables))
        return
    too_many = False
    for name in names:
        figure = kept[name]["instructions"]
        ratio = now[name] / figure
        print(f"{name}: {now[name]} instructions a call, {figure} written down: {ratio - 1:+.1%}")
        too_many |= ratio > MOST
    if too_many:
        sys.exit(f"more than {MOST - 1:.0%} above {KEPT.name}: make it cheaper, or commit the figure with the reason (--write REASON)")


if __name__ == "__main__":
    main()
