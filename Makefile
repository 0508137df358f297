# make            everything below "check", then the tests
# make check      format, lint, types, generated documents
# make test       run the tests; "make test k=P04" only those that match
# make fast       the tests that run no whole command and make no whole report: rules, judge, policy, intake, workbooks; two to three minutes
# make faults     the long runs: fault sweeps, 200,000-row files, oracle over real files; "make faults k=kill" a part of them; short
#                 forms are in "make test"
# make demo       run the main job on the sample data
PYTHON ?= python3
VENV   ?= .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
RUN    := $(BIN)/python
DEMO   ?= demo

.DEFAULT_GOAL := all
.PHONY: all install install-test demo test fast faults check check-format check-lint check-types check-docs bench bench-large docs golden

all: check test

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	$(RUN) -c "open('$@', 'w').close()"

$(VENV)/.installed-test: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test,postgres]"
	$(RUN) -c "open('$(VENV)/.installed', 'w').close(); open('$@', 'w').close()"

install: $(VENV)/.installed

install-test: $(VENV)/.installed-test

demo: install
	$(RUN) sample_data/demo.py $(DEMO)

test: install-test
	$(RUN) -m pytest -n auto -m "not faults and not slow" $(if $(k),-k "$(k)")

fast: install-test
	$(RUN) -m pytest -n auto -m "not faults and not slow and not whole"

faults: install-test
	$(RUN) -m pytest -n auto --dist worksteal -m "faults or slow" $(if $(k),-k "$(k)")

check: check-format check-lint check-types check-docs

check-format: install-test
	$(RUN) -m ruff format --check .

check-lint: install-test
	$(RUN) -m ruff check .

check-types: install-test
	$(RUN) -m mypy

check-docs: install-test
	$(RUN) docs/generate.py --check

docs: install-test
	$(RUN) docs/generate.py

golden: install-test
	$(RUN) -m pytest --golden

# 5,000,000 lines in the ledger, made once under build/bench
bench: install-test
	$(RUN) -m tests.bench --write

# the same with a second ledger of LARGE lines (about 0.5 GB a million), for the history figure
LARGE ?= 50000000
bench-large: install-test
	$(RUN) -m tests.bench --write --large $(LARGE)
