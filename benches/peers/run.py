"""Times acdsim beside other simulators, on the same four workloads, and checks what each of them finds.

In each round every program simulates every workload once, acdsim first. The table has medians over the rounds: of the
speeds, and of the ratios to acdsim on the same workload in the same round. Exit codes: 0 done, 1 a program finds a
wrong mean wait, 2 the arguments are wrong, 3 something can not be installed, built or run.
"""

import argparse
import platform
import sys
from datetime import date
from functools import cache
from math import hypot, isclose, sqrt
from os import cpu_count
from pathlib import Path
from shutil import which
from statistics import median

import programs
from programs import Program, Timing
from reference import tally_of
from workloads import WORKLOADS, Tally

#: How many standard errors a mean wait may be off.
STANDARD_ERRORS = 4
#: By how much the calls are fewer with --quick.
QUICKER = 3
DEFAULT_DIRECTORY = programs.HERE.parents[1] / "target" / "peers"

#: By workload: the timing of acdsim, and that of the program, a pair for each round.
Timings = dict[str, list[tuple[Timing, Timing]]]


@cache
def expected(workload: str, calls: int) -> Tally:
    """What a program must find that draws as workloads.py does."""
    return tally_of(WORKLOADS[workload], calls)


def complaints(program: Program, name: str, calls: int, timing: Timing) -> list[str]:
    """What is wrong with the result of a run."""
    found, workload = timing.mean_wait_secs, WORKLOADS[name]
    wrong = []
    tolerance = STANDARD_ERRORS * hypot(workload.wait_error_secs, workload.wait_spread_secs / sqrt(timing.calls))
    if not abs(found - workload.wait_secs) <= tolerance:
        wrong.append(f"expected {workload.wait_secs} s within {tolerance:.4f} s, {STANDARD_ERRORS} standard errors")
    if program.same_draws:
        tally = expected(name, calls)
        if timing.calls != tally.calls:
            wrong.append(f"after {timing.calls} calls: expected {tally.calls} calls")
        elif not isclose(found, tally.mean_wait_secs(), rel_tol=1e-9):
            wrong.append(f"expected {tally.mean_wait_secs():.9f} s for just these calls")
    return [f"{program}, {name}: the mean wait is {found:.9f} s; {what}" for what in wrong]


def time_round(acdsim: Program, peers: list[Program], quick: bool, timings: dict[str, Timings]) -> list[str]:
    """Runs every program on every workload once; adds to the timings, and returns what is wrong."""
    wrong = []
    for name in WORKLOADS:
        beside = None
        for program in [acdsim, *peers]:
            if name in program.missing:
                continue
            calls = program.calls[name] // (QUICKER if quick else 1)
            timing = program.run(name, calls)
            beside = beside or timing
            print(f"{program}, {name}: {timing.calls} calls in {timing.seconds:.3f} s", file=sys.stderr, flush=True)
            wrong += complaints(program, name, calls, timing)
            timings[program.name][name].append((beside, timing))
    return wrong


def row(program: Program, timings: Timings) -> list[str]:
    """A program's line of the table."""
    cells = [program.name, program.version]
    for name in WORKLOADS:
        if name in program.missing:
            cells.append("–")
            continue
        speed = median(timing.calls_per_sec for _, timing in timings[name]) / 1e6
        ratio = median(acdsim.calls_per_sec / timing.calls_per_sec for acdsim, timing in timings[name])
        speed_text = f"{speed:.1f}" if speed >= 1 else f"{speed:#.2g}"
        ratio_text = f"{ratio:.1f}" if ratio < 10 else f"{ratio:,.0f}"
        cells.append(f"{speed_text} ({ratio_text}×)")
    return cells


def table(rows: list[list[str]], markdown: bool) -> str:
    """The table as text or Markdown: the first two columns to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = [
        [cell.ljust(width) if place < 2 else cell.rjust(width) for place, (cell, width) in enumerate(zip(row, widths))]
        for row in rows
    ]
    if not markdown:
        return "\n".join("  ".join(line).rstrip() for line in lines)
    rule = ["-" * width if place < 2 else "-" * (width - 1) + ":" for place, width in enumerate(widths)]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])


def processor() -> str:
    """The model of the processor, and how many there are."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{cpu_count()} × {model}"


def report(acdsim: Program, peers: list[Program], rounds: int, markdown: bool, timings: dict[str, Timings]) -> str:
    """Everything that is printed at the end."""
    head = ["program", "version", *WORKLOADS]
    rows = [head, *(row(program, timings[program.name]) for program in [acdsim, *peers])]
    notes = [f"{peer.name} has no {name}: {why}." for peer in peers for name, why in peer.missing.items()]
    times = "1 round" if rounds == 1 else f"medians of {rounds} rounds"
    python = f"Python {platform.python_version()}"
    return "\n".join([
        f"Million calls a second, and in brackets how many times as many acdsim simulates: {times}, {date.today()},",
        f"{processor()}, {python}.",
        "",
        table(rows, markdown),
        *(["", *notes] if notes else []),
    ])


def main() -> int:
    parser = argparse.ArgumentParser(description="Time acdsim beside other simulators, on the same four workloads.")
    parser.add_argument("acdsim", help="the program, such as target/release/acdsim")
    parser.add_argument("--rounds", type=int, default=5, help="how many rounds (default: 5)")
    parser.add_argument("--quick", action="store_true", help="one round with fewer calls, for the checks")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--directory", type=Path, default=DEFAULT_DIRECTORY, help="where the others are installed")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("there must be one round at least")
    if which(options.acdsim) is None:
        parser.error(f"there is no program {options.acdsim}; `cargo build --release` makes target/release/acdsim")
    rounds = 1 if options.quick else options.rounds
    try:
        acdsim, peers = programs.acdsim(options.acdsim), programs.peers(options.directory)
        timings: dict[str, Timings] = {each.name: {name: [] for name in WORKLOADS} for each in [acdsim, *peers]}
        for number in range(1, rounds + 1):
            print(f"Round {number} of {rounds}", file=sys.stderr, flush=True)
            wrong = time_round(acdsim, peers, options.quick, timings)
            if wrong:
                print(*wrong, sep="\n", file=sys.stderr)
                return 1
    except programs.Failed as failure:
        print(failure, file=sys.stderr)
        return 3
    print(report(acdsim, peers, rounds, options.markdown, timings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
