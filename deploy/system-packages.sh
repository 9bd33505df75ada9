#!/usr/bin/env bash
# Install the Debian packages that the portal stands on, where they are missing. Nothing happens when all are there.
#   deploy/system-packages.sh venv pdf tests browser database machines web
set -euo pipefail

declare -A packages=(
  [venv]="python3 python3-venv"
  # libmagic1 tells the type of an uploaded file; the others draw the PDF documents
  [pdf]="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core libmagic1"
  # what Playwright's driver is linked with; the browser itself is asked for apart
  [tests]="libatomic1"
  [browser]="chromium"
  [database]="postgresql"
  # what several machines share (docs/scaling.md); the tests start their own
  [machines]="pgbouncer redis-server"
  # the site before the portal, and the certificate of a trial
  [web]="nginx openssl"
)
wanted=()
for group in "$@"; do
  [ -n "${packages[$group]:-}" ] || { echo "Unknown group '$group'; there are: ${!packages[*]}" >&2; exit 2; }
  read -ra names <<<"${packages[$group]}"
  wanted+=("${names[@]}")
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "This system is not Debian. If something is missing, install what these Debian packages hold: ${wanted[*]}" >&2
  exit 0
fi

installed() { # some libraries changed name for 64-bit time on newer releases
  local name
  for name in "$1" "$1t64"; do
    dpkg-query -W -f '${Status}\n' "$name" 2>/dev/null | grep -q 'ok installed' && return 0
  done
  return 1
}
missing=()
for name in "${wanted[@]}"; do installed "$name" || missing+=("$name"); done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "Missing: ${missing[*]}. Ask an administrator to run: apt-get install ${missing[*]}" >&2
    exit 1
  }
  as_root=(sudo)
fi
echo "Installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
