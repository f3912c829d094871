"""Runs commands on a terminal of their own: python3 terminal.py ACDSIM. Long work shows its progress there, and nowhere else."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios

acdsim = sys.argv[1]
environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CLICOLOR", "COLUMNS")}
environment["TERM"] = "xterm-256color"


def on_terminal(*arguments, columns=100):
    """The exit code and all that a command has written to its terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        os.execve(acdsim, [acdsim, *arguments], environment)
    output = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # The other end is closed.
            break
        if not part:
            break
        output += part
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), output.decode()


def check(name, text, present, absent=()):
    for word in present:
        assert word in text, f"{name}: there is no {word!r} in {text[-2000:]!r}"
    for word in absent:
        assert word not in text, f"{name}: there is {word!r} in {text[-2000:]!r}"
    print(f"{name}: as promised")


with tempfile.TemporaryDirectory() as directory:
    day = ["scenarios/quickstart.toml", "--replications", "6000"]
    sweep = ["sweep", *day[:1], "--set", "agents.Senior.count=2..6", "--replications", "1500", "--out", f"{directory}/sweep"]
    long = {
        "run": ["run", *day, "--threads", "1"],
        "compare": ["compare", day[0], *day, "--threads", "1"],
        "sweep": [*sweep, "--threads", "1"],
        "verify": ["verify", "scenarios/verify/erlang-a-10.toml", "--precision", "0.5%", "--threads", "1"],
        "baseline accept": ["baseline", "accept", *day, "--dir", f"{directory}/baselines", "--threads", "1"],
    }
    for name, arguments in long.items():
        code, text = on_terminal(*arguments)
        assert code == 0, f"{name} exits with {code}: {text[-2000:]}"
        check(name, text, [" replications, ", " left", "/s, ", "━"])
        quiet = on_terminal(*arguments, "--quiet")
        assert quiet[0] == 0 and quiet[1] == "", f"{name} --quiet: {quiet}"
    piped = subprocess.run([acdsim, *long["run"]], capture_output=True, env=environment, check=True)
    assert piped.stderr == b"", piped.stderr

    broken = ["run", "tests/broken/unknown_unit.toml"]
    code, text = on_terminal(*broken)
    assert code == 2
    check("errors in colour", text, ["\x1b[3"])
    # What moves the cursor for the line of progress is no colour.
    colours = ["\x1b[1m", "\x1b[3", "\x1b[4", "\x1b[9"]
    check("errors without", on_terminal(*broken, "--color", "never")[1], ["warm_up"], colours)
    environment["NO_COLOR"] = "1"
    check("NO_COLOR", on_terminal(*broken)[1], [], ["\x1b[3"])
    code, text = on_terminal("run", day[0], "--replications", "2", "-q", columns=70)
    assert (code, text) == (0, "")
    code, text = on_terminal("run", day[0], "--replications", "1", columns=70)
    lines = [line for line in text.replace("\r", "").split("\n") if line.startswith("─")]
    assert lines and max(map(len, lines)) <= 70, max(map(len, lines))
    print("a table fits its terminal")
