#!/usr/bin/env bash
# `acdsim staff` on real data and against reference values. Takes the program and the directory of the shared data:
# `.ci/staff.sh target/release/acdsim ../shared`.
#
# The formula is checked against every agents_for_80_20 of the reference values. A bank's week is imported, staffed by formula,
# simulation and shifts; the plan is run with another seed, and meets the target within its interval, on every day and in all.
set -euo pipefail
acdsim=$(realpath "$1")
shared=$(realpath "$2")
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "the formula against the reference values"
python3 - "$acdsim" "$shared/reference/analytic.csv" "$work" <<'PY'
import csv, json, subprocess, sys
acdsim, reference, work = sys.argv[1:]
checked = 0
for case in csv.DictReader(open(reference)):
    if case["metric"] != "agents_for_80_20":
        continue
    parameters = json.loads(case["parameters"])
    with open(f"{work}/demand.csv", "w") as demand:
        demand.write(f"start,calls,talk_s\n08:00,{parameters['calls_per_hour']},{parameters['aht_s']}\n")
    # The formula does not depend on how much is simulated, so little is.
    command = [acdsim, "staff", f"{work}/demand.csv", "--every", "1h", "--service-level", "80%", "--within", "20s",
               "--replications", "2", "--format", "csv"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    agents = next(csv.DictReader(printed.splitlines()))["formula"]
    if agents != case["expected"]:
        sys.exit(f"{case['id']}: {agents} agents by formula, and not {case['expected']}: {' '.join(command)}")
    checked += 1
if checked < 9:
    sys.exit(f"only {checked} reference values of agents_for_80_20")
print(f"{checked} cases of agents_for_80_20 agree")
PY

echo "the bank's week: import, staff, run"
bank=$shared/data/anonymous-bank-1999
$acdsim import anonymous-bank "$bank/week-1999-02-07.tsv" --staff "$bank/intervals-30min.csv" \
    --from 1999-02-07 --days 7 --as fitted --out "$work/week" >/dev/null
cat >"$work/rules.toml" <<'TOML'
open = [{ from = "07:00", to = "24:00" }]
max_agents = 30

[[shift]]
name = "Full"
length = "8h"
breaks = [{ length = "30m", earliest = "3h", latest = "5h" }]

[[shift]]
name = "Half"
length = "4h"
extra_cost = 0.5
TOML
time $acdsim staff "$work/week/scenario.toml" --interval 30m --service-level 80% --within 20s --shrinkage 5% \
    --rules "$work/rules.toml" --next-agent --out "$work/plan" | sed -n '1,3p;/^Days/,$p'
$acdsim run "$work/plan/scenario.toml" --seed 4711 --replications 200 --format json >"$work/run.json"
python3 - "$work" <<'PY'
import csv, json, sys
work = sys.argv[1]
level = json.load(open(f"{work}/run.json"))["groups"][0]["metrics"]["sl_20_of_offered"]
print(f"the plan, run with another seed: {100 * level['mean']:.1f} ± {100 * level['ci95']:.1f} % within 20 s")
if level["mean"] - level["ci95"] < 0.8:
    sys.exit("the plan does not meet its target when it is run")
rows = list(csv.DictReader(open(f"{work}/plan/targets.csv")))
for row in rows:
    if row["verdict"] == "missed" or row["span"] == "day" and float(row["p_met"] or 1) < 0.5:
        sys.exit(f"a target is missed: {row}")
plan = list(csv.DictReader(open(f"{work}/plan/plan.csv")))
short = [row for row in plan if int(row["on_shift"]) < int(row["simulated"])]
if short:
    sys.exit(f"the shifts do not cover the plan: {short[0]}")
differ = sum(row["source"] == "simulation" for row in plan)
print(f"{len(plan)} intervals, in {differ} of which simulation differs from the formula; all covered by shifts")
PY

echo "the recorded week itself"
$acdsim import anonymous-bank "$bank/week-1999-02-07.tsv" --staff "$bank/intervals-30min.csv" \
    --from 1999-02-07 --days 7 --out "$work/recorded" >/dev/null
$acdsim staff "$work/recorded/scenario.toml" --interval 30m --service-level 80% --rules "$work/rules.toml" \
    --out "$work/recorded-plan" | sed -n '/^Days/,/^$/p;/^Scheduled/,$p'
$acdsim run "$work/recorded-plan/scenario.toml" --quiet
echo "staffing holds"
