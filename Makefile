# `make` alone lists the targets. Everything is installed below .venv and kept below var.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.SILENT:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help run test check bench format messages lock clean
MAKEFLAGS += --no-builtin-rules

export DEBIAN_FRONTEND := noninteractive
PYTHON ?= python3
PROCESSES ?= 2
OPTIONS ?=
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps --no-compile
DEVELOPMENT_MARK := \# --- development ---

help: ## List the targets
	awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: .venv/runtime ## Start the console with a demo market; HOST, PORT, DATABASE_URL and DEMO=0 change it
	exec $(BIN)/python manage.py serve

test: .venv/development ## Run every test on SQLite, then on PostgreSQL
	# Playwright brings its own driver, which needs a library that a bare Debian does not have.
	if ! { { command -v chromium || command -v chromium-browser || command -v google-chrome; } \
	  && $(BIN)/python -m playwright --version; } >/dev/null 2>&1 \
	&& [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	  echo "Installing Chromium for the browser tests."
	  { apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium libatomic1; } >/dev/null 2>&1 \
	  || echo "Chromium could not be installed."
	fi
	mkdir -p var
	color=$$(test -t 1 && echo yes || echo no)
	failed=
	for database in sqlite postgresql; do
	  echo "Tests on $$database"
	  TEST_DATABASE=$$database $(BIN)/python -m pytest -q -n $(PROCESSES) --dist worksteal --color=$$color 2>&1 \
	  | tee var/tests-$$database.log || failed+=" $$database"
	done
	for database in $$failed; do  # again, since the other's dots may have moved it out of sight
	  echo "Failed on $$database:"
	  tail -n 15 var/tests-$$database.log
	done
	test -z "$$failed"

check: .venv/development ## Lint, check types, templates and missing migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python manage.py makemigrations --check --dry-run

bench: .venv/development ## Measure against baselines in the same run, on PostgreSQL; OPTIONS="--runs 3" and others
	$(BIN)/python -m tests.bench $(OPTIONS)

format: .venv/development ## Put the Python code in its one format
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

messages: .venv/development ## Bring the catalogues of translations up to the sources, and compile them
	$(BIN)/python -m tests.messages

lock: .venv/made ## Write requirements.lock anew from pyproject.toml, with today's versions
	test -x $(BIN)/uv || $(BIN)/python -m pip install -qq uv
	folder=$$(mktemp -d)
	trap 'rm -rf "$$folder"' EXIT
	compile() { $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate pyproject.toml "$$@"; }
	compile -o "$$folder/runtime"
	compile --group pyproject.toml:development -c "$$folder/runtime" -o "$$folder/all"
	{
	  cat "$$folder/runtime"
	  echo "$(DEVELOPMENT_MARK)"
	  # A package is one line at the margin and its indented hashes; keep those that runtime does not have.
	  awk '/^[^ ]/ { wanted = !(FNR != NR && $$1 in runtime) } FNR == NR { runtime[$$1]; next } wanted' \
	    "$$folder/runtime" "$$folder/all"
	} > requirements.lock

clean: ## Remove what was installed and cached; your data below var stay
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis var/static var/static.stamp
	find . -name __pycache__ -prune -exec rm -rf {} +

.venv/made:
	rm -rf .venv
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	|| { echo "Countersign needs Python 3.11 or newer as $(PYTHON); set PYTHON to one." >&2; exit 1; }
	if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	  { apt-get -qq update && apt-get -qq install -y python3-venv; } >/dev/null 2>&1 || true
	fi
	$(PYTHON) -m venv .venv \
	|| { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	touch $@

.venv/runtime: .venv/made requirements.lock
	echo "Installing what Countersign needs; this happens once."
	$(INSTALL) -r <(sed '/^$(DEVELOPMENT_MARK)/,$$d' requirements.lock)
	touch $@

.venv/development: .venv/made requirements.lock
	echo "Installing what Countersign and its tests need; this happens once."
	$(INSTALL) -r requirements.lock
	touch .venv/runtime $@
