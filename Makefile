# Apparatus. `make help` lists what can be made.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
DATA ?= var
export DATA

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
PYTEST ?= -n 2 --dist worksteal

.PHONY: help env dev run test test-postgres bench lint format lock

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 24

env: .venv/.base ## the environment alone, from pinned and hashed requirements

dev: .venv/.dev

.venv/.base: requirements/base.txt
	@for python in "$(PYTHON)" python3.14 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    [ -x $(BIN)/python ] || "$$python" -m venv .venv || { rm -rf .venv; \
	      echo "Python's venv module is missing: on Debian and Ubuntu, apt install python3-venv." >&2; exit 1; }; \
	    exit 0; fi; done; \
	  echo "Apparatus needs Python 3.11 or newer: install it, or name it with make PYTHON=/path …" >&2; exit 1
	@echo "Installing what Apparatus needs …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/base.txt
	@touch $@

.venv/.dev: .venv/.base requirements/dev.txt
	@echo "Installing what its tests need …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

run: env ## read document 169 on http://127.0.0.1:8000 (PORT=8000, DATA=var)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_sample
	@exec $(MANAGE) serve --host $(HOST) --port $(PORT)

test: dev ## the whole suite on SQLite, with the browser where a Chromium is found
	@DATABASE_URL= $(BIN)/python -m pytest $(PYTEST)

test-postgres: dev ## the suite on PostgreSQL: that of DATABASE_URL, or a throw-away one
	@$(BIN)/python tools/postgres.py $(BIN)/python -m pytest $(PYTEST)

bench: env ## the reader and the making of annotations, against floors of the same run
	@DATABASE_URL= $(BIN)/python -m bench

lint: dev ## style, templates, types, import directions, migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --quiet --check .
	@find templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(MANAGE) makemigrations --check --dry-run

format: dev ## puts the code into its form
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .
	@find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} + || true

lock: dev ## pins requirements/*.in anew, with hashes (needs uv)
	@uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-emit-index-url requirements/base.in -o requirements/base.txt
	@uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-emit-index-url -c requirements/base.txt requirements/dev.in -o requirements/dev.txt
