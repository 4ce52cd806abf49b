# make run    sets up, starts Transom and opens its first page (PORT=9000 make run: on that port)
# make test   sets up and runs every test
# make check  format, lint, types, import contract
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup run test check format bench clean

help:
	@sed -n 's/^# //p' Makefile

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "Python is missing. On Debian: apt install python3 python3-venv. On macOS: install Python 3.11 or newer from python.org."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Transom needs Python 3.11 or newer; $(PYTHON) is older. Name another: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing. On Debian: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.core: requirements/core.txt pyproject.toml | $(BIN)/python
	@echo "Installing what Transom stands on (a minute or two, once) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/core.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.core
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(VENV)/.core

run: setup
	@$(BIN)/transom run $(if $(PORT),--port $(PORT))

test: $(VENV)/.dev
	@$(BIN)/python -m tests.everything

check: $(VENV)/.dev
	$(BIN)/ruff format --check src tests benchmarks manage.py
	$(BIN)/ruff check src tests benchmarks manage.py
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format src tests benchmarks manage.py
	$(BIN)/ruff check --fix src tests benchmarks manage.py

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis
