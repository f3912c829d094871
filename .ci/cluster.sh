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
# The package has the models that are generated from the API that Kubernetes publishes; a field that it does not know is refused.
"$work/venv/bin/pip" install --quiet pyyaml==6.0.2 lightkube-models==1.32.0.8
"$work/venv/bin/python" - <<'PY'
import dataclasses, typing, yaml
from lightkube.models import batch_v1

def check(model, value, path):
    origin = typing.get_origin(model)
    if origin is typing.Union:  # Optional
        model = next(it for it in typing.get_args(model) if it is not type(None))
        return check(model, value, path)
    if origin in (list,):
        assert isinstance(value, list), f"{path}: not a list"
        return sum(check(typing.get_args(model)[0], it, f"{path}[{n}]") for n, it in enumerate(value))
    if origin in (dict,):
        assert isinstance(value, dict), f"{path}: not a map"
        return sum(check(typing.get_args(model)[1], it, f"{path}.{key}") for key, it in value.items())
    if dataclasses.is_dataclass(model):
        assert isinstance(value, dict), f"{path}: not an object"
        hints = typing.get_type_hints(model, vars(__import__(model.__module__, fromlist=["x"])))
        names = {(f.metadata.get("json") or f.name): f for f in dataclasses.fields(model)}
        unknown = set(value) - set(names)
        assert not unknown, f"{path}: no such field: {unknown}"
        absent = [n for n, f in names.items() if f.default is f.default_factory is dataclasses.MISSING and n not in value]
        assert not absent, f"{path}: missing: {absent}"
        return sum(check(hints[names[key].name], it, f"{path}.{key}") for key, it in value.items())
    if isinstance(model, type) and model in (str, int, bool, float):
        assert type(value) is model, f"{path}: {value!r} is no {model.__name__}"
    return 1

job = yaml.safe_load(open("examples/cluster/kubernetes.yaml"))
count = check(batch_v1.Job, job, "job")
assert (job["apiVersion"], job["kind"], job["spec"]["completionMode"]) == ("batch/v1", "Job", "Indexed")
shards = f"auto/{job['spec']['completions']}"
assert shards in job["spec"]["template"]["spec"]["containers"][0]["args"], f"the shards are not {shards}"
for key, wrong in [("completions", "16"), ("completion", 16)]:
    try:
        check(batch_v1.Job, {**job, "spec": {**job["spec"], key: wrong}}, "job")
    except AssertionError as refused:
        print("refused, as it should be:", refused)
    else:
        raise SystemExit(f"{key}: {wrong!r} is not refused")
print(f"kubernetes.yaml: {count} values fit the schema of batch/v1 Job")
PY

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
tail -n +17 parallel.txt | cmp - single.txt
echo "16 shards by GNU parallel are the single run"
