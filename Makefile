PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard bot/i18n/locales/*/LC_MESSAGES/calmcalf.po))

TEST_LENGTH ?= short

.DEFAULT_GOAL := help

.PHONY: help run test install lint audit bench soak migrations-check release-check release messages site

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run.stamp $(CATALOGUES)  ## Start the bot, or the sandbox when BOT_TOKEN is not set
	$(BIN)/python -m bot run

test: install  ## Run the tests, those of the whole bot in part; TEST_LENGTH=whole runs all
	TEST_LENGTH=$(TEST_LENGTH) $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

install: $(VENV)/dev.stamp $(CATALOGUES)  ## Create .venv with all pinned packages

messages: install  ## Update the translation catalogues from the code
	$(BIN)/python -m tools.update_translations

lint: install  ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

audit: install  ## Check the pinned packages for known vulnerabilities
	$(BIN)/python .ci/audit.py $(AUDIT)

migrations-check: install  ## Check that the migrations create the tables of bot/database/models
	$(BIN)/python -m pytest tests/database/test_migrations.py

release-check: install  ## Build a release and run it in an empty environment
	$(BIN)/python .ci/release.py

release: install  ## Do the same and keep its files in dist/
	rm -rf dist
	$(BIN)/python .ci/release.py --outdir dist

site: install  ## Build the documentation into site/, failing on warnings
	$(BIN)/zensical build --clean --strict

bench: install  ## Run the benchmarks
	$(BIN)/python -m benchmarks.pictures
	$(BIN)/python -m benchmarks.report
	$(BIN)/python -m benchmarks.fair_test
	$(BIN)/python -m benchmarks.trend
	$(BIN)/python -m benchmarks.rules
	$(BIN)/python -m benchmarks.understanding
	$(BIN)/python -m benchmarks.pattern_rules
	$(BIN)/python -m benchmarks.sunday
	$(BIN)/python -m benchmarks.neighbours
	$(BIN)/python -m benchmarks.capacity

# The tests that are longer with one of the two, see tests/support/lengths.py.
LONG_TESTS = $(shell grep -rlE 'support\.lengths|FUZZ_SCALE' tests --include='test_*.py' | sort)

soak: install  ## Run the long tests for hours: kills, outages, a simulated year, fuzzing
	SOAK_SCALE=10 FUZZ_SCALE=10 $(BIN)/python -m pytest tests/survival $(LONG_TESTS) --override-ini faulthandler_timeout=0

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements/run.txt
	touch $@

$(VENV)/dev.stamp: requirements/dev.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --no-compile --require-hashes -r requirements/dev.txt
	touch $@ $(VENV)/run.stamp

%.mo: %.po | $(VENV)/bin/python
	test -x $(BIN)/pybabel || $(MAKE) $(VENV)/run.stamp
	$(BIN)/pybabel -q compile --input-file $< --output-file $@
