#!/usr/bin/env bash
# The Windows build, under Wine: `acdsim run` gives the bytes that the Linux build gives; clients in VBScript and in C, which
# know nothing of this project, work with the virtual TAPI as agents' programs do, and as a proxy; `acdsim replay` plays an hour against
# it through COM, and through the functions of the library.
# The first argument is the Linux program; with `build` as the second it only builds. Needs a Debian-like system; installs a Rust toolchain with the standard
# library's source, a C compiler for Windows, and Wine.
set -euo pipefail
cd "$(dirname "$0")/.."
acdsim=$(realpath "$1")
WORK=$(mktemp -d)
export WINEPREFIX=$WORK/wine WINEDEBUG=-all
wine() { timeout 600 /usr/lib/wine/wine64 "$@"; }
finish() {
    # The server of this prefix alone.
    /usr/lib/wine/wineserver64 -k 2>/dev/null || true
    rm -rf "$WORK"
}
trap finish EXIT

missing=()
for package in rustc-web cargo-web rust-web-src rust-web-clippy gcc-mingw-w64-x86-64 wine64; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    $sudo apt-get update -qq
    $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

# No toolchain for Windows can be fetched, so the standard library is built too; for the Windows before 10, because Wine
# lacks a library that newer ones have. It is not optimised: what is built otherwise than the Linux program has to give the
# same bytes nevertheless.
target=x86_64-win7-windows-gnu
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/windows
windows_cargo() {
    PATH=/usr/bin:$PATH RUSTC_BOOTSTRAP=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
        /usr/bin/cargo "$1" --release --locked -Zbuild-std=std,panic_abort --target $target "${@:2}"
}
windows_cargo build --package acdsim --package virtual-tapi
# The lint takes the `const` of a thread-local value for none where the standard library is built too.
windows_cargo clippy --package acdsim --package virtual-tapi --no-deps -- -D warnings -A clippy::missing_const_for_thread_local
built=$CARGO_TARGET_DIR/$target/release
# What is timed is better run alone.
[ "${2:-}" != build ] || exit 0

wine wineboot --init >/dev/null 2>&1
for scenario in quickstart bank-day whole-center; do
    arguments=(run "scenarios/$scenario.toml" --replications 2 --calls --events --quiet --threads 2)
    "$acdsim" "${arguments[@]}" --out "$WORK/linux/$scenario"
    wine "$built/acdsim.exe" "${arguments[@]}" --out "Z:$WORK/windows/$scenario"
    (cd "$WORK/linux/$scenario" && find . -type f | LC_ALL=C sort | xargs sha256sum) >"$WORK/linux.sum"
    (cd "$WORK/windows/$scenario" && find . -type f | LC_ALL=C sort | xargs sha256sum) >"$WORK/windows.sum"
    cmp "$WORK/linux.sum" "$WORK/windows.sum"
    echo "$scenario: $(wc -l <"$WORK/linux.sum") files are the same on Linux and on Windows"
done

# The library stands where an application looks for tapi32.dll, beside the application, and is registered there.
app=$WORK/app
mkdir "$app"
cp "$built/virtual_tapi.dll" "$app/tapi32.dll"
cp virtual-tapi/clients/agent.vbs "$app"
export WINEDLLOVERRIDES=tapi32=n
CC=(x86_64-w64-mingw32-gcc -std=gnu11 -O1 -Wall -Wextra -Wno-missing-field-initializers -Werror)
"${CC[@]}" virtual-tapi/clients/tapi3_client.c -o "$app/tapi3_client.exe" -lole32 -loleaut32 -luuid
"${CC[@]}" virtual-tapi/clients/both_client.c -o "$app/both_client.exe" -ltapi32 -lole32 -loleaut32 -luuid
"${CC[@]}" virtual-tapi/clients/line_client.c -o "$app/line_client.exe" -ltapi32 -lole32

registered() { wine reg.exe query 'HKCU\Software\Classes\TAPI.TAPI\CLSID' >/dev/null 2>&1; }
registered && { echo "TAPI.TAPI is registered before it is"; exit 1; }
wine regsvr32.exe /s "Z:$app/tapi32.dll"
registered

# The same center and the same calls, so the same text.
for run in one two; do
    ACDSIM_TAPI_STEP=20s ACDSIM_TAPI_FROM=+30m \
        wine cscript.exe //nologo "Z:$app/agent.vbs" 200 | tr -d '\r' >"$WORK/agent.$run"
done
cat "$WORK/agent.one"
cmp "$WORK/agent.one" "$WORK/agent.two"
diff virtual-tapi/clients/agent.expected "$WORK/agent.one"

# Another scenario, by the registry.
wine reg.exe add 'HKCU\Software\acdsim\Virtual TAPI' /v Scenario /d "Z:$PWD/scenarios/quickstart.toml" /f >/dev/null
ACDSIM_TAPI_STEP=20s wine cscript.exe //nologo "Z:$app/agent.vbs" 5 | tr -d '\r' >"$WORK/agent.quickstart"
grep -x "group: Billing" "$WORK/agent.quickstart"
wine reg.exe delete 'HKCU\Software\acdsim\Virtual TAPI' /f >/dev/null

# As fast as ten minutes a second, on the clock of the wall.
export ACDSIM_TAPI_SPEED=600
(cd "$app" && wine tapi3_client.exe tapi32.dll)
(cd "$app" && wine line_client.exe)
(cd "$app" && wine both_client.exe)

# An hour's trace, replayed through COM and through the exports: the replay brings the calls and the agents. The program stands beside the
# library, where it finds it. The tolerance is 8 s of the hour, which are 133 ms of the wall: for machines that do much else.
cp "$built/acdsim.exe" "$app"
"$acdsim" trace virtual-tapi/replay.toml --output "$WORK/hour.jsonl"
scenario=$PWD/virtual-tapi/replay.toml
replay() {
    local adapter=$1 speed=$2
    shift 2
    cd "$app"
    ACDSIM_TAPI_SPEED=$speed ACDSIM_TAPI_ARRIVALS=none ACDSIM_TAPI_SCENARIO="Z:$scenario" exec /usr/lib/wine/wine64 \
        acdsim.exe replay "Z:$WORK/hour.jsonl" --adapter "$adapter" --speed "$speed" --dial Sales=4100 --dial Billing=4200 --tolerance 8s "$@"
}
allow=(--allow 4101 --allow 4102 --allow 4103 --allow 4104 --allow 4200 --allow "Client 1" --allow "Client 2")
for live in "tapi3 60" "tapi2 60"; do
    read -r adapter speed <<<"$live"
    # A machine that was too slow for a verdict may be faster the next time.
    for attempt in 1 2 3; do
        replay "$adapter" "$speed" "${allow[@]}" --allow 4100 --json "Z:$WORK/$adapter.json" >"$WORK/$adapter" 2>&1 &
        process=$!
        peak=""
        # The most memory that the process has had, by the kernel.
        while now=$(sed -n 's/^VmHWM:\s*//p' "/proc/$process/status" 2>/dev/null) && [ -n "$now" ]; do
            peak=$now
            sleep 0.5
        done
        status=0
        wait "$process" || status=$?
        tr -d '\r' <"$WORK/$adapter"
        echo "$adapter, speed $speed, attempt $attempt: exit code $status, peak memory $peak"
        [ "$status" = 3 ] && grep -q "this machine was too slow" "$WORK/$adapter" || break
    done
    [ "$status" = 0 ]
    grep -q '"conclusion": "passed"' "$WORK/$adapter.json"
done

# An address that is not allowed is not used, and a dry run does nothing: it does not even need the library.
status=0
(replay tapi3 60 "${allow[@]}" 2>"$WORK/refused") || status=$?
[ "$status" = 2 ] && grep -q "these addresses are not allowed: 4100" "$WORK/refused"
(replay tapi3 60 --dry-run) | tr -d '\r' | tee "$WORK/dry"
[ -s "$WORK/dry" ]

# What cannot be is told to the client.
ACDSIM_TAPI_SPEED=fast wine cscript.exe //nologo "Z:$app/agent.vbs" | tr -d '\r' | tee "$WORK/refused" || true
grep -q "no call center: 80040005 ACDSIM_TAPI_SPEED is .fast." "$WORK/refused"

wine regsvr32.exe /u /s "Z:$app/tapi32.dll"
registered && { echo "TAPI.TAPI is registered still"; exit 1; }
status=0
(replay tapi3 60 "${allow[@]}" --allow 4100 2>"$WORK/gone") || status=$?
[ "$status" = 3 ] && grep -q "live TAPI 3 cannot be reached" "$WORK/gone"
echo "registered, used and unregistered"
