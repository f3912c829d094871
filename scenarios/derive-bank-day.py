#!/usr/bin/env python3
"""Derives bank-day.toml from the calls of a bank's center.

usage: derive-bank-day.py FOLDER > bank-day.toml

FOLDER has calls-1999-01.tsv.gz to calls-1999-07.tsv.gz: every call of a small Israeli bank's call center, tab-separated,
with whole seconds of queue and service, as collected by I. Guedj and A. Mandelbaum, Technion. See L. Brown, N. Gans,
A. Mandelbaum, A. Sakov, H. Shen, S. Zeltyn, L. Zhao, "Statistical analysis of a telephone call center: a
queueing-science perspective", JASA 100(469), 2005.
"""

import collections
import csv
import datetime
import gzip
import math
import pathlib
import sys

MONTHS = range(1, 8)
FRIDAY, SATURDAY = 4, 5
# Holidays and their eves; 11 and 12 January, which are missing; and 23 May, which ends with an outage.
LEFT_OUT = {(1, 11), (1, 12), (3, 8), (3, 31), (4, 1), (4, 6), (4, 7), (4, 20), (4, 21), (5, 20), (5, 23)}
HALF_HOUR = 1800
FIRST, END = 14, 48  # half hours of the day: 07:00 to 24:00
BUSIEST = 20  # 10:00
DAY = 24 * 3600
SHORTEST_SERVICE, LONGEST_SERVICE = 10, 3600


def seconds(clock):
    hours, minutes, secs = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(secs)


def calls(folder):
    """(date, arrival, waited, answered, service, agent) of each offered call of an ordinary weekday."""
    for month in MONTHS:
        with gzip.open(folder / f"calls-1999-{month:02}.tsv.gz", "rt", encoding="ascii", newline="") as file:
            rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            next(rows)
            for row in rows:
                if len(row) != 17:
                    continue
                date = datetime.date(1900 + int(row[5][:2]), int(row[5][2:4]), int(row[5][4:]))
                if date.weekday() in (FRIDAY, SATURDAY) or (date.month, date.day) in LEFT_OUT:
                    continue
                outcome, queued, waited = row[12], seconds(row[9]), int(row[11])
                has_queued = queued > 0 or waited > 0
                if outcome == "AGENT" or (outcome == "HANG" and has_queued):
                    arrival = queued if has_queued else seconds(row[7])
                    entered = seconds(row[6])
                    if arrival < entered - DAY // 2:
                        continue  # after midnight
                    service = (seconds(row[13]), int(row[15])) if outcome == "AGENT" else (0, 0)
                    yield date, arrival, waited, outcome == "AGENT", service, row[16]


def talking_while_a_caller_waits(moves):
    """Per half hour: the integral of the talking agents over the time in which somebody waits, and that time."""
    area, length = [0] * END, [0] * END
    for day in moves.values():
        waiting = talking = last = 0
        for at, more_waiting, more_talking in sorted(day):
            at = min(at, DAY)
            while last < at:
                half_hour = last // HALF_HOUR
                until = min(at, (half_hour + 1) * HALF_HOUR)
                if waiting > 0:
                    area[half_hour] += talking * (until - last)
                    length[half_hour] += until - last
                last = until
            waiting += more_waiting
            talking += more_talking
    return area, length


def lognormal(services):
    logs = [(math.log(secs), count) for secs, count in sorted(services.items())]
    count = sum(services.values())
    mu = math.fsum(log * n for log, n in logs) / count
    return mu, math.sqrt(math.fsum((log - mu) ** 2 * n for log, n in logs) / count)


def hyperexponential(gave_up, answered):
    """Two exponentials by the EM algorithm; who was answered is known to be patient for longer."""
    times = sorted(set(gave_up) | set(answered))
    mean = sum(secs * (gave_up[secs] + answered[secs]) for secs in times) / sum(gave_up.values())
    weights, means = [0.3, 0.7], [mean / 4, mean * 2]
    for _ in range(5000):
        callers, leavers, exposure = [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]
        for secs in times:
            stays = [weights[k] * math.exp(-secs / means[k]) for k in (0, 1)]
            leaves = [stays[k] / means[k] for k in (0, 1)]
            for k in (0, 1):
                left = gave_up[secs] * leaves[k] / (leaves[0] + leaves[1])
                stayed = answered[secs] * stays[k] / (stays[0] + stays[1])
                callers[k] += left + stayed
                leavers[k] += left
                exposure[k] += (left + stayed) * secs
        before = weights + means
        weights = [callers[k] / sum(callers) for k in (0, 1)]
        means = [exposure[k] / leavers[k] for k in (0, 1)]
        if all(abs(new - old) <= 1e-8 * old for new, old in zip(weights + means, before)):
            break
    return weights, means


def clock(half_hour):
    return f"{half_hour // 2:02}:{half_hour % 2 * 30:02}"


