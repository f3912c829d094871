#!/usr/bin/env python3
"""Counts the instructions that a call takes in each workload, and fails if one takes more than 3 % more than is written down.

    python3 .ci/instructions.py target/release/acdsim            # check against benches/instructions.toml
    python3 .ci/instructions.py target/release/acdsim --write "REASON"

Callgrind counts what is executed, so the figure is the same however busy the machine is. What a run costs once is left out: the
figure is the difference between runs of 60,000 and of 20,000 calls. Whoever makes calls cost more commits the new figure with the reason.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

KEPT = Path(__file__).parent.parent / "benches" / "instructions.toml"
FEW, MANY = 20_000, 60_000
WORKLOADS = ["W1", "W2", "W3", "W4"]
MOST = 1.03


def count(acdsim: str, workload: str, calls: int) -> tuple[int, int]:
    """The calls that a run had in fact, and the instructions that it took."""
    run = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", acdsim, "bench", workload]
    done = subprocess.run([*run, "--calls", str(calls), "--format", "csv"], capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or collected is None:
        sys.exit(f"{' '.join(run)} failed:\n{done.stderr}")
    return int(done.stdout.splitlines()[1].split(",")[1]), int(collected[1])


def per_call(acdsim: str, workload: str) -> int:
    """Instructions a call."""
    (few, least), (many, most) = count(acdsim, workload, FEW), count(acdsim, workload, MANY)
    return round((most - least) / (many - few))


def main() -> None:
    acdsim, *options = sys.argv[1:]
    kept = tomllib.loads(KEPT.read_text())
    now = {workload: per_call(acdsim, workload) for workload in WORKLOADS}
    if options[:1] == ["--write"] and len(options) == 2:
        head = KEPT.read_text().split("[", 1)[0]
        same = {workload: kept[workload]["reason"] for workload in WORKLOADS if kept[workload]["instructions"] == now[workload]}
        tables = [
            f"[{workload}]\ninstructions = {now[workload]}\nreason = {same.get(workload, options[1])!r}\n" for workload in WORKLOADS
        ]
        KEPT.write_text(head + "\n".join(tables))
        return
    too_many = False
    for workload in WORKLOADS:
        figure = kept[workload]["instructions"]
        ratio = now[workload] / figure
        print(f"{workload}: {now[workload]} instructions a call, {figure} written down: {ratio - 1:+.1%}")
        too_many |= ratio > MOST
    if too_many:
        sys.exit(f"more than {MOST - 1:.0%} above {KEPT.name}: make it cheaper, or commit the figure with the reason (--write REASON)")


if __name__ == "__main__":
    main()
