"""What writing the rows of calls and events costs: python3 rows-cost.py ACDSIM [ROUNDS]. No time is asserted.

The program has the cargo feature `parquet`. Each round runs every variant once, one after the other, into an empty directory and with
nothing left for the disk to do from the one before; of each the fastest run counts, for others may use the machine too. The cost is
(time with rows - time with --out) / time with --out, and once more / time without files.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time

VARIANTS = [
    ("no files", None),
    ("--out", []),
    ("--calls", ["--calls"]),
    ("--calls --parquet", ["--calls", "--parquet"]),
    ("--calls --parquet --no-csv", ["--calls", "--parquet", "--no-csv"]),
    ("--events", ["--events"]),
    ("--events --parquet", ["--events", "--parquet"]),
    ("--events --parquet --no-csv", ["--events", "--parquet", "--no-csv"]),
]
COMMAND = ["run", "scenarios/large.toml", "--quiet"]
program, rounds = os.path.realpath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10
os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))


def run(arguments):
    """Seconds by the clock, and of the processors."""
    before, start = os.times(), time.perf_counter()
    subprocess.run([program, *COMMAND, *arguments], check=True)
    wall, after = time.perf_counter() - start, os.times()
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


with tempfile.TemporaryDirectory() as out:
    times = {name: [] for name, _ in VARIANTS}
    for _ in range(rounds):
        for name, arguments in VARIANTS:
            shutil.rmtree(f"{out}/results", ignore_errors=True)
            os.sync()
            times[name].append(run([] if arguments is None else ["--out", f"{out}/results", *arguments]))
wall, busy = ({name: min(time[of] for time in runs) for name, runs in times.items()} for of in (0, 1))
print(f"`acdsim {' '.join(COMMAND)}`, the fastest of {rounds}")
print("| rows | seconds | of a processor | cost | cost to a run without files |")
print("| --- | --: | --: | --: | --: |")
for name, arguments in VARIANTS:
    more = wall[name] - wall["--out"]
    costs = f"{more / wall['--out']:.2f} | {more / wall['no files']:.2f}" if arguments else " | "
    print(f"| `{name}` | {wall[name]:.2f} | {busy[name]:.2f} | {costs} |")
