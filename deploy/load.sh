#!/usr/bin/env bash
# The last hour of a call in the production setting, on a PostgreSQL of our own (`make load LEADS=50 SECONDS=60`).
# KILL=seed kills web, worker and database at random meanwhile. The measures go to var/load/.
set -euo pipefail
cd "$(dirname "$0")/.."
leads=${LEADS:-1000} rounds=${ROUNDS:-1}
duration=${DURATION:-900} # seconds; a shell counts SECONDS by itself
# shellcheck source=deploy/throwaway-database.sh
. deploy/throwaway-database.sh
manage() { .venv/bin/python manage.py "$@"; }
mkdir -p var/load
scratch=$(mktemp -d)
player=
trap '[ -z "$player" ] || { kill "$player" && wait "$player"; } 2>/dev/null; stop_database; rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM HUP

# what is acknowledged must outlive a kill: the settings of a real database, unlike the bench's
start_database -c fsync=on -c synchronous_commit=on -c full_page_writes=on -c max_connections=100 \
  -c shared_buffers=256MB -c work_mem=16MB -c random_page_cost=1.1 -c jit=off
export THROWAWAY_DATABASE=$_cluster DATABASE_URL MEDIA_ROOT=$scratch/files
export DEPLOYMENT=development DEBUG=false LOG_LEVEL=WARNING EMAIL_URL=dummymail://
SECRET_KEY=$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(50))')
export SECRET_KEY
DATABASE_URL=$(new_database conciliazione)
DEPLOYMENT=demo manage collectstatic --noinput --verbosity 0
manage migrate --verbosity 0
options=(--leads "$leads" --seconds "$duration" --rounds "$rounds" --json "var/load/load.json")
[ -z "${KILL:-}" ] || options+=(--kill --seed "$KILL")
.venv/bin/python manage.py load "${options[@]}" "$@" > >(tee var/load/load.txt) &
player=$!
wait "$player" && code=0 || code=$?
player=
exit "$code"
