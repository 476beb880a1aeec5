# make setup | demo | test | lint | bench-quality | bench-speed | docs | constraints | clean
# Everything is installed into .venv, at the versions of constraints.txt. Another interpreter: make PYTHON=python3.12 test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= auto

# The constraints hold for the build backend as well: older pip reads the first variable there, newer the second.
PIP := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 \
       $(BIN)/python -m pip install --quiet --quiet
RUN_STAMP := $(VENV)/.installed-run
TEST_STAMP := $(VENV)/.installed-test

.DEFAULT_GOAL := help
BENCHES := bench-quality bench-guarantee bench-forecast bench-speed \
           bench-pages bench-pages-guarantee bench-pages-peers bench-pages-speed
.PHONY: help setup demo test lint format $(BENCHES) docs docs-check constraints clean

help:
	@echo "make setup          install Dyeline and its tools into $(VENV)"
	@echo "make demo           issue and trace a real document, start to end"
	@echo "make test           lint, types, import contracts, all tests"
	@echo "make lint           the checks of make test without the tests"
	@echo "make format         let ruff format and sort"
	@echo "make bench-quality  measure attribution and false accusation (long)"
	@echo "make bench-guarantee, bench-forecast  the error bound, and forecasts against leaks"
	@echo "make bench-speed    measure speed as ratios"
	@echo "make bench-pages, bench-pages-guarantee, bench-pages-peers, bench-pages-speed  the same for pages"
	@echo "make docs           regenerate docs/reference from the code"
	@echo "make constraints    resolve constraints.txt anew"
	@echo "make clean          remove $(VENV) and caches"

# pip is the last thing that venv puts there: an interrupted start is begun anew
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Dyeline needs Python 3.11 or newer; '$(PYTHON)' is older or missing. Fix: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "This Python comes without venv and pip. Fix: install them (Debian, Ubuntu: apt install python3-venv), then run make again."; exit 1; }
	@echo "Creating $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUN_STAMP): pyproject.toml verifier/pyproject.toml constraints.txt | $(BIN)/pip
	@echo "Installing Dyeline with the wording extra (about a minute the first time) ..."
	@$(PIP) -e '.[wording]' -e ./verifier
	@touch $@

$(TEST_STAMP): pyproject.toml verifier/pyproject.toml constraints.txt | $(BIN)/pip
	@echo "Installing Dyeline with the wording and test extras (about a minute the first time) ..."
	@$(PIP) -e '.[wording,test]' -e ./verifier
	@touch $(RUN_STAMP) $@

setup: $(TEST_STAMP)
	@echo "Ready: $(BIN)/dyeline --help"

demo: $(RUN_STAMP)
	$(BIN)/dyeline demo

lint: $(TEST_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: lint
	$(BIN)/pytest -n $(JOBS)

format: $(TEST_STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench-quality: $(TEST_STAMP)
	$(BIN)/python -m bench.quality

bench-guarantee: $(TEST_STAMP)
	$(BIN)/python -m bench.guarantee

bench-forecast: $(TEST_STAMP)
	$(BIN)/python -m bench.forecast_check

bench-speed: $(TEST_STAMP)
	$(BIN)/python -m bench.speed

bench-pages: $(TEST_STAMP)
	$(BIN)/python -m bench.pages.quality

bench-pages-guarantee: $(TEST_STAMP)
	$(BIN)/python -m bench.pages.guarantee

bench-pages-peers: $(TEST_STAMP)
	$(BIN)/python -m bench.pages.peers

bench-pages-speed: $(TEST_STAMP)
	$(BIN)/python -m bench.pages.speed

docs: $(TEST_STAMP)
	$(BIN)/python tools/gen_reference.py

docs-check: $(TEST_STAMP)
	$(BIN)/python tools/gen_reference.py --check

# Resolve in a venv of its own, from the ranges of pyproject.toml alone, and write the pins down.
constraints:
	@$(PYTHON) tools/gen_constraints.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
