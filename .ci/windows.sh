#!/usr/bin/env bash
# The Windows build, under Wine: `acdsim run` gives the bytes that the Linux build gives.
# The first argument is the Linux program. Needs a Debian-like system; installs a Rust toolchain with the standard
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
for package in cargo-web rust-web-src gcc-mingw-w64-x86-64 wine64; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    $sudo apt-get update -qq
    $sudo apt-get install -y -qq --no-install-recommends rustc-web "${missing[@]}"
fi

# No toolchain for Windows can be fetched, so the standard library is built too; for the Windows before 10, because Wine
# lacks a library that newer ones have. What is optimised for size of code and speed of building is as exact.
target=x86_64-win7-windows-gnu
(
    export PATH=/usr/bin:$PATH RUSTC_BOOTSTRAP=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
    /usr/bin/cargo build --release --locked -Zbuild-std=std,panic_abort --target $target --package acdsim --bin acdsim
)
built=${CARGO_TARGET_DIR:-target}/$target/release

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
