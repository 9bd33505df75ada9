# A PostgreSQL of our own that is gone at the end: to be sourced. `start_database` sets `database` to its address and
# `stop_database` takes it away; whoever sources this calls the second one from a trap.
# shellcheck shell=bash
database=
_cluster=
_owner() { # PostgreSQL refuses to run as root
  if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi
}
stop_database() {
  [ -n "$_cluster" ] || return 0
  _owner "$_programs/pg_ctl" -D "$_cluster/cluster" -m immediate -w stop >/dev/null 2>&1 || true
  wait
  rm -rf "$_cluster" "$_cluster.log"
  _cluster=
}
start_database() {
  _programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  _cluster=$(mktemp -d) || return 1
  [ "$(id -u)" -ne 0 ] || chown postgres "$_cluster"
  _owner "$_programs/initdb" -D "$_cluster/cluster" -U postgres --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null || return 1
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  # the data is thrown away: no need to wait for the disk
  _owner "$_programs/postgres" -D "$_cluster/cluster" -p "$port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories="$_cluster" -c fsync=off -c synchronous_commit=off -c full_page_writes=off "$@" \
    >"$_cluster.log" 2>&1 &
  for _ in {1..100}; do
    if "$_programs/pg_isready" -q -h 127.0.0.1 -p "$port"; then
      # shellcheck disable=SC2034 # read by whoever sources this
      database="postgres://postgres@127.0.0.1:$port/conciliazione"
      return 0
    fi
    sleep 0.1
  done
  cat "$_cluster.log"
  return 1
}
new_database() { "$_programs/createdb" --maintenance-db="${database%/*}/postgres" "$1" && printf '%s' "${database%/*}/$1"; }
