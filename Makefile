# Sanctuary. `make run` builds and serves; `make test` runs every test; `make help` lists the rest.
# Stamp files under target/ keep repeated runs quick; `make clean` forgets them.

TARGET   := $(abspath $(or $(CARGO_TARGET_DIR),target))
STAMPS   := $(TARGET)/stamps
RELEASE  := $(TARGET)/release/sanctuary
WEB      := web/dist/index.html
MODULES  := web/node_modules/.installed
LISTEN   ?= 127.0.0.1:8080
CHROMIUM ?= $(or $(shell command -v chromium),/usr/bin/chromium)
export CHROMIUM

WEB_SOURCES := $(shell find web/src web/public web/index.html web/vite.config.ts web/package.json -type f 2>/dev/null)

.DELETE_ON_ERROR:
.PHONY: help run build setup test test-rust test-websocket test-web test-interop test-integration test-e2e programs \
        prove observatory fuzz fuzz-messages \
        lint format screenshots gallery figures joins bench bench-quick bench-programs clean

help: ## list what can be made
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-18s %s\n", $$1, $$2 }'

run: build ## build and serve on http://localhost:8080 (LISTEN=ADDRESS:PORT for another)
	$(RELEASE) serve --listen $(LISTEN)

build: $(STAMPS)/compiler $(WEB) ## build the web page and the release binary, target/release/sanctuary
	cargo build --release --locked --package sanctuary

# --- what must be there -------------------------------------------------------------------------------------------------

setup: $(STAMPS)/compiler $(STAMPS)/browser $(STAMPS)/tracer $(MODULES) ## get everything that building and testing need

$(STAMPS)/tools: scripts/tools.sh
	@scripts/tools.sh
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/compiler: scripts/system-packages.sh $(STAMPS)/tools
	@scripts/system-packages.sh compiler
	@touch $@

$(STAMPS)/browser: scripts/system-packages.sh $(STAMPS)/tools
	@scripts/system-packages.sh browser
	@touch $@

$(STAMPS)/tracer: scripts/system-packages.sh $(STAMPS)/tools
	@scripts/system-packages.sh tracer
	@touch $@

