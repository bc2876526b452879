#!/usr/bin/env bash
# Makes sure that what the tests need is there: PostgreSQL's programs, Chromium
# and a C compiler (for Go's race detector). On Debian and Ubuntu the missing
# ones are installed; elsewhere it says what to install. Changes nothing when
# everything is there.
set -euo pipefail

missing=()

have_postgres() {
  command -v initdb >/dev/null 2>&1 || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}
have_chromium() {
  [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1
}

[ -n "${SLUICE_TEST_POSTGRES_URL:-}" ] || have_postgres || missing+=(postgresql)
have_chromium || missing+=(chromium)
command -v cc >/dev/null 2>&1 || missing+=(gcc libc6-dev)

[ "${#missing[@]}" -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "The tests need these programs; install them with your system's package manager: ${missing[*]}" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "The tests need these packages; install them as root: apt-get install ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "Installing what the tests need: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
