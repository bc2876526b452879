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

profile=$(mktemp)
trap 'rm -f "$profile"' EXIT
go test -race -timeout 20m -coverprofile "$profile" \
  -coverpkg ./flows,./engine,./engine/expression,./engine/scenario,./engine/phone,./nodes ./flows/... ./engine/... ./nodes/... \
  | grep -v 'no test files'
echo "Coverage of flows, engine and nodes: $(go tool cover -func "$profile" | awk 'END { print $NF }')"
go test -race -timeout 30m $(go list ./... | grep -vE '^sluice/(flows|engine|nodes)(/|$)') | grep -v 'no test files'
