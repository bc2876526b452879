#!/usr/bin/env bash
# Runs every suite: the Go tests and, beside them, the web's checks; then the
# browser tests, which want the machine for themselves. Prints each suite's
# closing line and fails if any failed.
set -uo pipefail
cd "$(dirname "$0")/.."
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

make --no-print-directory web/dist/index.html >"$logs/build" 2>&1 || { cat "$logs/build"; echo "The web editor did not build."; exit 1; }

make --no-print-directory test-web >"$logs/web" 2>&1 &
web=$!
failed=()
make --no-print-directory test-go || failed+=(Go)
wait "$web" || failed+=(web)
cat "$logs/web"
make --no-print-directory test-e2e || failed+=(browser)

if [ "${#failed[@]}" -gt 0 ]; then
  echo "Failed: ${failed[*]}"
  exit 1
fi
echo "All suites passed: Go, web, browser."
