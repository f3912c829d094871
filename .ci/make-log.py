#!/usr/bin/env python3
"""Writes a call log of so many rows, for measuring what an import needs: made up, the same for each run, out of order.

usage: make-log.py ROWS > log.csv
"""

import datetime
import random
import sys

START = datetime.datetime(2024, 1, 1)
DAYS = 364


def main():
    rows, draw = int(sys.argv[1]), random.Random(1)
    days = [(START + datetime.timedelta(days=day)).strftime("%Y-%m-%dT") for day in range(DAYS)]
    clocks = [f"{hour:02}:{minute:02}" for hour in range(7, 21) for minute in range(60)]
    write = sys.stdout.write
    write("id,queued,wait_s,talk_s,wrap_s,skill,agent\n")
    for row in range(rows):
        bits = draw.getrandbits(64)
        day, clock, second = days[bits % DAYS], clocks[(bits >> 9) % len(clocks)], (bits >> 20) % 60
        wait = (bits >> 26) % 120 if bits >> 63 else 0
        skill, agent = (bits >> 34) % 8, (bits >> 37) % 128
        if wait > 60 and (bits >> 46) % 4 == 0:
            write(f"{row},{day}{clock}:{second:02},{wait},,,S{skill},\n")
        else:
            talk, wrap = 20 + (bits >> 48) % 400, (bits >> 57) % 30
            write(f"{row},{day}{clock}:{second:02},{wait},{talk},{wrap},S{skill},A{agent}\n")


main()
