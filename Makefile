# The everyday commands. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# settings for a command that needs no database of its own
BARE := DEPLOYMENT=test DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py
export PORT ?= 8000
JOBS ?= auto
SCALE ?= 1
PAPERS ?=
LEADS ?= 1000
SECONDS ?= 900
ROUNDS ?= 1
KILL ?=
ARGS ?=

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: demo
demo: $(VENV)/.runtime libraries ## Start the portal with demonstration data (PORT=9000 for another port)
	@exec deploy/demo.sh

.PHONY: test
test: $(VENV)/.dev test-libraries ## Run every test (ARGS="tests/network -k seat", JOBS=4, DATABASE_URL=postgres://...)
	DEPLOYMENT=test $(BIN)/python -m pytest -n $(JOBS) --maxprocesses 8 --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: bench
bench: $(VENV)/.runtime libraries ## Measure the pages of each role on generated data (SCALE="1 10", PAPERS=1, ARGS="--explain board")
	@deploy/system-packages.sh database
	@SCALE="$(SCALE)" PAPERS="$(PAPERS)" deploy/bench.sh $(ARGS)

.PHONY: load
load: $(VENV)/.runtime libraries ## Play the last hour of a call (LEADS=50 SECONDS=60; KILL=seed ROUNDS=20 with kill -9)
	@deploy/system-packages.sh database
	@LEADS="$(LEADS)" DURATION="$(SECONDS)" ROUNDS="$(ROUNDS)" KILL="$(KILL)" deploy/load.sh $(ARGS)

.PHONY: lint
lint: $(VENV)/.dev ## Check style, templates, direction of imports, missing migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive conciliazione network alliances plans monitoring
	$(BARE) makemigrations --check --dry-run

.PHONY: format
format: $(VENV)/.dev ## Put the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: migrations
migrations: $(VENV)/.dev ## Write the migrations that the models need
	$(BARE) makemigrations $(ARGS)

.PHONY: lock
lock: $(VENV)/.dev ## Pin the packages of requirements*.in (ARGS=--upgrade for newer ones)
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
		--custom-compile-command "make lock" $(ARGS) requirements.in -o requirements.lock
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
		--custom-compile-command "make lock" $(ARGS) requirements-dev.in -c requirements.lock -o requirements-dev.lock

.PHONY: setup
setup: $(VENV)/.dev test-libraries ## Make the environment for working on the code, with its commit hooks
	$(BIN)/pre-commit install

# --- the environment: made when missing, brought up to date when a lock file changes -----------------------------
.PHONY: libraries
libraries:
	@deploy/system-packages.sh pdf

.PHONY: test-libraries
test-libraries:
	@deploy/system-packages.sh pdf tests

$(BIN)/pip:
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || deploy/system-packages.sh venv
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name it with PYTHON=python3.12 make ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock | $(BIN)/pip
	@echo "Installing the packages of $<"
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(BIN)/pip
	@echo "Installing the packages of $<"
	@$(PIP) install --require-hashes -r $<
	@touch $@ $(VENV)/.runtime
