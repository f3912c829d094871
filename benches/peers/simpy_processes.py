"""SimPy, as its manual teaches: every call is a process, and the idle agents are in a store."""

from collections.abc import Iterator

import simpy

from workloads import Draws, Tally, Workload, main


def simulate(workload: Workload, horizon_secs: float, draws: Draws, tally: Tally) -> None:
    env = simpy.Environment()
    one_group = workload.groups == 1
    idle = simpy.Store(env) if one_group else simpy.FilterStore(env)
    idle.items.extend(workload.agents())

    def arrivals(call_type: int) -> Iterator[simpy.Event]:
        while True:
            yield env.timeout(draws.gap(call_type))
            tally.calls += 1
            env.process(call(call_type))

    def call(call_type: int) -> Iterator[simpy.Event]:
        arrived = env.now
        request = idle.get() if one_group else idle.get(lambda agent: call_type in agent.types)
        patience = draws.patience()
        if patience is None:
            yield request
        else:
            yield request | env.timeout(patience)
            if not request.triggered:
                request.cancel()
                return
        agent = request.value
        tally.answered(arrived, env.now - arrived)
        talk, wrap_up = draws.handle()
        yield env.timeout(talk)
        yield env.timeout(wrap_up)
        idle.put(agent)

    for call_type in range(workload.groups):
        env.process(arrivals(call_type))
    env.run(until=horizon_secs)


if __name__ == "__main__":
    main(simulate)
