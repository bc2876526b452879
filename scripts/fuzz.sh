#!/usr/bin/env bash
# Runs every fuzz target for FUZZTIME (a minute unless told otherwise).
set -euo pipefail
cd "$(dirname "$0")/.."
grep -rl --include='*_test.go' '^func Fuzz' . | grep -v node_modules | xargs -n1 dirname | sort -u | while read -r package; do
  grep -ohE '^func Fuzz[A-Za-z0-9_]+' "$package"/*_test.go | sed 's/^func //' | while read -r target; do
    echo "$package $target"
    CGO_ENABLED=0 go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-1m}"
  done
done
