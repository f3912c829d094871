#!/usr/bin/env bash
# A hundred million calls: the memory of the process over time, and the bytes of the results, for one thread and for two. The first
# argument is the program; a second one is the number of replications of a million calls each.
set -euo pipefail
cd "$(dirname "$0")/.."
acdsim=$(realpath "$1")
replications=${2:-100}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -x /usr/bin/time ] || { echo "/usr/bin/time is not there"; exit 1; }

for threads in 1 2; do
    began=$(date +%s.%N)
    /usr/bin/time -f '%U %S %M' -o "$work/$threads.time" "$acdsim" run scenarios/large.toml --replications "$replications" --threads "$threads" \
        --resume --out "$work/$threads" >"$work/$threads.txt" &
    timer=$!
    # The process that is timed is the child of the one that times.
    for _ in $(seq 100); do pid=$(pgrep -P $timer || true); [ -n "$pid" ] && break; sleep 0.05; done
    : >"$work/$threads.curve"
    while kib=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [ -n "$kib" ]; do
        echo "$kib" >>"$work/$threads.curve"
        sleep 0.5
    done
    wait $timer
    read -r user system most <"$work/$threads.time"
    awk -v began="$began" -v ended="$(date +%s.%N)" -v user="$user" -v threads=$threads -v most="$most" 'BEGIN {
        printf "%d thread(s): %.0f s, %.0f s of a processor, at most %d KiB\n", threads, ended - began, user, most }'
    # The curve in twenty parts: the mean of each.
    awk -v threads=$threads '{ kib[NR] = $1 } END {
        parts = NR < 20 ? NR : 20
        printf "  KiB over time:"
        for (part = 0; part < parts; part++) {
            sum = count = 0
            for (at = int(part * NR / parts) + 1; at <= int((part + 1) * NR / parts); at++) { sum += kib[at]; count++ }
            printf " %d", sum / count
            if (part == int(parts / 4)) early = sum / count
            if (part == parts - 1) late = sum / count
        }
        printf "\n"
        if (late > 1.25 * early + 2048) { print "  memory grows"; exit 1 }
    }' "$work/$threads.curve"
    [ "$most" -lt 131072 ] || { echo "more than 128 MiB"; exit 1; }
done
diff -r "$work/1" "$work/2"
cmp "$work/1.txt" "$work/2.txt"
grep -m 1 'calls$' "$work/1.txt"
tail -n 1 "$work/1.txt"
echo "the same bytes for one thread and two"
