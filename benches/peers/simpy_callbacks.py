"""SimPy as an event calendar: timeouts with callbacks, no processes, queues kept by hand."""

from collections import deque

import simpy

from workloads import Agent, Draws, Tally, Workload, main


class Call:
    """A call that waits or waited."""

    __slots__ = ("arrived", "gone")

    def __init__(self, arrived: float) -> None:
        self.arrived = arrived
        self.gone = False


class CallCenter:
    """The queues, the idle agents, and what happens at each event."""

    def __init__(self, env: simpy.Environment, workload: Workload, draws: Draws, tally: Tally) -> None:
        self.env, self.draws, self.tally = env, draws, tally
        self.groups_for = [workload.groups_for(call_type) for call_type in range(workload.groups)]
        self.waiting: list[deque[Call]] = [deque() for _ in range(workload.groups)]
        #: By group: since when each is idle, and who.
        self.idle: list[deque[tuple[float, Agent]]] = [deque() for _ in range(workload.groups)]
        for agent in workload.agents():
            self.idle[agent.group].append((0.0, agent))
        for call_type in range(workload.groups):
            self.expect(call_type)

    def expect(self, call_type: int) -> None:
        self.env.timeout(self.draws.gap(call_type), call_type).callbacks.append(self.arrive)

    def arrive(self, event: simpy.Event) -> None:
        call_type = event.value
        self.expect(call_type)
        self.tally.calls += 1
        call = Call(self.env.now)
        patience = self.draws.patience()
        longest = None
        for group in self.groups_for[call_type]:
            idle = self.idle[group]
            if idle and (longest is None or idle[0][0] < longest[0][0]):
                longest = idle
        if longest is not None:
            self.answer(longest.popleft()[1], call)
            return
        self.waiting[call_type].append(call)
        if patience is not None:
            self.env.timeout(patience, call).callbacks.append(self.give_up)

    def give_up(self, event: simpy.Event) -> None:
        event.value.gone = True

    def answer(self, agent: Agent, call: Call) -> None:
        self.tally.answered(call.arrived, self.env.now - call.arrived)
        talk, wrap_up = self.draws.handle()
        self.env.timeout(talk, (agent, wrap_up)).callbacks.append(self.hang_up)

    def hang_up(self, event: simpy.Event) -> None:
        agent, wrap_up = event.value
        self.env.timeout(wrap_up, agent).callbacks.append(self.become_free)

    def become_free(self, event: simpy.Event) -> None:
        agent = event.value
        longest = None
        for call_type in agent.types:
            waiting = self.waiting[call_type]
            while waiting and waiting[0].gone:
                waiting.popleft()
            if waiting and (longest is None or waiting[0].arrived < longest[0].arrived):
                longest = waiting
        if longest is not None:
            self.answer(agent, longest.popleft())
        else:
            self.idle[agent.group].append((self.env.now, agent))


def simulate(workload: Workload, horizon_secs: float, draws: Draws, tally: Tally) -> None:
    env = simpy.Environment()
    CallCenter(env, workload, draws, tally)
    env.run(until=horizon_secs)


if __name__ == "__main__":
    main(simulate)
