# Two commands do all the set-up: `make serve` and `make test`. Only Python 3.11+, pip and make are
# assumed. Everything lives in .venv; remove it with `make clean`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
Q ?= 湖北有多少个过百亿的产业集群？
PORT ?= 7860

.PHONY: help serve ask index eval test browser-test lint format clean

help:
	@echo "make serve              install, build the index, start the page on http://127.0.0.1:$(PORT)"
	@echo "make ask Q=\"...\"        print one answer"
	@echo "make test               install with the test extras, run lint, types and tests"
	@echo "make eval               measure retrieval on the judged questions"
	@echo "make index | browser-test | lint | format | clean"

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "clusterqa needs Python 3.11 or later; try: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	@touch $@

serve: $(VENV)/.installed
	@$(BIN)/clusterqa serve --port $(PORT)

ask: $(VENV)/.installed
	@$(BIN)/clusterqa ask "$(Q)"

index: $(VENV)/.installed
	@$(BIN)/clusterqa index

eval: $(VENV)/.installed
	@$(BIN)/clusterqa eval

test: $(VENV)/.installed-test lint
	$(BIN)/python -m pytest -n 2

browser-test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -m browser

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
