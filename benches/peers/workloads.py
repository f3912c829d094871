"""The four workloads, their random numbers, and the mean wait that each program is asked for.

Every Python program draws from the same seeded streams: a call's gap and patience when it arrives, its talk and wrap-up
when it is answered. So all of them simulate the same calls and must find the same waits.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

TALK_SECS = 100.0
WRAP_UP_SECS = 20.0
#: What the arrivals are reckoned from. It is no sum: another talk or wrap-up makes the load wrong, which is noticed.
HANDLE_SECS = 120.0


@dataclass(frozen=True, eq=False)
class Agent:
    """One of a workload's agents, and the call types that this agent answers."""

    number: int
    group: int
    types: tuple[int, ...]


@dataclass(frozen=True)
class Workload:
    """A call center with as many groups of agents as there are call types.

    With several groups, group i answers the types i and i + 1, and the last one the last type and the first: a ring.
    """

    name: str
    groups: int
    agents_each: int
    erlangs_each: float
    patience_secs: float | None
    #: The mean wait of answered calls in steady state, by long simulations of other programs, and its standard error.
    wait_secs: float
    wait_error_secs: float
    #: The standard error of the mean wait of so many calls, times the square root of their number.
    wait_spread_secs: float

    @property
    def arrivals_per_sec(self) -> float:
        """The arrivals of one call type."""
        return self.erlangs_each / HANDLE_SECS

    def horizon_secs(self, calls: int) -> float:
        """The time in which about so many calls arrive."""
        return calls / (self.arrivals_per_sec * self.groups)

    def types_of(self, group: int) -> tuple[int, ...]:
        """The call types that a group answers."""
        return (0,) if self.groups == 1 else (group, (group + 1) % self.groups)

    def groups_for(self, call_type: int) -> tuple[int, ...]:
        """The groups that answer a call type."""
        return tuple(group for group in range(self.groups) if call_type in self.types_of(group))

    def agents(self) -> list[Agent]:
        """All agents, in the order in which they are idle at the start."""
        numbers = range(self.groups * self.agents_each)
        return [Agent(number, group := number // self.agents_each, self.types_of(group)) for number in numbers]


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("W1", 1, 100, 92.0, None, 4.092, 0.008, 225.0),
        Workload("W2", 1, 100, 105.0, 180.0, 11.124, 0.004, 175.0),
        Workload("W3", 1, 1_000, 960.0, None, 0.357, 0.003, 70.0),
        Workload("W4", 5, 100, 93.0, None, 0.244, 0.002, 33.0),
    )
}


class Draws:
    """The random numbers of a workload, a stream for each purpose."""

    def __init__(self, workload: Workload) -> None:
        def stream(purpose: str) -> Callable[[float], float]:
            return random.Random(f"{workload.name} {purpose}").expovariate

        self._gaps = [stream(f"arrivals {call_type}") for call_type in range(workload.groups)]
        self._patience = stream("patience")
        self._talk = stream("talk")
        self._wrap_up = stream("wrap-up")
        self._arrivals_per_sec = workload.arrivals_per_sec
        self._abandons = workload.patience_secs is not None
        self._impatience = 1.0 / (workload.patience_secs or 1.0)

    def gap(self, call_type: int) -> float:
        """The time from one arrival of a type to the next."""
        return self._gaps[call_type](self._arrivals_per_sec)

    def patience(self) -> float | None:
        """How long a call waits at most; None if it waits for ever."""
        return self._patience(self._impatience) if self._abandons else None

    def handle(self) -> tuple[float, float]:
        """The talk and the wrap-up of a call."""
        return self._talk(1.0 / TALK_SECS), self._wrap_up(1.0 / WRAP_UP_SECS)


class Tally:
    """How many calls arrived, and the waits of those that were answered and arrived after the warm-up."""

    def __init__(self, horizon_secs: float) -> None:
        self.warm_up_secs = horizon_secs / 20
        self.calls = 0
        self._answered = 0
        self._waited_secs = 0.0

    def answered(self, arrived_secs: float, wait_secs: float) -> None:
        """Notes a call that was answered."""
        if arrived_secs >= self.warm_up_secs:
            self._answered += 1
            self._waited_secs += wait_secs

    def mean_wait_secs(self) -> float:
        """The mean wait of the noted calls."""
        return self._waited_secs / self._answered


#: Simulates a workload until a time: (workload, horizon_secs, draws, tally).
Simulate = Callable[[Workload, float, Draws, Tally], None]


def main(simulate: Simulate) -> None:
    """The command line of a program, `WORKLOAD CALLS`: simulates, and prints one line of JSON."""
    workload = WORKLOADS[sys.argv[1]]
    horizon_secs = workload.horizon_secs(int(sys.argv[2]))
    draws, tally = Draws(workload), Tally(horizon_secs)
    began = time.perf_counter()
    simulate(workload, horizon_secs, draws, tally)
    seconds = time.perf_counter() - began
    print(json.dumps({"calls": tally.calls, "seconds": seconds, "mean_wait_s": tally.mean_wait_secs()}))
