"""salabim: every agent is a process that takes calls from a store; a call is a component that may leave the store."""

from collections.abc import Iterator

import salabim

from workloads import Agent, Draws, Tally, Workload, main

# Processes as generators: they are as fast as those on greenlets, and need no other package.
salabim.yieldless(False)


class Call(salabim.Component):
    """A call that waits."""

    def setup(self, call_type: int, waiting: salabim.Store) -> None:
        self.call_type = call_type
        self.arrived = self.env.now()
        self.enter(waiting)

    def give_up(self) -> None:
        self.leave()


class Arrivals(salabim.Component):
    """The source of the calls of a type."""

    def process(self, call_type: int, waiting: salabim.Store, draws: Draws, tally: Tally) -> Iterator[None]:
        while True:
            yield self.hold(draws.gap(call_type))
            tally.calls += 1
            patience = draws.patience()
            if patience is None:
                Call(call_type=call_type, waiting=waiting)
            else:
                Call(call_type=call_type, waiting=waiting, process="give_up", delay=patience)


class Desk(salabim.Component):
    """An agent at work."""

    def process(self, agent: Agent, waiting: salabim.Store, draws: Draws, tally: Tally) -> Iterator[None]:
        while True:
            call = yield self.from_store(waiting, filter=lambda call: call.call_type in agent.types)
            call.cancel()
            tally.answered(call.arrived, self.env.now() - call.arrived)
            talk, wrap_up = draws.handle()
            yield self.hold(talk)
            yield self.hold(wrap_up)


def simulate(workload: Workload, horizon_secs: float, draws: Draws, tally: Tally) -> None:
    env = salabim.Environment(trace=False)
    waiting = salabim.Store("waiting")
    for call_type in range(workload.groups):
        Arrivals(call_type=call_type, waiting=waiting, draws=draws, tally=tally)
    for agent in workload.agents():
        Desk(agent=agent, waiting=waiting, draws=draws, tally=tally)
    env.run(till=horizon_secs)


if __name__ == "__main__":
    main(simulate)
