# One target for each task; `make help` lists them. The environment is made on first use, and made again from
# nothing when requirements.txt or pyproject.toml is newer than it, so that nothing is in it that is no longer pinned.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

# An inherited PYTHONDONTWRITEBYTECODE would make every import two to three times as slow.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help env book pdf serve test bench lint coverage docs clean requirements

help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(READY) ## create or refresh .venv

$(READY): requirements.txt pyproject.toml
	@echo "== setting up $(VENV) (a few minutes the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "error: $(PYTHON) is older than Python 3.11; name another one with make PYTHON=..."; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

book: $(READY) ## build the site into _build/html
	@echo "== building the book"
	@$(BIN)/neutrality build

pdf: $(READY) ## build the site with the whole book as one PDF among its downloads
	@echo "== building the book and its PDF"
	@$(BIN)/neutrality build --pdf

serve: $(READY) ## show the book on this machine and follow every saved source
	@$(BIN)/neutrality serve

test: $(READY) ## run every test
	@echo "== testing"
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

bench: $(READY) ## measure speed, as ratios within one run; fails at the end where a limit is not kept
	@echo "== measuring (a quarter of an hour)"
	@$(BIN)/python -m compileall -q book/neutrality
	@status=0; \
	for script in analysis runs sweeps builds; do \
	  echo; $(BIN)/python tests/bench/$$script.py || status=1; \
	done; \
	$(BIN)/neutrality build || status=1; \
	echo "== measuring how fast charts answer"; \
	$(BIN)/python tests/bench/answers.py || status=1; \
	echo "== measuring every page with Lighthouse (half an hour)"; \
	$(BIN)/python tests/bench/pages.py || status=1; \
	exit $$status

lint: $(READY) ## check style, types, the direction of imports and that notebooks have no outputs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python docs/architecture.py --check
	$(BIN)/python -m pytest --quiet tests/notebooks/test_committed.py

coverage: $(READY) ## run every test and say which lines of the package none of them reaches
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --cov --cov-report=term-missing:skip-covered

docs: $(READY) ## draw the architecture into CONTRIBUTING.md again
	$(BIN)/python docs/architecture.py

# uv has an environment of its own: what is not pinned is not in the other one.
requirements: ## pin every dependency again from pyproject.toml
	$(PYTHON) -m venv --clear _build/uv
	_build/uv/bin/python -m pip install --quiet --disable-pip-version-check uv
	_build/uv/bin/uv pip compile pyproject.toml --extra test --universal --python-version 3.11 \
	  --upgrade --quiet --custom-compile-command "make requirements" --output-file requirements.txt

clean: ## remove what was generated, but not the environment
	rm -rf _build
