# Everything a person types. Each target installs what it needs on a Debian machine that has Swift, git and make.
# One build serves demo, run and test: CONFIGURATION=debug (the default) or release.

CONFIGURATION ?= debug
# Programs that carry Swift's libraries with them run where there is no Swift, and a signature costs a sixth less (decision 37).
STATIC_release := --static-swift-stdlib
SHELL := /bin/bash
SWIFT_FLAGS := --configuration $(CONFIGURATION) --explicit-target-dependency-import-check error $(STATIC_$(CONFIGURATION))
SOURCES := Package.swift Sources Tests policies Benchmarks/Package.swift Benchmarks/Sources Benchmarks/Seeder Fuzz/Package.swift Fuzz/Sources
export PROGRAMS := $(CURDIR)/.build/$(CONFIGURATION)

.DEFAULT_GOAL := help
.PHONY: help demo test torture drill run bench fuzz sanitize build check format

help: ## Show what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: ## Play the whole life of a device and a service, with a real broker, and clean up
	@scripts/install-packages demo
	swift build $(SWIFT_FLAGS)
	@scripts/demo

drill: ## Play the loss of the machine: backup, restore, recovery, with what must not go back checked by OpenSSL
	@scripts/install-packages demo
	swift build $(SWIFT_FLAGS)
	@scripts/drill

run: ## Start a CA in ./data and print how to enrol
	@scripts/install-packages build
	swift build $(SWIFT_FLAGS)
	@scripts/run

# At most three unit tests at once: all at once, those with deadlines wait too long for a thread. The suites come after them, since real
# programs and their deadlines want both cores.
test: ## Run every test, the suites against real brokers and clients too
	@scripts/install-packages test
	@scripts/install-python-tools
	swift build --build-tests $(SWIFT_FLAGS)
	@scripts/run-tests --experimental-maximum-parallelization-width 3 $(SWIFT_FLAGS) --skip '^Suites\.'
	@scripts/run-tests $(SWIFT_FLAGS) --filter '^Suites\.'

torture: export TORTURE ?= 20
torture: ## Kill servers, fail disks, restart, crowd them: TORTURE=20 times as often as make test; TORTURE_SEED=n repeats a run
	@scripts/install-packages test
	swift build --build-tests $(SWIFT_FLAGS)
	@table=$$(mktemp); trap 'rm -f "$$table"' EXIT; export TORTURE_TABLE=$$table; status=0; \
	scripts/run-tests $(SWIFT_FLAGS) --filter 'AgainstRealPrograms/(Durability|CalendarTurns|Crowds)' || status=$$?; \
	echo "What was tried, TORTURE=$$TORTURE:"; sort "$$table"; exit $$status

bench: ## Measure a release build against what its cryptography and disk allow; BENCH='--quick' for a look
	@scripts/install-packages bench
	swift build --configuration release $(STATIC_release) --scratch-path .build-release --product ca-server
	swift build --configuration release $(STATIC_release) --scratch-path .build-release --product LedgerSeeder
	@$(if $(findstring peers,$(BENCH)),Benchmarks/Peers/prepare Benchmarks/.build/peers || echo "PEERS ARE NOT MEASURED: see above" >&2)
	swift build --configuration release --package-path Benchmarks --scratch-path Benchmarks/.build --product signet-bench
	@Benchmarks/.build/release/signet-bench --programs .build-release/release --history Benchmarks/history.jsonl \
		--revision "$$(git describe --always --dirty 2>/dev/null || echo unknown)" $(BENCH)

# SwiftPM keeps sanitizers in a set: unless its order is the same each time, every command differs and all is built anew.
fuzz: export SWIFT_DETERMINISTIC_HASHING := 1
fuzz: ## Fuzz what reads octets of strangers, FUZZ_SECONDS=60 for each target or for FUZZ_TARGET=name
	@scripts/install-packages build
	swift build --configuration release --package-path Fuzz --scratch-path Fuzz/.build --product signet-fuzz \
		--sanitize fuzzer --sanitize address
	@Fuzz/run

sanitize: ## Run the tests under the address and the thread sanitizer
	@scripts/install-packages test
	scripts/sanitize address
	scripts/sanitize thread

build: ## Build the three programs
	@scripts/install-packages build
	swift build $(SWIFT_FLAGS)

check: build ## Check formatting, style and dependencies; the build has made every warning an error
	@scripts/install-packages check
	swift format lint --strict --recursive --parallel $(SOURCES)
	@scripts/check-style
	@scripts/check-dependencies

format: ## Format the sources in place
	swift format --in-place --recursive --parallel $(SOURCES)
