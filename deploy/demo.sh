#!/usr/bin/env bash
# The portal with its demonstration data, on this machine alone: the database, the worker and the web server.
# `make demo` prepares the environment and calls this. Everything it writes is under var/.
set -euo pipefail
cd "$(dirname "$0")/.."

port=${PORT:-8000}
bind=${BIND:-127.0.0.1}
python=$PWD/.venv/bin/python
mkdir -p var/media var/mail

# Stated here, so that a .env beside manage.py (perhaps that of a real instance) cannot lend the demo its data or its mail.
export DEPLOYMENT=demo DEBUG=false
export DATABASE_URL=${DATABASE_URL:-sqlite:///$PWD/var/conciliazione.sqlite3}
export MEDIA_ROOT=${MEDIA_ROOT:-$PWD/var/media}
export EMAIL_URL=${EMAIL_URL:-filemail:///var/mail} # a file for each letter: on the screen they would bury the accounts
export PUBLIC_ADDRESS=${PUBLIC_ADDRESS:-http://localhost:$port}
if [ -z "${SECRET_KEY:-}" ]; then
  [ -s var/secret-key ] || (umask 077 && "$python" -c 'import secrets; print(secrets.token_urlsafe(50))' >var/secret-key)
  SECRET_KEY=$(<var/secret-key)
  export SECRET_KEY
fi

"$python" - "$bind" "$port" <<'PYTHON' || exit 1
import socket, sys
bind, port = sys.argv[1], int(sys.argv[2])
with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET) as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((bind, port))
    except OSError as error:
        sys.exit(f"Port {port} cannot be used ({error.strerror}). Choose another one: PORT={port + 1} make demo")
PYTHON

children=()
stop() {
  trap - EXIT INT TERM HUP
  [ ${#children[@]} -gt 0 ] || return 0
  kill -TERM "${children[@]}" 2>/dev/null || true
  for _ in {1..50}; do # ten seconds for a task that is running
    alive "${children[@]}" || return 0
    sleep 0.2
  done
  kill -KILL "${children[@]}" 2>/dev/null || true
}
alive() { # whether any of them still runs
  local pid
  for pid in "$@"; do kill -0 "$pid" 2>/dev/null && return 0; done
  return 1
}
launcher=()
# Ctrl-C reaches this script alone, which then stops its children in order;
! command -v setsid >/dev/null || launcher+=(setsid)
# and they end even when this script is killed without a chance to stop them.
! setpriv --help 2>/dev/null | grep -q -- --pdeathsig || launcher+=(setpriv --pdeathsig TERM)
start() {
  "${launcher[@]}" "$@" &
  children+=($!)
}
trap stop EXIT
trap 'stop; exit 0' INT TERM HUP

echo "Preparing the database and the static files"
"$python" manage.py collectstatic --noinput --verbosity 0 &
children=($!)
"$python" manage.py migrate --verbosity 0
echo "Writing the demonstration data"
"$python" manage.py seed_demo
wait "${children[0]}"
children=()
accounts=$("$python" manage.py seed_demo --accounts)

start "$python" manage.py worker --verbosity 0
start "$python" -m gunicorn conciliazione.wsgi:application --bind "$bind:$port" --workers 2 --threads 4 \
  --log-level warning --no-control-socket

"$python" - "$bind" "$port" <<'PYTHON' || { echo "The web server does not answer." >&2; exit 1; }
import sys, time, urllib.error, urllib.request
bind, port = sys.argv[1:]
host = {"0.0.0.0": "127.0.0.1"}.get(bind, bind)
for _ in range(120):
    try:
        urllib.request.urlopen(f"http://{host}:{port}/", timeout=10)
    except urllib.error.HTTPError as answer:
        if answer.code >= 500:
            print(f"The first page answers {answer.code}.", file=sys.stderr)
    except OSError:
        time.sleep(0.25)
        continue
    sys.exit(0)
sys.exit(1)
PYTHON

printf '\n%s\n\n  The portal is at %s   (Ctrl-C stops it)\n  The letters that it sends are in var/mail\n\n' \
  "$accounts" "$PUBLIC_ADDRESS"

# Both must run; and when make itself is gone, nobody is left to press Ctrl-C.
while alive "${children[0]}" && alive "${children[1]}"; do
  if [ -n "${MAKELEVEL:-}" ] && ! kill -0 "$PPID" 2>/dev/null; then exit 0; fi
  sleep 1
done
echo "The worker or the web server ended by itself." >&2
exit 1
