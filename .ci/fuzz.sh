#!/usr/bin/env bash
# Runs each fuzz target FUZZ_RUNS times (1,000,000 unless it is set) from FUZZ_SEED (1) and prints how many runs there were.
# Needs a stable Rust toolchain and a C++ compiler; installs cargo-fuzz. A crash leaves its bytes under fuzz/artifacts and
# prints the command that repeats it.
set -euo pipefail
cd "$(dirname "$0")/.."
RUNS=${FUZZ_RUNS:-1000000}
SEED=${FUZZ_SEED:-1}

command -v cargo-fuzz >/dev/null || cargo install cargo-fuzz --locked
# The sanitizer is an option of the nightly compiler, and the stable one has it under this name.
export RUSTC_BOOTSTRAP=1
for target in structures request dispatcher; do
    started=$(date +%s)
    log=$(mktemp)
    cargo fuzz run "$target" -- -runs="$RUNS" -seed="$SEED" -max_len=1024 >"$log" 2>&1 || { cat "$log"; exit 1; }
    count=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$log")
    coverage=$(sed -n 's/.*DONE *cov: \([0-9]*\).*/\1/p' "$log")
    echo "$target: ${count:?no count of runs in $log} runs without a crash, $coverage edges, $(($(date +%s) - started)) s with the build"
    sed -n 's/^Done .*/  &/p' "$log"
    rm -f "$log"
done