# No package's install script runs; our own patches are an explicit step.
$(MODULES): web/package-lock.json web/scripts/apply-patches.mjs $(wildcard web/patches/*) $(STAMPS)/tools
	cd web && npm ci --ignore-scripts --no-audit --no-fund
	cd web && node scripts/apply-patches.mjs
	@touch $@

$(WEB): $(WEB_SOURCES) $(MODULES)
	cd web && npm run --silent build

# --- tests --------------------------------------------------------------------------------------------------------------

test: setup programs $(STAMPS)/conformance ## run every test: Rust, TypeScript, both against each other, browser end-to-end
	@node scripts/test.mjs rust websocket web interop integration e2e

test-rust: $(STAMPS)/compiler $(WEB) ## run the Rust tests
	@node scripts/test.mjs rust

test-websocket: $(STAMPS)/compiler $(STAMPS)/conformance ## hold the WebSocket codec to Autobahn's cases
	cargo build --locked --package sanctuary-server --example echo
	@node scripts/test.mjs websocket

$(STAMPS)/conformance: scripts/conformance.txt $(STAMPS)/tools
	python3 -m venv $(TARGET)/conformance
	$(TARGET)/conformance/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement scripts/conformance.txt
	@touch $@

test-web: $(MODULES) ## run the TypeScript unit tests
	@node scripts/test.mjs web

test-interop: programs ## play random histories between the Rust and the TypeScript implementation
	@node scripts/test.mjs interop

test-integration: programs ## run the TypeScript session against the real relay
	@node scripts/test.mjs integration

test-e2e: $(STAMPS)/browser programs ## drive the product in Chromium
	@node scripts/test.mjs e2e

prove: build $(STAMPS)/browser $(STAMPS)/tracer ## prove on the release build that nothing is stored, and print a table
	cargo build --release --locked --package sanctuary --example remembering
	cargo build --release --locked --package sanctuary --example faulty --features faults
	@node scripts/prove.mjs

OBSERVATORY := $(STAMPS)/observatory

observatory: build $(OBSERVATORY) ## hold the headers of the real server to MDN's HTTP Observatory, which must give an A+
	@node observatory/scan.mjs $(RELEASE)

# Of the scanner's packages none runs a script, and its server and database are not used.
$(OBSERVATORY): observatory/package-lock.json $(STAMPS)/tools
	cd observatory && npm ci --ignore-scripts --omit=optional --no-audit --no-fund
	@touch $@

# libFuzzer is C++, which a compiler for C alone does not compile.
fuzz: $(STAMPS)/fuzzing ## run every fuzz target for FUZZ_SECONDS (60), from a clean clone; see docs/FUZZING.md
	@node scripts/fuzz.mjs run $(FUZZ_TARGETS)

MESSAGES ?= 100000

fuzz-messages: $(STAMPS)/browser programs ## format 100,000 random documents (MESSAGES) in Chromium, and send every public attack through a room
	cd web && SANCTUARY_FUZZ=$(MESSAGES) SANCTUARY_XSS=all SANCTUARY_BIN=$(TARGET)/debug/sanctuary SANCTUARY_MEMBER=$(TARGET)/debug/examples/member \
	    npx vitest run --config vitest.e2e.config.ts e2e/rich/fuzz.test.ts e2e/rich/room.test.ts

$(STAMPS)/fuzzing: scripts/system-packages.sh $(STAMPS)/compiler
	@scripts/system-packages.sh fuzzing
	@touch $@

# Built once, in the profile of the tests: the binary and the Rust members that the TypeScript suites drive.
programs: $(STAMPS)/compiler $(WEB)
	cargo build --locked --workspace --bins --examples
	cargo build --locked --package sanctuary --example faulty --features faults

# --- checks -------------------------------------------------------------------------------------------------------------

lint: $(STAMPS)/compiler $(WEB) ## check formatting, lints, types, directions of dependencies, sizes of pages, licences, known advisories
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets --quiet -- -D warnings
	scripts/check-dependencies.sh
	node scripts/supply-chain/check.mjs
	cd web && npm run --silent check
	cd web && node scripts/check-layers.mjs
	cd web && node scripts/check-size.mjs

format: $(MODULES) ## format everything
	cargo fmt --all
	cd web && npx biome check --write .

# --- pictures and figures -----------------------------------------------------------------------------------------------

screenshots: build $(STAMPS)/browser ## take the pictures in docs/images from the real product
	cd web && SANCTUARY_BIN=$(RELEASE) npx vite-node e2e/screenshots.ts

GALLERY := $(TARGET)/gallery

gallery: $(MODULES) $(STAMPS)/browser ## picture every scene from fixed data, on three devices, light and dark, into target/gallery (SCENES="messages room-*")
	cd web && node scripts/gallery-shots.mjs $(GALLERY) --full $(SCENES)

figures: build $(STAMPS)/browser ## measure bundle sizes, times to join, the binary, and how the page bears much talk
	cargo build --release --locked --package sanctuary --example member
	cd web && SANCTUARY_BIN=$(RELEASE) SANCTUARY_MEMBER=$(TARGET)/release/examples/member npx vite-node e2e/measure.ts

joins: build ## have a hundred members join one room at once, and half of them leave again
	cargo build --release --locked --package sanctuary --example joins
	$(TARGET)/release/examples/joins $(RELEASE)

# --- performance --------------------------------------------------------------------------------------------------------

BENCH    := $(TARGET)/release/sanctuary-bench
BASELINE := $(STAMPS)/baselines
SUITE    = $(BENCH) suite --sanctuary $(RELEASE) --python $(TARGET)/bench-python/bin/python

bench: bench-programs ## measure the relay against other servers, into docs/PERFORMANCE.md; takes a quarter of an hour
	$(SUITE) --report docs/PERFORMANCE.md

bench-quick: bench-programs ## the same in less than a minute, whose figures mean little
	$(SUITE) --quick

bench-programs: build $(BASELINE)
	cargo build --release --locked --package sanctuary-bench

# The servers that the relay is held against. Those on Node and Python get nothing but what their lock files name.
$(BASELINE): bench/package-lock.json bench/requirements.txt $(STAMPS)/tools
	cd bench && npm ci --ignore-scripts --no-audit --no-fund
	python3 -m venv $(TARGET)/bench-python
	$(TARGET)/bench-python/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement bench/requirements.txt
	@touch $@

clean: ## remove everything built
	rm -rf web/dist web/node_modules bench/node_modules observatory/node_modules
	cargo clean
