#!/usr/bin/env bash
# Runs the Go tests with the race detector, on SQLite and on a PostgreSQL of
# their own, and prints how much of flows, engine and nodes they reach.
set -euo pipefail
cd "$(dirname "$0")/.."

unformatted=$(gofmt -l $(git ls-files '*.go'))
if [ -n "$unformatted" ]; then
  echo "Not formatted (run gofmt -w):"
  echo "$unformatted"
  exit 1
fi
go vet ./...

# The race detector watches all code but SQLite's. That is C, translated: it works
# in memory of its own, under its own locks, and watching it took more time than all
# tests together. What our goroutines share around it is watched.
options=(-race '-gcflags=modernc.org/...=-race=false' -vet=off)

profile=$(mktemp)
trap 'rm -f "$profile"' EXIT
go test "${options[@]}" -timeout 20m -coverprofile "$profile" \
  -coverpkg ./flows,./engine,./engine/expression,./engine/scenario,./engine/phone,./nodes ./flows/... ./engine/... ./nodes/... \
  | grep -v 'no test files'
echo "Coverage of flows, engine and nodes: $(go tool cover -func "$profile" | awk 'END { print $NF }')"
go test "${options[@]}" -timeout 30m $(go list ./... | grep -vE '^sluice/(flows|engine|nodes)(/|$)') | grep -v 'no test files'
