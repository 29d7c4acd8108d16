# Every command there is. `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help run test lint bench fuzz generate docs

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

# Where the examples are while one tries them; whoever has settings of their own lists origins of their own.
EXAMPLES := http://localhost:3000,http://localhost:3001,http://localhost:5173

run: ## Start the server; without settings it uses SQLite under ./data, catches mail on a page, and lets the examples in
	@if [ ! -e .env ] && [ -z "$$APP_BASE_URL$$ENVIRONMENT" ]; then \
		export CORS_ORIGINS="$${CORS_ORIGINS-$(EXAMPLES)}"; \
		export WEBAUTHN_RP_ORIGIN="$${WEBAUTHN_RP_ORIGIN-http://localhost:$${PORT:-4100},$(EXAMPLES)}"; \
	fi; \
	export LOG_FORMAT=$${LOG_FORMAT:-text}; \
	exec cargo run --locked --bin janua -- serve

test: ## Run every test, on SQLite and on PostgreSQL with Redis; fetches what the machine lacks
	@scripts/test

lint: ## Check formatting and lints, and the dependencies if cargo-deny is installed
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	@if cargo deny --version >/dev/null 2>&1; then \
		cargo deny --locked check bans licenses sources; \
	else \
		echo "Skipped the check of the dependencies; cargo install --locked cargo-deny adds it."; \
	fi

bench: ## Measure a release build beside the limits of the machine; writes bench/results.*
	cargo build --locked --release --bin janua
	cargo run --locked --release -p janua-bench -- target/release/janua bench

FUZZ_SECONDS ?= 300
fuzz: ## Throw hostile bytes at the parsers, five minutes each; needs a nightly toolchain and cargo-fuzz
	@[ -d fuzz/made/saml ] || scripts/saml-corpus fuzz/made/saml --seeds fuzz/corpus/saml
	@for target in $$(cargo +nightly fuzz list); do \
		cargo +nightly fuzz run "$$target" -- -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 || exit 1; \
	done

generate: ## Write api/openapi.json and docs/reference/*.md anew
	cargo run --locked -q --bin janua -- generate

docs: ## Build the documents as a site into target/site, and check their links
	@scripts/docs
