#!/usr/bin/env python3
"""A small ACD that speaks acdsim's replay protocol: a complete telephony system under test.

    acdsim trace scenarios/quickstart.toml --output day.jsonl
    acdsim replay day.jsonl --adapter process -- python3 examples/python-acd/acd.py

Agents are in groups, calls wait in a queue for each group, the agent who has been ready longest takes an arriving call, and
an agent who becomes ready takes the call that has waited longest. Time is virtual unless it is started with --wall: then it
goes by its own clock, as fast as the replay says. It needs Python 3.8 and its standard library only.
"""

import json
import sys
import time
from datetime import datetime

NOT_READY, READY = "ASST_NOT_READY", "ASST_READY"
ON_CALL, WRAP_UP, ENDED = "ASST_BUSY_ON_CALL", "ASST_BUSY_WRAPUP", "ASST_SESSION_ENDED"
SECOND = 1_000_000_000


class Refused(Exception):
    """What is asked cannot be done."""


class Session:
    """An agent session with what TAPI wants to know of it, in nanoseconds."""

    def __init__(self, number, agent, group, now):
        self.number, self.agent, self.group = number, agent, group
        self.state, self.started, self.ended = NOT_READY, now, None
        self.held = False  # NOT_READY only because the agent is busy in another session
        self.call = None
        self.calls = self.talks = self.wrap_ups = 0
        self.talk = self.wrap_up = self.answer = self.longest = 0
        self.since = now

    def statistics(self, now, start):
        until = now if self.ended is None else self.ended
        duration = until - self.started
        whole = lambda nanos: nanos // SECOND
        days = (start - datetime(1899, 12, 30)).total_seconds() + self.started / SECOND
        rate = self.calls * 3600 * SECOND * 10_000 // duration / 10_000 if duration else 0
        return {
            "SessionStartTime": days / 86400,
            "SessionDuration": whole(duration),
            "NumberOfCalls": self.calls,
            "TotalTalkTime": whole(self.talk),
            "AverageTalkTime": mean_of(self.talk, self.talks),
            "TotalCallTime": whole(self.talk + self.wrap_up),
            "AverageCallTime": mean_of(self.talk + self.wrap_up, self.talks),
            "TotalWrapUpTime": whole(self.wrap_up),
            "AverageWrapUpTime": mean_of(self.wrap_up, self.wrap_ups),
            "ACDCallRate": rate,
            "LongestTimeToAnswer": whole(self.longest),
            "AverageTimeToAnswer": mean_of(self.answer, self.calls),
        }


def mean_of(total, count):
    return total // count // SECOND if count else 0


