#!/usr/bin/env python3
"""Imports all of the real data in each form, checks that no row is lost, and prints what simulations make of it.

usage: import-data.py ACDSIM DATA [--tables] [--replications N]

DATA has anonymous-bank-1999/calls-1999-01.tsv.gz to -07.tsv.gz (see docs/validation.md) and
bank-calls-2003/bank_calls_5min.csv (`bank_calls` of the R package fpp3). Each month is imported recorded and fitted, by the
bank's format and by the mapping; the counts of 2003 recorded and fitted. Of each import, rows read are rows used and dropped,
and each dropped row is in the list. With --tables each month is simulated too, and the tables of docs/validation.md are printed.
"""

import collections
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

MONTHS = [f"1999-{month:02}" for month in range(1, 8)]
VARIANTS = {
    "recorded": [],
    "with priority": ["--classes"],
    "with types": ["--groups"],
    "types by a fifth of services": ["--groups", "--served-share", "20%"],
    "with both": ["--groups", "--classes"],
    "fitted": ["--as", "fitted"],
    "fitted, empirical": [
        "--as", "fitted", "--talk-law", "empirical", "--shortest-talk", "1s", "--patience-law", "empirical",
    ],
    "fitted, with both": ["--as", "fitted", "--groups", "--classes"],
}


def run(*arguments):
    return subprocess.run([str(argument) for argument in arguments], check=True, capture_output=True, text=True).stdout


def imported(acdsim, work, *arguments):
    """The report of an import, whose rows are all accounted for."""
    out, dropped = work / "out", work / "dropped.csv"
    report = json.loads(run(acdsim, "import", *arguments, "--out", out, "--dropped", dropped, "--format", "json"))
    by_reason = sum(reason["count"] for reason in report["dropped_by_reason"])
    with open(dropped, encoding="utf-8", newline="") as file:
        listed = sum(1 for _ in csv.reader(file)) - 1
    assert report["read"] == report["used"] + report["dropped"], report
    assert report["dropped"] == by_reason == listed, (report["dropped"], by_reason, listed)
    return report, out


def every_row(acdsim, data, work):
    """Imports everything in each form."""
    for month in MONTHS:
        file = data / "anonymous-bank-1999" / f"calls-{month}.tsv.gz"
        reports = []
        for form in ("recorded", "fitted"):
            reports.append(imported(acdsim, work, "anonymous-bank", file, "--as", form)[0])
            reports.append(imported(acdsim, work, "calls", file, "--map", "anonymous-bank", "--as", form)[0])
        used = [report["used"] for report in reports]
        assert used[0] == used[2] and used[1] == used[3], used
        print(f"{month}: {reports[0]['read']} rows, {used[0]} used; by the mapping {used[1]}")
    series = data / "bank-calls-2003" / "bank_calls_5min.csv"
    for form in ("recorded", "fitted"):
        supplied = ("--talk", "190s", "--agents", "200")
        report, _ = imported(acdsim, work, "counts", series, "--map", "bank-2003", *supplied, "--as", form)
        special = ", ".join(day["date"] for day in report["special_days"]) or "none"
        print(f"2003 {form}: {report['read']} rows, {report['used']} used, {report['offered']} calls; special: {special}")
        assert report["used"] == 21294 and report["offered"] == 4098124, report


def half_hours(file):
    """What happened in each half hour, the groups and replications of it together: offered, answered, abandoned, waited."""
    hours, replications = collections.defaultdict(lambda: [0.0] * 4), set()
    with open(file, encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            replications.add(row.get("replication"))
            sums = hours[row["start"]]
            for index, column in enumerate(("offered", "answered", "abandoned")):
                sums[index] += float(row[column])
            sums[3] += float(row["answered"]) * float(row["asa_s"] or 0)
    return {start: [value / len(replications) for value in sums] for start, sums in hours.items()}


def asa(sums):
    return sums[3] / sums[1] if sums[1] else 0.0


def abandoned(sums):
    return sums[2] / sums[0] if sums[0] else 0.0


def compared(actual, simulated):
    """Totals of both, and the mean errors of a half hour: of ASA by the answered calls, of abandonment by the offered."""
    totals = [[sum(sums[index] for sums in hours.values()) for index in range(4)] for hours in (actual, simulated)]
    none = [0.0] * 4
    error_asa = sum(sums[1] * abs(asa(simulated.get(start, none)) - asa(sums)) for start, sums in actual.items())
    error_ab = sum(sums[0] * abs(abandoned(simulated.get(start, none)) - abandoned(sums)) for start, sums in actual.items())
    return totals, error_asa / totals[0][1], error_ab / totals[0][0]


def tables(acdsim, data, work, replications):
    head = ["month", "variant", "abandoned", "actual", "ASA s", "actual", "error of a half hour: abandoned", "ASA s"]
    print("| " + " | ".join(head) + " |\n| --- | --- |" + " --: |" * 6)
    everything = {variant: [[0.0] * 4, [0.0] * 4, 0.0, 0.0] for variant in VARIANTS}

    def row(month, variant, totals, error_asa, error_ab):
        (was, is_) = totals
        print(
            f"| {month} | {variant} | {abandoned(is_):.1%} | {abandoned(was):.1%} | {asa(is_):.1f} | {asa(was):.1f} "
            f"| {100 * error_ab:.1f} points | {error_asa:.1f} |".replace("%", " %"), flush=True
        )

    for month in MONTHS:
        for variant, options in VARIANTS.items():
            file = data / "anonymous-bank-1999" / f"calls-{month}.tsv.gz"
            out = imported(acdsim, work, "anonymous-bank", file, "--interval", "30m", *options)[1]
            result = work / "result"
            run(acdsim, "run", out / "scenario.toml", "--replications", replications, "--quiet", "--out", result)
            totals, error_asa, error_ab = compared(half_hours(out / "actual.csv"), half_hours(result / "intervals.csv"))
            row(month, variant, totals, error_asa, error_ab)
            sums = everything[variant]
            for index in range(4):
                sums[0][index] += totals[0][index]
                sums[1][index] += totals[1][index]
            sums[2] += error_asa * totals[0][1]
            sums[3] += error_ab * totals[0][0]
    for variant, (was, is_, error_asa, error_ab) in everything.items():
        row("**all**", f"**{variant}**", (was, is_), error_asa / was[1], error_ab / was[0])


def main():
    arguments = sys.argv[1:]
    acdsim, data = pathlib.Path(arguments[0]).resolve(), pathlib.Path(arguments[1])
    replications = int(arguments[arguments.index("--replications") + 1]) if "--replications" in arguments else 20
    with tempfile.TemporaryDirectory() as work:
        if "--tables" in arguments:
            tables(acdsim, data, pathlib.Path(work), replications)
        else:
            every_row(acdsim, data, pathlib.Path(work))


main()
