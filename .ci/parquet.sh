#!/usr/bin/env bash
# calls.parquet and events.parquet, read with DuckDB and pandas: each row and value is that of the CSV file, and a statistic that is
# computed from them is that of groups.csv. The first argument is a program with the cargo feature `parquet`.
set -euo pipefail
cd "$(dirname "$0")/.."
acdsim=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet duckdb==2.0.1 pandas==3.1.1 pyarrow==26.0.1
for scenario in quickstart whole-center; do
    "$acdsim" run scenarios/$scenario.toml --replications 5 --calls --events --parquet --quiet --out "$work/$scenario"
    # Neither the threads nor shards change a byte.
    "$acdsim" run scenarios/$scenario.toml --replications 5 --calls --events --parquet --quiet --threads 1 --out "$work/again"
    diff -r "$work/$scenario" "$work/again"
    for shard in 1 2; do
        "$acdsim" run scenarios/$scenario.toml --replications 5 --calls --events --quiet --shard $shard/2 --out "$work/$scenario-$shard"
    done
    "$acdsim" merge "$work/$scenario-1" "$work/$scenario-2" --parquet --quiet --out "$work/merged"
    diff -r "$work/$scenario" "$work/merged"
    # Nor does it matter whether they are beside CSV files.
    "$acdsim" run scenarios/$scenario.toml --replications 5 --calls --events --parquet --no-csv --quiet --out "$work/again"
    for rows in calls events; do
        cmp "$work/$scenario/$rows.parquet" "$work/again/$rows.parquet"
        [ ! -e "$work/again/$rows.csv" ]
    done
    "$work/venv/bin/python" - "$work/$scenario" <<'PY'
import sys
from decimal import Decimal
import duckdb, pandas
path = sys.argv[1]
for name in ["calls", "events"]:
    typed, text = f"'{path}/{name}.parquet'", f"read_csv('{path}/{name}.csv', all_varchar=true)"
    rows = duckdb.sql(f"SELECT count(*) FROM {typed}").fetchall()[0][0]
    assert rows == duckdb.sql(f"SELECT count(*) FROM {text}").fetchall()[0][0] > 1000, name
    for column, kind in [(row[0], row[1]) for row in duckdb.sql(f"DESCRIBE SELECT * FROM {typed}").fetchall()]:
        wrong = duckdb.sql(f"""SELECT count(*) FROM {typed} p POSITIONAL JOIN {text} c
            WHERE CAST(p."{column}" AS VARCHAR) IS DISTINCT FROM c."{column}" """).fetchall()[0][0]
        assert wrong == 0, f"{name}.{column} ({kind}): {wrong} of {rows} values differ"
    print(f"{name}.parquet: {rows} rows are those of {name}.csv")
# The answered calls that count and their mean wait, by replication and group, exactly as groups.csv has them.
kinds = {row[0] for row in duckdb.sql(f"SELECT DISTINCT outcome FROM '{path}/calls.parquet'").fetchall()}
groups = {(r, g): (n, asa) for r, g, n, asa in duckdb.sql(
    f"SELECT replication, \"group\", answered, asa_s FROM read_csv('{path}/groups.csv', types={{'asa_s': 'DECIMAL(18,9)'}})").fetchall()}
found = {(r, g): (n, w) for r, g, n, w in duckdb.sql(
    f"SELECT replication, \"group\", count(*), sum(wait_s) FROM '{path}/calls.parquet' WHERE counted AND session IS NOT NULL GROUP BY ALL").fetchall()}
frame = pandas.read_parquet(f"{path}/calls.parquet")
by_pandas = frame[frame.counted & frame.session.notna()].groupby(["replication", "group"]).size()
assert found.keys() == groups.keys() == set(by_pandas.index)
for key, (calls, waits) in found.items():
    assert calls == groups[key][0] == by_pandas[key], (key, calls, groups[key])
    if "whole-center" not in path:
        asa = Decimal(int(waits * 10**9) // calls) / 10**9
        assert asa == groups[key][1], (key, asa, groups[key])
print(f"{len(found)} groups: what DuckDB and pandas count is in groups.csv ({', '.join(sorted(kinds))})")
PY
done
echo "the Parquet files are the CSV files"
python3 .ci/rows-cost.py "$acdsim" 2
