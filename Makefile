# `make run` starts the tutor, `make test` passes the tests. Both create the environment first.
PYTHON ?= python3.11
BIN := .venv/bin

.PHONY: run test lint eval bench build clean

run: .venv/.installed
	$(BIN)/python app.py

test: .venv/.installed-dev
	$(BIN)/python -m pytest

lint: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: .venv/.installed-dev
	$(BIN)/python -m eval

bench: .venv/.installed-dev
	$(BIN)/python -m eval.bench

build: .venv/.installed
	$(BIN)/tutor build

.venv/bin/python:
	$(PYTHON) -m venv .venv

# PyTorch first and by itself: a CPU build is all that the tutor needs.
.venv/.installed: pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet torch==2.13.0
	$(BIN)/pip install --quiet -e .
	touch $@

.venv/.installed-dev: .venv/.installed
	$(BIN)/pip install --quiet -e '.[dev]'
	touch $@

clean:
	rm -rf .venv build *.egg-info
