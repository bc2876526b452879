# Sluice: `make help` lists what there is.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

ADDR ?= 127.0.0.1:8080
DATA ?= data
GO_SOURCES := $(shell find . -name '*.go' -not -path './web/node_modules/*' -not -path './.cache/*') go.mod go.sum
WEB_SOURCES := $(shell find web/src web/public -type f 2>/dev/null) web/index.html web/package.json web/package-lock.json web/vite.config.ts web/tsconfig.json
SCHEMAS := $(shell find server -name '*.sql' -o -name '*.yaml')

.PHONY: help
help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 18

.PHONY: run
run: bin/sluice ## Build everything and serve the demo on http://localhost:8080
	./bin/sluice serve --demo --addr $(ADDR) --db sqlite:$(DATA)/sluice.db

.PHONY: web
web: web/dist/index.html ## Build the web editor

.PHONY: build
build: bin/sluice ## Build the program with the editor in it: bin/sluice

bin/sluice: web/dist/index.html $(GO_SOURCES) $(SCHEMAS)
	CGO_ENABLED=0 go build -trimpath -o $@ .

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && npm run --silent build
	@touch $@

.PHONY: setup
setup: ## Install what the tests need (PostgreSQL, Chromium, a C compiler), if missing
	@scripts/setup.sh

.PHONY: test
test: setup ## Run all tests: Go, web and browser
	@scripts/test.sh

.PHONY: test-go
test-go: setup ## Run the Go tests, those of the engine and the runtime with the race detector
	@scripts/test-go.sh

.PHONY: test-temporal
test-temporal: setup .cache/temporal-server ## Run the Temporal executor's tests against a real server, and measure
	SLUICE_TEST_TEMPORAL_SERVER=$(CURDIR)/.cache/temporal-server CGO_ENABLED=0 go test -tags temporalserver -count 1 -timeout 30m -v ./server/temporal

.cache/temporal-server: $(wildcard server/temporal/testserver/*)
	@mkdir -p .cache
	cd server/temporal/testserver && CGO_ENABLED=0 nice go build -trimpath -o $(CURDIR)/$@ .

.PHONY: test-web
test-web: web/node_modules/.package-lock.json ## Check and test the web editor's code
	cd web && npm run --silent check && npm test --silent

.PHONY: test-e2e
test-e2e: setup bin/sluice ## Run the browser tests against the built program
	cd web && npm run --silent e2e

# The last commit before the tables of PostgreSQL were partitioned.
UPGRADE_FROM ?= df82b02

.PHONY: test-upgrade
test-upgrade: setup ## Run an older server (UPGRADE_FROM=commit) beside this one on one PostgreSQL
	@if git cat-file -e $(UPGRADE_FROM)^{commit} 2>/dev/null; then \
		SLUICE_UPGRADE_FROM=$(UPGRADE_FROM) CGO_ENABLED=0 go test -tags upgrade -count 1 -v ./server/upgradetest; \
	else \
		echo "The commit $(UPGRADE_FROM) is not in this copy of the repository, so there is no older server to build: fetch the whole history, or name another by UPGRADE_FROM=commit."; \
	fi

.PHONY: fuzz
fuzz: ## Fuzz what reads hostile input, a minute each
	@scripts/fuzz.sh

.PHONY: chaos
chaos: setup ## Kill servers, cut connections, restart databases, fail every query: some minutes
	SLUICE_CHAOS=long CGO_ENABLED=0 go test -count=1 -timeout 60m -v -run 'Invariant|Chaos|Killed|Replicas|Stalled|FullDisk|Conformance' ./server/chaos ./server/runtime ./server/store

.PHONY: bench
bench: bin/sluice ## Measure runs per second and the lateness of timers
	./bin/sluice bench runs
	./bin/sluice bench timers

.PHONY: bench-peers
bench-peers: bin/sluice ## Measure Sluice and other durable engines with one flow, in turn
	cd server/bench/peers && CGO_ENABLED=0 go run . --sluice $(CURDIR)/bin/sluice $(PEERS)

.PHONY: lint
lint: ## Run golangci-lint and Biome
	cd tools && go build -o ../.cache/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	.cache/golangci-lint run ./...
	cd server/bench/peers && go vet ./...
	cd web && npm run --silent lint

.PHONY: generate
generate: ## Write generated code and golden files anew
	go generate ./...
	go test ./nodes ./flows -update
	cd web && npm run --silent api:generate

.PHONY: clean
clean: ## Remove what was built (not ./data)
	rm -rf bin .cache web/node_modules
	find web/dist -mindepth 1 ! -name .gitkeep -delete
