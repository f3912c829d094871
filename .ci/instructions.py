#!/usr/bin/env python3
"""Counts the instructions that a call takes on each workload, under callgrind, and holds them against benches/instructions.toml.

    python3 .ci/instructions.py target/release/acdsim

It is the slope between two lengths of a run, so that what is done once does not enter it; it is the same on every machine with
the same compiler, however busy. More than 3 % above the figure that is written down fails: whoever means it writes the new one down,
with the reason. Needs valgrind.
"""

import json
import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor

FEW, MANY, ALLOWED = 20_000, 60_000, 0.03


def count(acdsim, workload, calls):
    """The calls of a run and the instructions that it took."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", acdsim, "bench", workload,
               "--calls", str(calls), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    instructions = re.search(r"Collected : (\d+)", done.stderr)
    return json.loads(done.stdout)[0]["calls"], int(instructions[1])


def slope(acdsim, workload):
    few, many = count(acdsim, workload, FEW), count(acdsim, workload, MANY)
    return (many[1] - few[1]) / (many[0] - few[0])


def main():
    acdsim = sys.argv[1]
    with open("benches/instructions.toml", "rb") as file:
        written = tomllib.load(file)["instructions_per_call"]
    with ThreadPoolExecutor(2) as pool:
        found = dict(zip(written, pool.map(lambda workload: slope(acdsim, workload), written)))
    worse = False
    for workload, before in written.items():
        change = found[workload] / before - 1
        print(f"{workload}: {found[workload]:.0f} instructions a call, {before} written down, {100 * change:+.1f} %")
        worse = worse or change > ALLOWED
        if change < -ALLOWED:
            print(f"{workload}: write the new figure down in benches/instructions.toml")
    if worse:
        sys.exit("a call takes more instructions than is written down in benches/instructions.toml: if that is meant, write the "
                 "new figure down, with the reason")


if __name__ == "__main__":
    main()
