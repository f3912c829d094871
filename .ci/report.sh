#!/usr/bin/env bash
# Opens reports in a headless Chromium: they load with no error and no request, the table sorts and filters, and screenshots are
# kept in target/ci-artefacts. Takes the program to test; `.ci/report.sh target/release/acdsim`.
set -euo pipefail
cd "$(dirname "$0")/.."
acdsim=$(realpath "${1:-target/release/acdsim}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v chromium >/dev/null; then
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    $sudo apt-get update -qq
    $sudo apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
fi
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet playwright==1.*

$acdsim run scenarios/bank-day.toml --calls --events --quiet --out "$work/bank-day"
$acdsim run scenarios/two-groups.toml --calls --quiet --out "$work/two-groups"
$acdsim run scenarios/two-groups.toml --calls --quiet --seed 2 --out "$work/another-seed"
$acdsim verify scenarios/verify/erlang-a-10.toml --format json >"$work/verdicts.json"
$acdsim report "$work/bank-day" "$work/verdicts.json" --scenario scenarios/bank-day.toml --output "$work/bank-day.html"
$acdsim run scenarios/whole-center.toml --quiet --out "$work/whole-center"
$acdsim report "$work/whole-center" --output "$work/whole-center.html"
$acdsim report "$work/two-groups" "$work/another-seed" --output "$work/compared.html"
# A curve, heat maps, small multiples and a Latin hypercube on one page.
sweep() { $acdsim sweep scenarios/quickstart.toml --replications 3 --quiet "$@"; }
seniors="agents.Senior.count=2..6"
patience="group.Support.patience.mean=30s,1m,2m"
sweep --set "$seniors" --out "$work/curve"
sweep --set "$seniors" --set "$patience" --out "$work/heat"
sweep --set "$seniors" --set "$patience" --set routing.agent_selection=longest-idle,lowest-rank --out "$work/multiples"
sweep --set "$seniors" --set "group.*.patience.mean=30s..5m log" --latin-hypercube 20 --out "$work/hypercube"
$acdsim report "$work"/{curve,heat,multiples,hypercube} --output "$work/sweep.html"

size=$(stat -c %s "$work/bank-day.html")
echo "the report of bank-day.toml has $size bytes"
[ "$size" -lt 2000000 ] || { echo "the report of bank-day.toml has 2 MB or more"; exit 1; }

mkdir -p target/ci-artefacts
"$work/venv/bin/python" .ci/report.py "$work" target/ci-artefacts bank-day compared whole-center sweep
