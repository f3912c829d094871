#!/usr/bin/env bash
# A run of 16 shards as an array job of a real Slurm: one controller and one node, on this machine. A task is killed in the middle of
# its work and requeued; what the shards are merged to has to be what a single machine writes. The first argument is the program.
set -euo pipefail
cd "$(dirname "$0")/.."
acdsim=$(realpath "$1")
root=$PWD
work=$(mktemp -d)
chmod 755 "$work"
sudo=$([ "$(id -u)" = 0 ] || echo sudo)
shift
# Another command may follow, for a slower program.
run=("$@")
[ ${#run[@]} -gt 0 ] || run=(run "$root/scenarios/large.toml" --replications 64)
victim=5

for program in munged slurmctld slurmd; do
    if ! command -v $program >/dev/null && ! [ -x /usr/sbin/$program ]; then
        $sudo apt-get update -qq
        DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends munge slurmctld slurmd slurm-client
        break
    fi
done
PATH=$PATH:/usr/sbin

daemons=()
cleanup() {
    for pid in "${daemons[@]}"; do $sudo kill "$pid" 2>/dev/null || true; done
    sleep 1
    $sudo rm -rf "$work"
}
trap cleanup EXIT
fail() {
    echo "slurm: $1"
    tail -n 20 "$work"/*.log "$work"/job/slurm-*.txt 2>/dev/null || true
    exit 1
}

# What Slurm says of a task of the job; `grep -q` at the end of a pipe would break it off.
state() { scontrol show job "${job}_$1" | grep -o 'JobState=[A-Z]*' || true; }

# A munge and a Slurm of its own, beside whatever the machine has.
mkdir -p "$work"/{state,spool,job/shards}
dd if=/dev/urandom of="$work/munge.key" bs=128 count=1 status=none
chmod 600 "$work/munge.key"
chmod 700 "$work/state" "$work/spool"
$sudo chown -R root:root "$work"
$sudo munged --foreground --force --key-file "$work/munge.key" --socket "$work/munge.socket" --pid-file "$work/munged.pid" \
    --log-file "$work/munged.log" --seed-file "$work/munge.seed" >/dev/null 2>&1 &
daemons+=($!)
host=$(hostname -s)
cpus=$(nproc)
cat >"$work/slurm.conf" <<CONF
ClusterName=acdsim
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket,cred_expire=10
CredType=cred/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
ReturnToService=2
MinJobAge=3600
JobRequeue=1
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf
for _ in $(seq 100); do [ -S "$work/munge.socket" ] && break || sleep 0.1; done
$sudo env SLURM_CONF="$SLURM_CONF" slurmctld -D -f "$SLURM_CONF" >/dev/null 2>&1 &
daemons+=($!)
$sudo env SLURM_CONF="$SLURM_CONF" slurmd -D -f "$SLURM_CONF" >/dev/null 2>&1 &
daemons+=($!)
for _ in $(seq 300); do
    [ "$(sinfo --noheader --format %t 2>/dev/null)" = idle ] && break
    sleep 0.2
done
sinfo || fail "there is no Slurm"
[ "$(sinfo --noheader --format %t)" = idle ] || fail "the node does not come up"

# The recipe as it is documented. A task that fails is put back into the queue.
export PATH=$(dirname "$acdsim"):$PATH
cd "$work/job"
job=$(sbatch --parsable "$root/examples/cluster/slurm.sbatch" "${run[@]}")
echo "array job $job"
# The task is killed as soon as it has finished a replication and is at another.
for _ in $(seq 6000); do
    [ -n "$(ls shards/$victim/parts 2>/dev/null)" ] && break
    sleep 0.02
done
for pid in $(pgrep -f -- "--out shards/$victim --threads"); do
    # None that somebody else has started.
    [ "$(readlink "/proc/$pid/cwd")" = "$work/job" ] && killed=$pid && kill -KILL "$pid"
done
[ -n "${killed:-}" ] || fail "task $victim is not at work"
for _ in $(seq 600); do
    [ "$(state $victim)" = JobState=FAILED ] && break
    sleep 0.1
done
[ "$(state $victim)" = JobState=FAILED ] || fail "task $victim has not failed"
left=$(ls "shards/$victim/parts" | grep -c '\.part$')
echo "task $victim was killed with $left replications done"
code=0
$acdsim merge shards/* --out early 2>early.txt || code=$?
[ $code = 2 ] && [ ! -e early ] || fail "shards that are not finished are merged"
cat early.txt
scontrol requeue "${job}_$victim"
for _ in $(seq 6000); do
    [ -z "$(squeue --noheader --jobs "$job" 2>/dev/null)" ] && break
    sleep 0.1
done
scontrol show job "$job" | grep -o 'JobState=[A-Z]*' | sort | uniq -c
[ "$(scontrol show job "$job" | grep -c 'JobState=COMPLETED')" = 16 ] || fail "not all 16 tasks are completed"
grep -q "^acdsim: $left of [0-9]* replications are done already and were taken over" "slurm-$victim.txt" ||
    fail "task $victim did not take over what it had done"
scontrol show job "${job}_$victim" | grep -o 'Restarts=[0-9]*'

$acdsim merge shards/* --out merged >merged.txt
$acdsim "${run[@]}" --out single >single.txt
hashes() { (cd "$1" && sha256sum -- *); }
hashes single >single.sums
hashes merged >merged.sums
cmp single.sums merged.sums || fail "the merged files are not those of a single run"
cmp single.txt merged.txt || fail "the merged run prints something else"
cat merged.sums
tail -n 1 merged.txt
echo "16 shards, one of them killed and requeued, are the single run"
