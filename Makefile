PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard bot/i18n/locales/*/LC_MESSAGES/calmcalf.po))

.PHONY: run test install lint audit bench soak migrations-check release-check messages site

run: $(VENV)/run.stamp $(CATALOGUES)  ## Start the bot; without BOT_TOKEN, the sandbox
	$(BIN)/python -m bot run

test: install  ## Run all tests
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadscope

install: $(VENV)/dev.stamp $(CATALOGUES)  ## Make .venv with everything pinned

messages: install  ## Bring what the code says into every translation
	$(BIN)/python -m docs.update_translations

lint: install  ## Style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

audit: install  ## Has anything that is pinned a known vulnerability?
	$(BIN)/python .ci/audit.py

migrations-check: install  ## Do the migrations give the tables that bot/database/models.py describes?
	$(BIN)/python -m pytest tests/database/test_migrations.py

release-check: install  ## Does the wheel run in an empty environment?
	$(BIN)/python .ci/release.py

site: install  ## The documentation as a site, in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --config-file .ci/mkdocs.yml

bench: install  ## Measure; see benchmarks/
	$(BIN)/python -m benchmarks.pictures
	$(BIN)/python -m benchmarks.report
	$(BIN)/python -m benchmarks.fair_test
	$(BIN)/python -m benchmarks.sunday
	$(BIN)/python -m benchmarks.capacity

soak: install  ## Hours: kills, outages, a year and a million strange inputs
	SOAK_SCALE=10 FUZZ_SCALE=10 $(BIN)/python -m pytest tests/survival/test_kills.py tests/journeys/test_fuzz.py tests/survival --override-ini faulthandler_timeout=0

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	touch $@

$(VENV)/dev.stamp: requirements/dev.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@ $(VENV)/run.stamp

%.mo: %.po | $(VENV)/bin/python
	test -x $(BIN)/pybabel || $(MAKE) $(VENV)/run.stamp
	$(BIN)/pybabel -q compile --input-file $< --output-file $@
