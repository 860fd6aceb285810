# The shop's everyday commands; `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
SPLIT_BACKBONE := $(if $(BACKBONE),--backbone $(BACKBONE))

.DEFAULT_GOAL := help
.PHONY: help install run split demo trade image services observe services-down cluster test test-postgres promise check format stubs schema clean

help:  ## List these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-15s %s\n", $$1, $$2}'

$(VENV)/.installed: requirements.txt
	@echo "Making the environment (once; a minute or two) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Thrift Shop needs Python 3.11 or newer.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

install: $(VENV)/.installed  ## Make the environment in .venv
run: $(VENV)/.installed  ## Migrate, load the demo shop, serve on http://127.0.0.1:8000
	@END_WITH_PROCESS=$$PPID exec $(MANAGE) up

split: $(VENV)/.installed-dev  ## The same shop as separate services [REPLICAS=2] [BACKBONE=real: PostgreSQL, Cassandra, Kafka]; Ctrl-C stops all
ifeq ($(BACKBONE),real)
	@$(MAKE) --no-print-directory services
endif
	@END_WITH_PROCESS=$$PPID exec $(MANAGE) split $(SPLIT_BACKBONE) $(ARGS)

demo: $(VENV)/.installed  ## Load the demo shop (ARGS="--products 100000" for a big one)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) demo $(ARGS)

trade: $(VENV)/.installed  ## Replay a year of real trade: make trade FILE=year.xlsx [ARGS="--report out.json"] [SPLIT=1] [BACKBONE=real]
	@test -n "$(FILE)" || { echo "Name the file: make trade FILE=online_retail.xlsx"; exit 2; }
ifdef SPLIT
	@$(MANAGE) split $(SPLIT_BACKBONE) --driver trade "$(FILE)" $(ARGS)
else
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) trade "$(FILE)" $(ARGS)
endif

image:  ## Build the image (needs Docker)
	@docker build --tag thriftshop --build-arg VERSION="$$(git rev-parse --short HEAD)" .

services: $(VENV)/.installed-dev  ## Start Kafka, Cassandra and PostgreSQL on this machine [BROKERS=3] [NODES=3]
	@$(BIN)/python -m tests.services up $(if $(BROKERS),--brokers $(BROKERS)) $(if $(NODES),--nodes $(NODES))

observe: $(VENV)/.installed-dev  ## The shop with Prometheus, InfluxDB and what else is available; Ctrl-C stops all
	@END_WITH_PROCESS=$$PPID exec $(BIN)/python -m tests.services observe

cluster: $(VENV)/.installed-dev  ## The manifests on a real Kubernetes control plane with simulated nodes (the first time half an hour: it is built)
	@CLUSTER=1 $(BIN)/python -m pytest tests/kubernetes $(ARGS)

services-down: $(VENV)/.installed-dev  ## Stop them; what they stored stays in var/services
	@$(BIN)/python -m tests.services down

# Without Node the tests that need it are skipped; in CI they fail.
tests/%/node_modules/.installed: tests/%/package-lock.json
	@if command -v npm >/dev/null; then \
	  npm ci --prefix tests/$* --ignore-scripts --no-audit --no-fund --silent && touch $@; \
	else echo "Node is not installed: what needs it in tests/$* is left out."; fi

# graphql-core's own tests are in its source distribution.
CORE_TESTS := var/graphql-core
$(CORE_TESTS)/.installed: requirements.txt $(VENV)/.installed-dev
	@rm -rf $(CORE_TESTS) && mkdir -p $(CORE_TESTS)
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --no-binary graphql-core \
	  --dest $(CORE_TESTS) $$(grep ^graphql-core= requirements.txt)
	@tar --extract --gzip --file $(CORE_TESTS)/*.tar.gz --directory $(CORE_TESTS) && touch $@

test: $(VENV)/.installed-dev stubs $(CORE_TESTS)/.installed tests/registry/node_modules/.installed tests/wire/node_modules/.installed tests/live/node_modules/.installed tests/graphql/node_modules/.installed tests/experiments/node_modules/.installed  ## Run every test
	@$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

# Where SQL is written; of these, tests/conftest.py chooses the tests that use the database.
ON_POSTGRESQL ?= $(addprefix tests/,events catalog inventory orders cart users sessions recommender analytics experiments journeys/test_journeys.py)

test-postgres: $(VENV)/.installed-dev stubs  ## The tests that depend on the database once more, on a PostgreSQL of their own
	@$(BIN)/python -m tests.postgres $(BIN)/python -m pytest -n auto --dist loadfile -m "not slow" $(ARGS) $(ON_POSTGRESQL)

# Seconds to measure; SHORT=1 is CI's form: a small shop and rate, judged by errors, books and staleness only.
PROMISE_SHORT := --rate 20 --seconds 30 --warm-up 2 --size short --untimed
promise: $(VENV)/.installed-dev  ## A load on a real shop and a verdict [RATE=1667 DURATION=600 SHAPE=split BACKBONE=real WORKERS=2 PROFILE=1 COSTS=1 SHORT=1]
	@$(BIN)/python -m tests.load.promise $(if $(SHORT),$(PROMISE_SHORT)) $(if $(RATE),--rate $(RATE)) \
	  $(if $(DURATION),--seconds $(DURATION)) $(if $(SHAPE),--shape $(SHAPE)) $(SPLIT_BACKBONE) $(if $(WORKERS),--workers $(WORKERS)) \
	  $(if $(PROFILE),--profile) $(if $(COSTS),--costs $(if $(DURATION),,--seconds 5)) $(ARGS)

check: $(VENV)/.installed-dev stubs  ## Format, lint, types, import rules, Django's checks, missing migrations, contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy apps thriftshop settings tests
	@$(BIN)/lint-imports
	@DJANGO_SETTINGS_MODULE=settings.test $(MANAGE) check --fail-level WARNING
	@DJANGO_SETTINGS_MODULE=settings.test $(MANAGE) makemigrations --check --dry-run
	@DJANGO_SETTINGS_MODULE=settings.test $(MANAGE) contracts lint
	@DJANGO_SETTINGS_MODULE=settings.test $(MANAGE) contracts check --strict

format: $(VENV)/.installed-dev  ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

stubs: $(VENV)/.installed  ## Write type stubs of the contracts for the type checker
	@$(BIN)/python -m thriftshop.contracts > /dev/null

schema: $(VENV)/.installed  ## Print the GraphQL schema to idl/schema.graphql
	@$(MANAGE) graphql_schema

clean:  ## Remove the database, media and caches (not the environment)
	@rm -rf var stubs .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
