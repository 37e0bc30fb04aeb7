# Short, idempotent targets; `make help` lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
export PYTHONUTF8 := 1
# Compiled modules are kept even where the environment says otherwise: without them every command starts a second later.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo assets test check bench bench-planning docs lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# One stamp per set of requirements: a second run finds it newer than the lock and installs nothing.
$(VENV)/.installed-%: requirements/%.txt pyproject.toml scripts/setup.sh
	@PYTHON="$(PYTHON)" sh scripts/setup.sh "$(VENV)" "$*"
	@touch $@

# The planner's kernels are compiled once and kept beside the package.
$(VENV)/.compiled-all: $(VENV)/.installed-dev
	@echo "計画エンジンを準備しています(初回のみ) / preparing the planner (first time only)"
	@$(BIN)/python -m kumihimo.planning.warm
	@touch $@

demo: $(VENV)/.installed-runtime ## make a synthetic network of 300 firms and propose teams for six inquiries
	@$(BIN)/kumihimo demo --out out/demo

# The front end is built where the sources are newer than what was built.
FRONTEND := $(shell find frontend -path frontend/node_modules -prune -o -type f -print)
src/kumihimo_web/static/dist/manifest.json: $(FRONTEND) $(VENV)/.installed-dev
	@sh scripts/assets.sh "$(VENV)"
	@touch $@

assets: src/kumihimo_web/static/dist/manifest.json ## build the front end of the web application

test: $(VENV)/.compiled-all assets ## every test
	@sh scripts/system_parts.sh
	@$(BIN)/python -m pytest -q -n 2
	@sh scripts/with_postgres.sh $(BIN)/python -m pytest -q -n 2 tests/web

check: $(VENV)/.installed-dev ## style, types, who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.installed-dev ## measure against the peers; writes benchmarks/results/
	@$(BIN)/python -m benchmarks.run_all

bench-planning: $(VENV)/.compiled-all ## the planner against its peers; QUICK=1 takes under 5 minutes
	@[ -x .bench-venv/bin/python ] || $(PYTHON) -m venv .bench-venv
	@.bench-venv/bin/python -c "import pyjobshop" 2>/dev/null || .bench-venv/bin/python -m pip install -q pyjobshop
	@$(BIN)/python -m benchmarks.planning.run $(if $(QUICK),--quick)

docs: $(VENV)/.installed-dev ## the documentation in docs/_build/html; a warning is an error
	@$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html

lock: ## renew the hashed requirements
	@for name in runtime cad web dev; do uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header \
	  --no-annotate --no-emit-index-url --no-emit-find-links -o requirements/$$name.txt requirements/$$name.in; done

clean: ## remove everything that the targets made
	rm -rf $(VENV) out docs/_build frontend/node_modules src/kumihimo_web/static/dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
