#!/usr/bin/env python3
"""The ACD of acd.py with a defect, for seeing that a replay notices it: faulty.py FAULT [--wall].

The first ones count wrongly, the others break the protocol. `faulty.py` alone lists them.
"""

import sys
import time

import acd


class LongestForgets(acd.Session):
    """LongestTimeToAnswer is that of the last call."""

    def statistics(self, now, start):
        return {**super().statistics(now, start), "LongestTimeToAnswer": self.last // acd.SECOND}

    last = 0

    def __setattr__(self, name, value):
        if name == "answer" and value > 0:
            object.__setattr__(self, "last", value - self.answer)
        object.__setattr__(self, name, value)


class WrapUpIsTalk(acd.Session):
    """Wrap-up is counted as talk."""

    def statistics(self, now, start):
        counted = super().statistics(now, start)
        return {**counted, "TotalTalkTime": counted["TotalCallTime"]}


class StartsWithTheFirstCall(acd.Session):
    """SessionDuration runs from the first call on."""

    first = None

    def statistics(self, now, start):
        counted = super().statistics(now, start)
        begun = now if self.first is None else self.first
        return {**counted, "SessionDuration": ((self.ended or now) - begun) // acd.SECOND}

    def __setattr__(self, name, value):
        if name == "state" and value == acd.ON_CALL and self.first is None:
            object.__setattr__(self, "first", self.since)
        object.__setattr__(self, name, value)


class LastIdleFirst(acd.Acd):
    """A call goes to the agent who has been ready for the shortest time."""

    def place_call(self, call, group):
        self.idle.reverse()
        super().place_call(call, group)
        self.idle.reverse()


class Broken(acd.Program):
    """Breaks the protocol in one way when it has been asked for the hundredth time."""

    def __init__(self, wall, fault):
        super().__init__(wall)
        self.fault, self.requests, self.kept = fault, 0, None

    def send(self, line):
        if "id" not in line:
            lost = self.fault == "loses-event" and line["event"] == "call_answered" and line["call"] == 7
            if self.fault == "drifts" and self.requests > 100:
                line = {**line, "t": line["t"] // 2}
            if not lost:
                super().send(line)
            return
        self.requests += 1
        due = self.requests == 100
        if due and self.fault == "dies":
            sys.exit(7)
        if due and self.fault == "hangs":
            time.sleep(3600)
        if due and self.fault == "late":
            time.sleep(2.5)
        if due and self.fault == "garbage":
            sys.stdout.write("Segmentation fault (core dumped)\n")
        if due and self.fault == "out-of-order":
            line = {**line, "id": line["id"] + 1}
        super().send(line)
        if due and self.fault == "twice":
            super().send(line)


SESSIONS = {
    "longest-forgets": LongestForgets,
    "wrap-up-is-talk": WrapUpIsTalk,
    "starts-with-the-first-call": StartsWithTheFirstCall,
}
PROTOCOL = ["dies", "hangs", "late", "twice", "out-of-order", "garbage", "loses-event", "drifts"]

if __name__ == "__main__":
    names = [*SESSIONS, "last-idle-first", *PROTOCOL]
    if len(sys.argv) < 2 or sys.argv[1] not in names:
        sys.exit("faulty.py FAULT, which is one of " + ", ".join(names))
    fault = sys.argv[1]
    acd.Session = SESSIONS.get(fault, acd.Session)
    acd.Acd = LastIdleFirst if fault == "last-idle-first" else acd.Acd
    wall = "--wall" in sys.argv
    (Broken(wall, fault) if fault in PROTOCOL else acd.Program(wall)).run()
