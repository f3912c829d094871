"""The programs that are timed: where each comes from, and how one is run."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Failed(Exception):
    """Something outside the simulations went wrong, such as an installation."""


@dataclass(frozen=True)
class Timing:
    """What a run says of itself."""

    calls: int
    seconds: float
    mean_wait_secs: float

    @property
    def calls_per_sec(self) -> float:
        """How many calls were simulated in a second."""
        return self.calls / self.seconds


@dataclass(frozen=True)
class Program:
    """A simulator, and how many calls of each workload it is given: a few seconds' worth."""

    name: str
    version: str
    command: Callable[[str, int], list[str]]
    calls: dict[str, int]
    #: Whether it draws as workloads.py does, so that its mean wait is known to the last digits.
    same_draws: bool = False
    #: Workloads that it can not express, and why.
    missing: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def run(self, workload: str, calls: int) -> Timing:
        """Simulates about so many calls."""
        said = json.loads(output_of(f"{self} on {workload}", self.command(workload, calls)))
        wait = said["asa_s"] if "asa_s" in said else said["mean_wait_s"]
        return Timing(said["calls"], said["seconds"], wait)


def output_of(what: str, command: list[str]) -> str:
    """What a command prints; raises Failed, with what it says on stderr, if it can not be run or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Failed(f"{what}: {command[0]} can not be run: {error.strerror}") from error
    if done.returncode != 0:
        raise Failed(f"{what}: `{' '.join(command)}` failed:\n{(done.stderr or done.stdout).strip()}")
    return done.stdout


def acdsim(path: str) -> Program:
    """The simulator that the others are set beside."""
    version = output_of("acdsim", [path, "--version"]).split()[-1]
    return Program(
        "acdsim",
        version,
        lambda workload, calls: [path, "bench", workload, "--calls", str(calls), "--format", "json"],
        dict.fromkeys(("W1", "W2", "W3", "W4"), 10_000_000),
    )


def peers(directory: Path) -> list[Program]:
    """Installs and builds the other simulators in a directory."""
    venv, target = directory / "venv", directory / "nexosim"
    python = str(venv / "bin" / "python")
    if not (venv / "bin" / "pip").exists():
        output_of("an environment for Python", [sys.executable, "-m", "venv", "--clear", str(venv)])
    requirements = HERE / "requirements.txt"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", str(requirements)]
    output_of("the packages of Python", pip)
    manifest = HERE / "nexosim" / "Cargo.toml"
    build = ["cargo", "build", "--release", "--locked", "--quiet", "--manifest-path", str(manifest)]
    output_of("the program on nexosim", [*build, "--target-dir", str(target)])

    pins = [line.split("==") for line in requirements.read_text().splitlines() if "==" in line]
    locked = tomllib.loads((HERE / "nexosim" / "Cargo.lock").read_text())["package"]
    versions = dict(pins) | {package["name"]: package["version"] for package in locked}

    def in_python(name: str, package: str, script: str, calls: dict[str, int], **more: dict[str, str]) -> Program:
        command = [python, str(HERE / script)]
        return Program(
            name, versions[package], lambda workload, calls: [*command, workload, str(calls)], calls, True, **more
        )

    return [
        Program(
            "nexosim",
            versions["nexosim"],
            lambda workload, calls: [str(target / "release" / "peer-nexosim"), workload, str(calls)],
            dict.fromkeys(("W1", "W2", "W3", "W4"), 4_000_000),
        ),
        in_python(
            "SimPy, callbacks",
            "simpy",
            "simpy_callbacks.py",
            dict.fromkeys(("W1", "W2", "W3", "W4"), 600_000),
        ),
        in_python(
            "SimPy, processes",
            "simpy",
            "simpy_processes.py",
            dict.fromkeys(("W1", "W2", "W3", "W4"), 200_000),
        ),
        in_python(
            "Ciw",
            "ciw",
            "ciw_node.py",
            {"W1": 100_000, "W2": 75_000, "W3": 30_000},
            missing={"W4": "a customer of Ciw waits at one node, and each free server there may take any of them"},
        ),
        in_python(
            "salabim",
            "salabim",
            "salabim_processes.py",
            {"W1": 15_000, "W2": 15_000, "W3": 30_000, "W4": 30_000},
        ),
    ]
