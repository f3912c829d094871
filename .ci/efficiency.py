#!/usr/bin/env python3
"""What two threads are worth: the speed of `acdsim run` with as many threads as processors, as a part of so many times that of one.

    python3 .ci/efficiency.py ACDSIM [TURNS]

runs the same replications with one thread and with all, in turn, and prints each turn and the median. Times are of the clock on the wall;
beside them are those of the processors, which tell work that threads make for each other from a machine that has other work.
"""

import os
import statistics
import subprocess
import sys
import time

SCENARIO = ["scenarios/large.toml", "--replications", "40", "--quiet"]


def run(acdsim, threads):
    """The seconds on the wall, and those of the processors, of a run."""
    before, start = os.times(), time.monotonic()
    subprocess.run([acdsim, "run", *SCENARIO, "--threads", str(threads)], check=True, stdout=subprocess.DEVNULL)
    after, end = os.times(), time.monotonic()
    return end - start, sum(after[2:4]) - sum(before[2:4])


def main():
    acdsim, turns = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 8
    processors = len(os.sched_getaffinity(0))
    efficiencies, costs = [], []
    for _ in range(turns):
        (one, of_one), (many, of_many) = run(acdsim, 1), run(acdsim, processors)
        efficiencies.append(one / many / processors)
        costs.append(of_many / of_one)
        print(
            f"one thread {one:.2f} s (of processors {of_one:.2f}), {processors} threads {many:.2f} s ({of_many:.2f}): "
            f"{efficiencies[-1]:.1%} of {processors} times the speed",
            flush=True,
        )
    print(f"median of {turns}: {statistics.median(efficiencies):.1%}; {processors} threads take "
          f"{statistics.median(costs):.2f} times the time of processors")


if __name__ == "__main__":
    main()
