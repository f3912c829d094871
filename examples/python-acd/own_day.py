#!/usr/bin/env python3
"""The ACD of acd.py with a day of its own, to be watched: acdsim capture --adapter process -- python3 own_day.py

Calls arrive at random for two groups, agents answer at once, talk and wrap up; somebody else's center, as far as acdsim can
tell. It stands for a live system that reports what happens in it.
"""

import heapq
import random
import sys

import acd

CENTER = {
    "start": "2026-03-02T09:00:00",
    "groups": [{"name": "Sales", "capacity": 5}, {"name": "Service", "capacity": None}],
    "agents": [
        {"name": "Ann", "groups": [0]},
        {"name": "Bob", "groups": [0, 1]},
        {"name": "Cleo", "groups": [1]},
    ],
}


class Day(acd.Program):
    """Callers and agents are here; acdsim asks and is told."""

    EVENTS = [*acd.Program.EVENTS, "call_arrived", "session_created", "call_ended"]

    def do(self, request):
        kind = request["request"]
        if kind == "watch":
            self.begin()
            return {"center": {key: CENTER[key] for key in ("start", "groups", "agents")}}
        if kind == "advance":
            return {"t": self.live(request["t"])}
        return super().do(request)

    def begin(self):
        self.acd, self.random, self.turns, self.order = acd.Acd(CENTER), random.Random(7), [], 0
        for agent, of in enumerate(CENTER["agents"]):
            self.at(0, 0, lambda agent=agent, groups=of["groups"]: self.log_in(agent, groups))
        self.leaves(2, 3000)
        for group, rate in ((0, 40), (1, 30)):
            self.next_call(group, rate)
        self.number, self.gives_up = 0, {}

    def at(self, second, turn, act):
        """Plans an act. At one instant agents' plans come first, then ends of calls, then callers, as acdsim has it."""
        self.order += 1
        heapq.heappush(self.turns, (int(second * acd.SECOND), turn, self.order, act))

    def now(self):
        return self.acd.now / acd.SECOND

    def log_in(self, agent, groups):
        for group in groups:
            self.acd.create_session(agent, group)
            self.acd.tell("session_created", session=len(self.acd.sessions) - 1, agent=agent, group=group)
        for session in list(self.acd.agents[agent]):
            self.acd.change(session, acd.READY)

    def leaves(self, agent, second):
        self.at(second, 0, lambda: self.log_out(agent))

    def log_out(self, agent):
        if any(session.state in (acd.ON_CALL, acd.WRAP_UP) for session in self.acd.agents[agent]):
            self.leaves(agent, self.now() + 5)
            return
        for session in list(self.acd.agents[agent]):
            self.acd.change(session, acd.ENDED)

    def next_call(self, group, rate):
        self.at(self.now() + self.random.expovariate(rate / 3600), 3, lambda: self.call(group, rate))

    def call(self, group, rate):
        self.number += 1
        call = self.number
        self.acd.tell("call_arrived", call=call, group=group)
        self.acd.place_call(call, group)
        if call in self.acd.calls:
            self.at(self.now() + self.random.expovariate(1 / 120), 2, lambda: self.loses_patience(call))
        self.next_call(group, rate)

    def loses_patience(self, call):
        if self.acd.calls.get(call, {}).get("state") == "waits":
            self.acd.hang_up(call, acd.NOT_READY)

    def answers(self, call, session):
        self.acd.answer(session, call)
        self.at(self.now() + self.random.lognormvariate(5, 0.6), 1, lambda: self.ends(call, session))

    def ends(self, call, session):
        self.acd.tell("call_ended", call=call)
        self.acd.hang_up(call, acd.WRAP_UP)
        wrap_up = self.random.uniform(5, 40)
        self.at(self.now() + wrap_up, 1, lambda: self.acd.change(self.acd.sessions[session], acd.READY))

    def live(self, until):
        """Lets the day go on until something has happened, or to the instant that is asked for."""
        while not self.acd.events and self.turns and self.turns[0][0] < until:
            self.acd.now, _, _, act = heapq.heappop(self.turns)
            act()
            self.settle()
        self.acd.now = self.acd.now if self.acd.events else until
        return self.acd.now

    def settle(self):
        """Routes, and lets agents answer what they are offered."""
        told = 0
        self.acd.route()
        while told < len(self.acd.events):
            event = self.acd.events[told]
            told += 1
            if event["event"] == "call_offered":
                self.answers(event["call"], event["session"])


if __name__ == "__main__":
    Day(wall=False).run()