class Acd:
    """The switch: it is told what callers and agents do, and says what follows."""

    def __init__(self, center):
        self.start = datetime.fromisoformat(center["start"])
        self.capacity = [group["capacity"] for group in center["groups"]]
        self.agents = [[] for _ in center["agents"]]  # the sessions that have not ended
        self.queues = [[] for _ in center["groups"]]
        self.sessions, self.calls = [], {}
        self.idle, self.freed, self.events = [], [], []
        self.now = 0

    def tell(self, event, **members):
        self.events.append({"event": event, "t": self.now, **members})

    # What agents ask for.

    def create_session(self, agent, group):
        session = Session(len(self.sessions), agent, group, self.now)
        self.sessions.append(session)
        self.agents[agent].append(session)

    def put_state(self, session, state):
        session = self.sessions[session]
        if session.state == ENDED or state in (ON_CALL, WRAP_UP):
            raise Refused(f"session {session.number} is {session.state} and cannot become {state}")
        self.change(session, state)

    def change(self, session, state):
        """Puts a session into a state, ends the phase that it was in, and lets the agent's others follow."""
        if session.state == state:
            return
        before, session.state = session.state, state
        spent, session.since = self.now - session.since, self.now
        if before == ON_CALL:
            session.talks += 1
            session.talk += spent
            if state != WRAP_UP:
                session.wrap_ups += 1
        if before == WRAP_UP:
            session.wrap_ups += 1
            session.wrap_up += spent
        self.tell("session_changed", session=session.number, **{"from": before, "to": state})
        others = [other for other in self.agents[session.agent] if other is not session]
        if state == ON_CALL:
            for other in others:
                if other.state == READY:
                    other.held = True
                    self.change(other, NOT_READY)
        elif before in (ON_CALL, WRAP_UP) and state != WRAP_UP:
            for other in others:
                if other.held:
                    other.held = False
                    self.change(other, READY)
        if state == ENDED:
            session.ended = self.now
            self.agents[session.agent].remove(session)
        if session.agent in self.idle and state != READY:
            self.idle.remove(session.agent)
        if state == READY and session.agent not in self.freed:
            self.freed.append(session.agent)

    # What callers do.

    def place_call(self, call, group):
        ready = [agent for agent in self.idle if any(session.group == group for session in self.agents[agent])]
        room = self.capacity[group]
        if ready:
            self.calls[call] = {"group": group, "arrived": self.now, "state": "waits"}
            self.offer(call, ready[0])
        elif room is not None and len(self.queues[group]) >= room:
            self.tell("call_blocked", call=call)
        else:
            self.calls[call] = {"group": group, "arrived": self.now, "state": "waits"}
            self.queues[group].append(call)
            self.tell("call_waits", call=call)

    def offer(self, call, agent):
        self.idle.remove(agent)
        session = next(s for s in self.agents[agent] if s.group == self.calls[call]["group"])
        self.calls[call].update(state="offered", session=session)
        self.tell("call_offered", call=call, session=session.number)

    def answer(self, session, call):
        session, of = self.sessions[session], self.calls.get(call)
        if of is None or of.get("session") is not session or of["state"] != "offered":
            raise Refused(f"call {call} is not offered to session {session.number}")
        waited = self.now - of["arrived"]
        of["state"], session.call = "talks", call
        self.change(session, ON_CALL)
        session.calls += 1
        session.answer += waited
        session.longest = max(session.longest, waited)
        self.tell("call_answered", call=call, session=session.number)

    def hang_up(self, call, then):
        of = self.calls.pop(call, None)
        if of is None:
            raise Refused(f"there is no call {call}")
        if of["state"] == "talks":
            of["session"].call = None
            self.change(of["session"], then)
            return
        if of["state"] == "waits":
            self.queues[of["group"]].remove(call)
        else:
            self.freed.append(of["session"].agent)
        self.tell("call_abandoned", call=call)

    def route(self):
        """Finds calls for the agents who have become ready in all of their sessions."""
        freed, self.freed = self.freed, []
        for agent in freed:
            sessions = self.agents[agent]
            if agent in self.idle or not sessions or any(session.state != READY for session in sessions):
                continue
            waiting = [(self.calls[q[0]]["arrived"], place, q[0]) for place, session in enumerate(sessions)
                       for q in [self.queues[session.group]] if q]
            self.idle.append(agent)
            if waiting:
                call = min(waiting)[2]
                self.queues[self.calls[call]["group"]].pop(0)
                self.offer(call, agent)


class Program:
    """The protocol: requests come in, answers and events go out."""

    EVENTS = ["session_changed", "call_waits", "call_answered", "call_abandoned"]

    def __init__(self, wall):
        self.wall, self.acd, self.speed, self.began = wall, None, 1.0, 0.0

    def hello(self):
        time_is = "wall" if self.wall else "virtual"
        return {"protocol": 1, "system": "python-acd 1.0", "time": time_is, "events": self.EVENTS}

    def clock(self):
        return int((time.monotonic() - self.began) * self.speed * SECOND)

    def do(self, request):
        """Carries a request out and returns the members of its answer."""
        kind, acd = request["request"], self.acd
        if acd is not None:
            acd.now = max(acd.now, self.clock() if self.wall else request.get("t", 0) if kind != "advance" else 0)
        if kind == "hello":
            self.speed = request["speed"]
            return {"hello": self.hello()}
        if kind == "open":
            self.acd, self.began = Acd(request), time.monotonic()
        elif kind == "create_session":
            acd.create_session(request["agent"], request["group"])
        elif kind == "put_state":
            acd.put_state(request["session"], request["state"])
        elif kind == "place_call":
            acd.place_call(request["call"], request["group"])
        elif kind == "answer":
            acd.answer(request["session"], request["call"])
        elif kind == "hang_up":
            acd.hang_up(request["call"], request["then"])
        elif kind == "advance":
            acd.route()
            # Nothing happens by itself here: what is decided is decided now.
            acd.now = acd.now if acd.events else request["t"]
            return {"t": acd.now}
        elif kind == "statistics":
            session = self.acd.sessions[request["session"]]
            now = request["t"] if not self.wall else self.acd.now
            return {"ended": session.state == ENDED, "statistics": session.statistics(now, self.acd.start)}
        elif kind != "close":
            raise Refused(f"there is no request {kind}")
        return {}

    def send(self, line):
        sys.stdout.write(json.dumps(line) + "\n")

    def tell_events(self):
        for event in self.acd.events if self.acd else []:
            self.send(event)
        if self.acd:
            self.acd.events.clear()

    def run(self):
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = self.do(request)
            except Refused as reason:
                answer = {"error": str(reason)}
            if self.wall and self.acd:
                self.acd.route()
            # In virtual time what follows is told when it is asked for.
            if self.wall or request["request"] == "advance":
                self.tell_events()
            self.send({"id": request["id"], **answer})
            sys.stdout.flush()
            if request["request"] == "close":
                return


if __name__ == "__main__":
    Program("--wall" in sys.argv[1:]).run()
