#!/usr/bin/env bash
# Replays a day against the ACD in Python, which passes, and against each of its faulty variants, which fails by what is wrong
# with it; and an hour at speed 600 by the clock. Takes the program; needs Python 3.
set -euo pipefail
acdsim=$(realpath "$1")
cd "$(dirname "$0")/.."
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

"$acdsim" trace scenarios/quickstart.toml --output "$WORK/day.jsonl"
"$acdsim" replay "$WORK/day.jsonl" --adapter model | tail -1
"$acdsim" replay "$WORK/day.jsonl" --adapter process --junit "$WORK/replay.xml" --record "$WORK/played.jsonl" \
    -- python3 examples/python-acd/acd.py
"$acdsim" trace diff "$WORK/day.jsonl" "$WORK/played.jsonl" --format json >"$WORK/diff.json" || true

fails() { # FAULT WORDS…
    local code=0
    "$acdsim" replay "$WORK/day.jsonl" --adapter process --patience 5s --record "$WORK/$1.jsonl" \
        -- python3 examples/python-acd/faulty.py "$1" >"$WORK/said" 2>&1 || code=$?
    [ "$code" = 1 ] || { cat "$WORK/said"; echo "$1: exit code $code"; exit 1; }
    for words in "${@:2}"; do
        grep -qF "$words" "$WORK/said" || { cat "$WORK/said"; echo "$1: nothing is said of '$words'"; exit 1; }
    done
    echo "$1: $(grep -F "$2" "$WORK/said" | head -1)"
    # The record can be read to its end, which it has.
    "$acdsim" trace diff "$WORK/$1.jsonl" "$WORK/$1.jsonl"
}
fails longest-forgets "LongestTimeToAnswer is"
fails wrap-up-is-talk "TotalTalkTime is"
fails starts-with-the-first-call "SessionDuration is"
fails last-idle-first "NumberOfCalls is" "call_answered"
fails dies "it ended while it was asked for" "exit status: 7"
fails hangs "no answer to"
fails late "answers that took longer than 2000 ms"
fails twice "request 100 was answered twice"
fails out-of-order "request 101 was answered while request 100 was to be"
fails garbage 'it said `Segmentation fault (core dumped)`'
fails loses-event "lost, or never happened: call_answered (call 7,"
fails drifts "its clock is off by"

# By the clock, a machine may be too slow to tell; what it may not is fail.
code=0
"$acdsim" replay "$WORK/day.jsonl" --adapter process --speed 1200 --tolerance 90s --tolerance-rate 10% --tolerance-calls 3 \
    -- python3 examples/python-acd/acd.py --wall >"$WORK/said" || code=$?
grep -E "Late by|below|^[A-Z]+( VERDICT)?(:|$)" "$WORK/said"
[ "$code" = 0 ] || [ "$code" = 3 ] || { cat "$WORK/said"; exit 1; }
