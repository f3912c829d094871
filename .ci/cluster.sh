#!/usr/bin/env bash
# The recipes of docs/cluster.md that need no Slurm: the manifest against the schema of Kubernetes, and GNU parallel, whose shards are
# merged to what a single machine writes. The first argument is the program.
set -euo pipefail
cd "$(dirname "$0")/.."
acdsim=$(realpath "$1")
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
# The package has the JSON schemas of the API that Kubernetes publishes.
"$work/venv/bin/pip" install --quiet kubernetes-validate==1.37.0
manifest=examples/cluster/kubernetes.yaml
"$work/venv/bin/kubernetes-validate" --strict -k 1.37.0 "$manifest"
for wrong in 's/completions: 16/completion: 16/' 's/completions: 16/completions: "16"/' 's/mountPath: /path: /'; do
    sed "$wrong" "$manifest" >"$work/wrong.yaml"
    if "$work/venv/bin/kubernetes-validate" --strict -k 1.37.0 "$work/wrong.yaml"; then
        echo "the schema lets $wrong pass"
        exit 1
    fi
done
# What the manifest says twice, it says the same.
completions=$(sed -n 's/^ *completions: //p' "$manifest")
grep -q "auto/$completions\"" "$manifest" || { echo "the shards are not $completions"; exit 1; }

command -v parallel >/dev/null || {
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    $sudo apt-get update -qq
    $sudo apt-get install -y -qq --no-install-recommends parallel
}
cd "$work"
mkdir shards
echo : >hosts
export PATH=$(dirname "$acdsim"):$PATH
run=(run "$root/scenarios/quickstart.toml" --replications 100 --calls)
"$root/examples/cluster/parallel.sh" hosts "${run[@]}" >parallel.txt
acdsim "${run[@]}" --out single >single.txt
diff -r single results
grep -v '^Shard ' parallel.txt | cmp - single.txt
echo "16 shards by GNU parallel are the single run"
