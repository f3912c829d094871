"""Ciw: a node with as many servers as there are agents; its records of the customers give the waits."""

from collections.abc import Callable

import ciw

from workloads import Draws, Tally, Workload, main


class Drawn(ciw.dists.Distribution):
    """A distribution whose values are drawn by a function."""

    def __init__(self, draw: Callable[[], float]) -> None:
        self.draw = draw

    def sample(self, t: float | None = None, ind: ciw.Individual | None = None) -> float:
        return self.draw()


def simulate(workload: Workload, horizon_secs: float, draws: Draws, tally: Tally) -> None:
    network = ciw.create_network(
        arrival_distributions=[Drawn(lambda: draws.gap(0))],
        service_distributions=[Drawn(lambda: sum(draws.handle()))],
        reneging_time_distributions=[Drawn(draws.patience)] if workload.patience_secs else None,
        number_of_servers=[workload.agents_each],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(horizon_secs)
    for record in simulation.get_all_records(only=["service"], include_incomplete=True):
        if record.waiting_time is not None:
            tally.answered(record.arrival_date, record.waiting_time)
    tally.calls = simulation.nodes[0].number_of_individuals


if __name__ == "__main__":
    main(simulate)
