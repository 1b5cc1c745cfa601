#!/bin/bash
# Carries out the {{shards}} shards of a plan of `ossum migrate`, {{workers}} at a time. Hand it to sbatch.
#
# A task that may succeed another time (exit code 75) is queued again, 20 times at most; one that never will (42) has
# failed, and `ossum migrate audit` says what of it. To submit it again does no harm: what is done is not done again.
# Credentials are those that ossum finds on the nodes, or in the environment that sbatch hands on.
#SBATCH --job-name=ossum-migrate
#SBATCH --array=0-{{last_task}}%{{workers}}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=2
#SBATCH --mem=1G
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:TERM@60

work={{work}}
most_restarts=20

# A task has its time until TERM: what was moved until then is in the ledger, and counts.
pid= stopped=
trap 'stopped=yes; [[ -z $pid ]] || kill -TERM "$pid" 2>/dev/null' TERM

carry_out() {
    ossum migrate run-shard "$work#$1"{{options}} &
    pid=$!
    local code
    wait "$pid"
    code=$?
    # A signal ends the waiting, not the program.
    while kill -0 "$pid" 2>/dev/null; do
        wait "$pid"
        code=$?
    done
    pid=
    return "$code"
}

end=0
for ((shard = SLURM_ARRAY_TASK_ID; shard <= {{last_shard}}; shard += {{tasks}})); do
    carry_out "$shard"
    code=$?
    # What may pass outweighs what does not.
    if [[ $code -ne 0 && $end -ne 75 ]]; then
        end=$code
    fi
    if [[ -n $stopped ]]; then
        end=75
        break
    fi
done

if [[ $end -eq 75 && ${SLURM_RESTART_COUNT:-0} -lt $most_restarts ]]; then
    scontrol requeue "$SLURM_JOB_ID"
fi
exit "$end"
