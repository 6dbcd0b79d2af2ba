# Zonewright: every command a developer or an operator's machine needs. `make help` lists them.
SHELL := /bin/bash
SWIFT ?= swift
PORT_BASE ?= 8050
export PORT_BASE SWIFT
SOURCES := Package.swift Services Shared Tests

.DEFAULT_GOAL := help
.PHONY: help up down build release test test-integration test-interop test-faults lint format check-deps bench bench-dns bench-api bench-jobs fuzz clean packages packages-test packages-bench

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: packages release ## Build, start PostgreSQL and all daemons on loopback, print what to try (PORT_BASE=N moves the ports)
	@.build/release/zonewright up

down: ## Stop everything that `make up` started; the data stays
	@if [ -x .build/release/zonewright ]; then .build/release/zonewright down; else echo "nothing was built, nothing runs"; fi

build: packages ## Debug build of everything
	$(SWIFT) build --build-tests

release: packages ## Release build of the daemons and the operator's command
	$(SWIFT) build -c release --product zonewright
	$(SWIFT) build -c release --product zonewright-web
	$(SWIFT) build -c release --product zonewright-dns
	$(SWIFT) build -c release --product zonewright-glue
	$(SWIFT) build -c release --product zonewright-worker

test: packages-test ## Unit and integration tests against real PostgreSQL, processes and sockets
	$(SWIFT) build --build-tests
	@Deploy/scripts/run-tests

test-integration: packages-test ## Only the tests that run the real daemons
	$(SWIFT) build --build-tests
	@Deploy/scripts/run-tests --filter IntegrationTests

test-interop: ## Real clients from PyPI and Debian against all four daemons (PARTS="walk certbot"; see Docs/interop.md)
	@Deploy/scripts/install-packages run interop
	$(SWIFT) build
	@Tests/Interop/run $(PARTS)

test-faults: packages-test release ## Kills, partitions, failovers and figures in full size (ONLY="partition,kills", QUICK=1; see Docs/reliability.md)
	$(SWIFT) build -c release --product zonewright-faults
	.build/release/zonewright-faults run --report .build/reliability.json $(if $(ONLY),--only $(ONLY)) $(if $(QUICK),--quick)

lint: ## swift format, strict
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

format: ## Format every source in place
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

check-deps: packages-test ## Compare the target graph and the imports with Docs/architecture.md; check the responder's binary
	$(SWIFT) build --product zonewright-dns
	@Deploy/scripts/check-deps

bench: packages-test release ## Benchmarks (never part of the tests); results are printed, see Docs/benchmarks.md
	@Deploy/scripts/bench

bench-dns: packages-bench release ## Name server benchmarks beside NSD and Knot (PARTS="mixed memory", --quick, --all: see --help)
	@Deploy/scripts/bench-dns $(PARTS)

bench-api: packages-bench release ## Benchmark of the HTTP API beside PowerDNS's (PARTS="get create", --quick: see --help)
	@Deploy/scripts/bench-api $(PARTS)

bench-jobs: packages-test release ## Benchmark of the queue of jobs, one worker and PostgreSQL with fsync on (PARTS="burndown kills", --quick: see --help)
	@Deploy/scripts/bench-jobs $(PARTS)

fuzz: packages ## Fuzz the readers of what strangers send (TARGET=message, SECONDS=30; INPUT=file runs one input; see Docs/fuzzing.md)
	@Tests/Fuzz/fuzz $(if $(INPUT),repeat $(TARGET) $(INPUT),run $(TARGET) --seconds $(or $(SECONDS),30))

packages: ## Install the Debian packages that building and running need
	@Deploy/scripts/install-packages run

packages-test: ## Install the Debian packages that the tests and benchmarks need
	@Deploy/scripts/install-packages run test

packages-bench: packages ## Install the Debian packages that make bench-dns needs
	@Deploy/scripts/install-packages bench

clean: ## Remove what was built (not the data in .zonewright)
	$(SWIFT) package clean
