#!/bin/bash
# parallel.sh HOSTS run SCENARIO [OPTION...]: 16 shards on the hosts of a file, a line a host (`:` is this one), which all see this
# directory; a shard that fails is tried again up to three times, and what it had done is not done again.
hosts=$1
shift
parallel --sshloginfile "$hosts" --workdir . --retries 3 --quote \
    acdsim "$@" --shard {}/16 --out shards/{} ::: {1..16} &&
    acdsim merge shards/* --out results
