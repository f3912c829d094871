#!/usr/bin/env bash
# Changes the AgentSession logic in every way that cargo-mutants knows, and runs its tests on each change: a change that no
# test notices is a test that is missing, or means nothing. docs/testing.md has the counts and the survivors.
#
# The module stands alone, so it is built alone, and its tests with it, as one crate: that takes three seconds and not a
# minute; .ci/mutants.py builds most of the changes at once. With --one-by-one each is built on its own, and MUTANTS_TESTS says
# which tests are run, by the beginnings of their paths in that crate. Other arguments go to cargo-mutants, such as --file.
set -euo pipefail
cd "$(dirname "$0")/.."
CI=$PWD/.ci
WORK=${MUTANTS_DIR:-$(mktemp -d)}

command -v cargo-mutants >/dev/null || cargo install cargo-mutants --locked
mkdir -p "$WORK/crate/src" "$WORK/crate/tests/common"
cp -r src/acd src/time.rs "$WORK/crate/src/"
cp tests/common/check.rs "$WORK/crate/tests/common/"
printf 'extern crate self as acdsim;\npub mod acd;\npub mod time;\n' >"$WORK/crate/src/lib.rs"
for test in acd_reference acd_states tapi3 tapi_bytes tapi_dispatch; do
    cp "tests/$test.rs" "$WORK/crate/tests/"
    [ -d "tests/$test" ] && cp -r "tests/$test" "$WORK/crate/tests/"
    printf '#[cfg(test)]\n#[path = "../tests/%s.rs"]\nmod %s;\n' "$test" "$test" >>"$WORK/crate/src/lib.rs"
done
# What was the root of a test is a module here.
sed -i 's/^use crate::/use super::/' "$WORK"/crate/tests/*/*.rs
python3 - >"$WORK/crate/Cargo.toml" <<'PY'
import tomllib
with open("Cargo.toml", "rb") as file:
    cargo = tomllib.load(file)
def line(name, spec):
    if isinstance(spec, str):
        return f'{name} = "{spec}"'
    features = ", ".join(f'"{feature}"' for feature in spec.get("features", []))
    default = "false" if spec.get("default-features") is False else "true"
    return f'{name} = {{ version = "{spec["version"]}", default-features = {default}, features = [{features}] }}'
print('[package]\nname = "acdsim"\nversion = "0.0.0"\nedition = "2024"\nautotests = false\n[workspace]\n[dependencies]')
for name in ("jiff", "thiserror", "uuid"):
    print(line(name, cargo["dependencies"][name]))
print("[dev-dependencies]")
print(line("proptest", cargo["dev-dependencies"]["proptest"]))
print('[profile.test]\ndebug = false\n[profile.test.package."*"]\nopt-level = 2')
PY
cp Cargo.lock "$WORK/crate/" 2>/dev/null || true
cd "$WORK/crate"
# That a test fails is enough: the failure need not be made small.
export PROPTEST_MAX_SHRINK_ITERS=0
if [ "${1:-}" = --one-by-one ]; then
    # Each is built on its own, by cargo-mutants alone: hours. A change that makes a loop run for ever is noticed by the
    # time it takes. The test of the random sequences themselves has no part in it.
    shift
    # shellcheck disable=SC2086
    cargo mutants --no-shuffle --jobs "${MUTANTS_JOBS:-2}" --timeout 60 --output "$WORK" "$@" -- --lib -- \
        ${MUTANTS_TESTS:-} --skip the_random_sequences_have_what_is_hard_in_them
else
    python3 -c 'import tree_sitter_rust' 2>/dev/null || pip install --quiet tree_sitter tree_sitter_rust
    python3 "$CI/mutants.py" "$WORK/crate" "$WORK" "$@"
fi