def shifts(seats, agent):
    """The times in which there are so many seats."""
    begin = None
    for half_hour in range(FIRST, END + 1):
        there = half_hour < END and seats[half_hour] >= agent
        if there and begin is None:
            begin = half_hour
        elif not there and begin is not None:
            yield clock(begin), clock(half_hour)
            begin = None


def main(folder):
    days, offered, abandoned, wait = set(), [0] * END, 0, 0
    moves = collections.defaultdict(list)
    seen, short = set(), 0
    services, gave_up, answered = collections.Counter(), collections.Counter(), collections.Counter()
    for date, arrival, waited, is_answered, (start, service), agent in calls(folder):
        days.add(date)
        offered[arrival // HALF_HOUR] += 1
        if arrival >= FIRST * HALF_HOUR:
            abandoned += not is_answered
            wait += waited if is_answered else 0
        if waited > 0:
            (answered if is_answered else gave_up)[waited] += 1
            moves[date] += [(arrival, 1, 0), (arrival + waited, -1, 0)]
        if is_answered and agent != "NO_SERVER" and 0 < service <= LONGEST_SERVICE:
            moves[date] += [(start, 0, 1), (start + service, 0, -1)]
            if service >= SHORTEST_SERVICE:
                services[service] += 1
            else:
                short += 1
            if start // HALF_HOUR <= BUSIEST <= (start + service - 1) // HALF_HOUR:
                seen.add((date, agent))
    area, length = talking_while_a_caller_waits(moves)
    seats = [0] * FIRST + [math.floor(area[h] / length[h] + 0.5) for h in range(FIRST, END)]
    mu, sigma = lognormal(services)
    weights, means = hyperexponential(gave_up, answered)
    calls_a_day = sum(offered[FIRST:]) / len(days)
    share = abandoned / sum(offered[FIRST:])
    asa = wait / (sum(offered[FIRST:]) - abandoned)

    sys.stdout.reconfigure(encoding="ascii", newline="\n")
    print(f"""\
# A day of a real bank's call center: an ordinary weekday, Sunday to Thursday, from 7:00 to midnight.
#
# Derived from the {len(days)} ordinary weekdays of January to July 1999 by
#     python3 derive-bank-day.py FOLDER > bank-day.toml
# Data: collected by I. Guedj and A. Mandelbaum, Technion. See L. Brown, N. Gans, A. Mandelbaum, A. Sakov, H. Shen,
# S. Zeltyn, L. Zhao, "Statistical analysis of a telephone call center: a queueing-science perspective", JASA 100(469),
# 2005. Holidays and their eves, two days that are missing and one with an outage are left out.
#
# In the record, between 7:00 and midnight: {calls_a_day:.0f} offered calls a day, {100 * share:.1f} % abandoned, average speed of
# answer {asa:.0f} s.
# The days of the record differ in calls and agents far more than those of this scenario, which are all of one rate.

name = "Bank day"
start = 1999-02-07T07:00:00     # a Sunday
horizon = "17h"
replications = 20

[[group]]
name = "Bank"
# Calls that reached the queue or an agent, per half hour of arrival.
arrivals = {{ rates = [""")
    for half_hour in range(FIRST, END):
        rate = 2 * offered[half_hour] / len(days)
        print(f'    {{ from = "{clock(half_hour)}", rate = "{rate:.1f}/h" }},')
    print(f"""\
] }}
# {sum(services.values())} services of {SHORTEST_SERVICE} to {LONGEST_SERVICE} s by known agents. The {100 * short / (short + sum(services.values())):.1f} % that are shorter fit no lognormal law: agents
# dropped callers to get a rest. The record has no wrap-up: this is the whole handle time.
talk = {{ distribution = "lognormal", mu = {mu:.3f}, sigma = {sigma:.3f} }}
# {sum(gave_up.values())} callers who waited and hung up, and {sum(answered.values())} who were answered first. One exponential would not do: many leave
# early.
patience = {{ distribution = "hyperexponential", branches = [
    {{ weight = {weights[0]:.3f}, mean = "{means[0]:.0f}s" }},
    {{ weight = {1 - float(f"{weights[0]:.3f}"):.3f}, mean = "{means[1]:.0f}s" }},
] }}

# No roster is known. The agents who serve anybody in a half hour are too many: from {clock(BUSIEST)} on they are {len(seen) / len(days):.1f}, but
# while a caller waits, when nobody should be idle, {area[BUSIEST] / length[BUSIEST]:.1f} of them talk. So there are as many seats as agents talk, on
# average over the days, while a caller waits.""")
    for agent in range(1, max(seats) + 1):
        print(f'\n[[agents]]\nname = "Agent {agent}"\ngroups = ["Bank"]')
        stays = [f'{{ log_in = "{begin}", log_out = "{end}" }}' for begin, end in shifts(seats, agent)]
        print(f"shifts = [{', '.join(stays)}]" if len(stays) < 3 else "shifts = [\n    " + ",\n    ".join(stays) + ",\n]")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip())
    main(pathlib.Path(sys.argv[1]))
