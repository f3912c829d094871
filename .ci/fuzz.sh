#!/usr/bin/env bash
# Runs each fuzz target FUZZ_RUNS times (1,000,000 unless it is set) in two processes, from FUZZ_SEED (1) and the seed after
# it, and prints how many runs there were. Needs a stable Rust toolchain and a C++ compiler; installs cargo-fuzz. A crash
# leaves its bytes under fuzz/artifacts and prints the command that repeats it.
set -euo pipefail
cd "$(dirname "$0")/.."
RUNS=${FUZZ_RUNS:-1000000}
SEED=${FUZZ_SEED:-1}
LOGS=$(mktemp -d)
trap 'rm -rf "$LOGS"' EXIT

command -v cargo-fuzz >/dev/null || cargo install cargo-fuzz --locked
# Counting edges is an option of the nightly compiler, and the stable one has it under this name. No sanitizer: the package
# has no unsafe code for it to watch, and runs take a third of the time.
export RUSTC_BOOTSTRAP=1
cargo fuzz build --sanitizer none
for target in structures request dispatcher; do
    started=$(date +%s)
    running=()
    for half in 0 1; do
        cargo fuzz run --sanitizer none "$target" -- -runs=$(((RUNS + half) / 2)) -seed=$((SEED + half)) -max_len=1024 \
            >"$LOGS/$target-$half" 2>&1 &
        running+=($!)
    done
    for half in 0 1; do
        wait "${running[half]}" || { cat "$LOGS/$target-$half"; exit 1; }
    done
    count=0
    for half in 0 1; do
        done_runs=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$LOGS/$target-$half")
        count=$((count + ${done_runs:?no count of runs of $target}))
    done
    coverage=$(sed -n 's/.*DONE *cov: \([0-9]*\).*/\1/p' "$LOGS/$target-0")
    echo "$target: $count runs without a crash, $coverage edges, $(($(date +%s) - started)) s"
done
