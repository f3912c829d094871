"""What the Python programs must find, worked out apart from them from the same random numbers.

It goes through the arrivals and the agents that become free in the order of time. Nothing happens when a caller gives
up: whoever is found to have given up before an agent became free is passed over.
"""

from collections import deque
from heapq import heapify, heappop, heappush
from math import inf

from workloads import Agent, Draws, Tally, Workload


def tally_of(workload: Workload, calls: int) -> Tally:
    """The tally of a simulation of about so many calls."""
    horizon = workload.horizon_secs(calls)
    draws, tally = Draws(workload), Tally(horizon)
    groups_for = [workload.groups_for(call_type) for call_type in range(workload.groups)]
    idle: list[deque[tuple[float, Agent]]] = [deque() for _ in range(workload.groups)]
    for agent in workload.agents():
        idle[agent.group].append((0.0, agent))
    waiting: list[deque[tuple[float, float]]] = [deque() for _ in range(workload.groups)]
    events: list[tuple[float, int, Agent | None]] = [
        (draws.gap(call_type), call_type, None) for call_type in range(workload.groups)
    ]
    heapify(events)
    while True:
        now, call_type, free = heappop(events)
        if now >= horizon:
            return tally
        if free is not None:
            agent = free
        else:
            tally.calls += 1
            heappush(events, (now + draws.gap(call_type), call_type, None))
            patience = draws.patience()
            waiting[call_type].append((now, inf if patience is None else now + patience))
            groups = [group for group in groups_for[call_type] if idle[group]]
            if not groups:
                continue
            _, agent = idle[min(groups, key=lambda group: (idle[group][0][0], group))].popleft()
        for call_type in agent.types:
            while waiting[call_type] and waiting[call_type][0][1] <= now:
                waiting[call_type].popleft()
        types = [call_type for call_type in agent.types if waiting[call_type]]
        if types:
            arrived, _ = waiting[min(types, key=lambda call_type: waiting[call_type][0])].popleft()
            tally.answered(arrived, now - arrived)
            talk, wrap_up = draws.handle()
            heappush(events, (now + talk + wrap_up, -1, agent))
        else:
            idle[agent.group].append((now, agent))
