#!/usr/bin/env bash
# Makes sure that what the tests need is there: PostgreSQL's programs, Chromium
# and a C compiler (for Go's race detector). On Debian and Ubuntu the missing
# ones are installed; elsewhere it says what to install. Kannel and Postfix are
# installed too where that is possible; without them the tests that need them are
# skipped, and say so. Changes nothing when everything is there.
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

# A gateway and a mail server to try the channels against. On Debian their
# daemons lie where only root's path leads.
optional=()
have_daemon() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }
if command -v apt-get >/dev/null 2>&1; then
  have_daemon bearerbox || optional+=(kannel)
  have_daemon postfix || optional+=(postfix)
fi

[ "$((${#missing[@]} + ${#optional[@]}))" -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "The tests need these programs; install them with your system's package manager: ${missing[*]}" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" != 0 ]; then
  if [ "${#missing[@]}" = 0 ] && ! command -v sudo >/dev/null 2>&1; then
    echo "Not installed, so the tests against it are skipped: ${optional[*]}" >&2
    exit 0
  fi
  command -v sudo >/dev/null 2>&1 || { echo "The tests need these packages; install them as root: apt-get install ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
install() { DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
echo "Installing what the tests need: ${missing[*]} ${optional[*]}"
"${as_root[@]}" apt-get update -qq || [ "${#missing[@]}" = 0 ]
[ "${#missing[@]}" = 0 ] || install "${missing[@]}"
for package in "${optional[@]}"; do
  install "$package" || echo "$package could not be installed: the tests against it are skipped." >&2
done
