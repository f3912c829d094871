#!/usr/bin/env bash
# `acdsim watch` on a terminal, driven through tmux: it starts, shows, pauses, steps, goes faster, quits, and leaves the
# terminal as it was. The first argument is the program.
set -euo pipefail
cd "$(dirname "$0")/.."
acdsim=$(realpath "$1")
session=acdsim-watch-$$
export -n TMUX 2>/dev/null || true
tm() { tmux -L "$session" "$@"; }
trap 'tm kill-server 2>/dev/null || true' EXIT

screen() { tm capture-pane -p -t watch; }
fail() {
    echo "watch: $1"
    screen
    exit 1
}
# Waits until the screen shows a pattern.
shows() {
    for _ in $(seq 100); do
        screen | grep -Eq -- "$1" && return
        sleep 0.1
    done
    fail "the screen never shows $1"
}
# Runs a command in the shell and waits for its end.
typed() { tm send-keys -t watch "$1" Enter; }

tm -f /dev/null new-session -d -s watch -x 120 -y 40 "env PS1='ready> ' NO_COLOR= bash --norc --noprofile"
shows '^ready>'
typed 'stty -g >"'"${TMPDIR:-/tmp}/$session"'.before"; echo the line before'
shows '^the line before'

typed "$acdsim watch scenarios/quickstart.toml --from 10:00 --speed 16; echo the exit code is \$?"
shows '▶ 16 × real time'
shows 'What happened last'
shows 'Agents: [0-9]+ of [0-9]+ logged in'
screen | grep -q 'the line before' && fail "the board is drawn over what was on the terminal"
echo "it starts and shows the board:"
screen | sed -n 1,4p

before=$(screen | sed -n 1p)
sleep 1
[ "$before" != "$(screen | sed -n 1p)" ] || fail "the clock does not go on"

tm send-keys -t watch Space
shows '‖ paused'
held=$(screen)
sleep 1
[ "$held" = "$(screen)" ] || fail "a held clock goes on"
echo "it pauses"

tm send-keys -t watch s
for _ in $(seq 50); do
    [ "$held" = "$(screen)" ] || break
    sleep 0.1
done
stepped=$(screen)
[ "$held" != "$stepped" ] || fail "a step shows nothing new"
echo "it steps from $(sed -n 's/.*T*  *\([0-9:]*\)   ‖.*/\1/p' <<<"$held") to $(sed -n 's/.*T*  *\([0-9:]*\)   ‖.*/\1/p' <<<"$stepped")"

tm send-keys -t watch Space
shows '▶ 16 × real time'
tm send-keys -t watch +
shows '▶ 32 × real time'
tm send-keys -t watch - -
shows '▶ 8 × real time'
echo "it goes faster and slower"

tm send-keys -t watch q
shows '^the exit code is 0'
shows '^the line before'
screen | grep -q 'What happened last' && fail "the board is still there"
typed 'stty -g >"'"${TMPDIR:-/tmp}/$session"'.after"; echo compared'
shows '^compared'
cmp "${TMPDIR:-/tmp}/$session.before" "${TMPDIR:-/tmp}/$session.after" || fail "the terminal's settings have changed"
[ "$(tm display-message -p -t watch '#{cursor_flag}#{alternate_on}')" = 10 ] || fail "the cursor is hidden, or the other screen is on"
echo "it quits and leaves the terminal as it was"

typed "clear; $acdsim watch scenarios/quickstart.toml --paused; echo the exit code is \$?"
shows '‖ paused'
tm send-keys -t watch C-c
shows '^the exit code is 130'
[ "$(tm display-message -p -t watch '#{cursor_flag}#{alternate_on}')" = 10 ] || fail "an interrupt leaves the terminal changed"
echo "an interrupt ends it"
rm -f "${TMPDIR:-/tmp}/$session".{before,after}
