#!/usr/bin/env bash
# The layouts, numbers and slots of TAPI that the program has, against the headers of mingw-w64: a C compiler asserts each.
# For 64 bits and for 32. Needs a stable Rust toolchain and a Debian-like system; installs the compiler.
set -euo pipefail
cd "$(dirname "$0")/.."

CC=x86_64-w64-mingw32-gcc
if ! command -v $CC >/dev/null; then
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    $sudo apt-get update -qq
    $sudo apt-get install -y -qq --no-install-recommends gcc-mingw-w64-x86-64
fi

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
ACDSIM_LAYOUT_C=$WORK/layout.c cargo test --quiet --locked --test tapi_layout the_layout_as_a_c_program
for bits in 64 32; do
    $CC -m$bits -std=c11 -Wall -Werror -c "$WORK/layout.c" -o "$WORK/layout-$bits.o"
    echo "$bits bits: as $($CC --version | head -1) has it"
done
sed -n 's,^/\* \(checked: .*\) \*/$,\1,p' "$WORK/layout.c"
