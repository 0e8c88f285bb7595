# Pulsecity: `make help` lists the targets. Needs Python 3.11 and make, nothing else.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
export PULSECITY_DATA_DIR ?= data
export DAGSTER_HOME ?= $(abspath $(PULSECITY_DATA_DIR))/dagster

.DEFAULT_GOAL := help
.PHONY: help install run ui test test-all check bench docs pins clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(VENV)/.installed  ## .venv with the pinned dependencies and the pulsecity command

$(VENV)/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))" 2>/dev/null || { echo "Python 3.11 is needed, and $(or $(PYTHON),python3) is not it: make PYTHON=python3.11 names another" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing pinned dependencies into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: install  ## the main job on the sandbox, 6 cities (ARGS=--all-cities for all)
	@$(BIN)/pulsecity run $(ARGS)

ui: install  ## the Dagster UI with its daemon
	@$(BIN)/pulsecity ui $(ARGS)

test: install  ## the test suite
	@$(BIN)/python -m pytest

test-all: install  ## the slow tests and drills too
	@$(BIN)/python -m pytest -m ''

check: install  ## formatter, lint, types, definitions, commit messages, documents
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@$(BIN)/mypy
	@VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/dg check defs
	@$(BIN)/python -m pulsecity_pipeline_tests.commit_messages

bench: install  ## the truth bench beside its baseline (ARGS="feeds FOLDER" for another)
	@$(BIN)/pulsecity bench $(or $(ARGS),truth)

docs: install  ## regenerate the documents that come from code
	@$(BIN)/pulsecity docs

pins: install  ## requirements.txt from requirements.in
	@$(BIN)/pip-compile -q --generate-hashes --no-strip-extras --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options --no-header --no-annotate -o requirements.txt requirements.in

clean:  ## remove the environment and everything runs produced
	@rm -rf $(VENV) data/lake data/dagster data/warehouse.duckdb *.egg-info
