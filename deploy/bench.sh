#!/usr/bin/env bash
# What the pages cost, on a PostgreSQL of our own with generated data (`make bench SCALE=1`, `make bench SCALE="1 10"`).
# PAPERS=1 measures documents and exports too (no data needed, a minute or two).
# With two scales the second table tells how the pages grow. The measures go to var/bench/. ARGS go to `manage.py bench`.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=deploy/throwaway-database.sh
. deploy/throwaway-database.sh
unset DATABASE_URL
export DEPLOYMENT=development DEBUG=false RATE_LIMITS=false LOG_LEVEL=WARNING EMAIL_URL=dummymail://
manage() { .venv/bin/python manage.py "$@"; }
mkdir -p var/bench
trap stop_database EXIT
trap 'exit 1' INT TERM HUP

begun=$SECONDS
start_database -c shared_buffers=256MB -c work_mem=16MB -c random_page_cost=1.1 -c max_wal_size=4GB -c jit=off
broken=0
before=()
for scale in ${SCALE:-1}; do
  DATABASE_URL=$(new_database "scale_${scale/./_}")
  export DATABASE_URL
  manage migrate --verbosity 0
  manage generate --scale "$scale"
  # what autovacuum does in time: without it the first readers pay for the loading
  psql --quiet --dbname "$DATABASE_URL" --command "VACUUM ANALYZE"
  manage bench --scale "$scale" --json "var/bench/scale-$scale.json" --svg "var/bench/scale-$scale.svg" --http 1 \
    "${before[@]}" "$@" | tee "var/bench/scale-$scale.txt" || broken=1
  before=(--before "var/bench/scale-$scale.json")
done
if [ -n "${PAPERS:-}" ]; then # documents and a long spreadsheet, each in a process of its own
  manage bench_papers | tee var/bench/papers.txt || broken=1
fi
times
echo "$((SECONDS - begun)) s; the measures are in var/bench/"
exit $broken
