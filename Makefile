# Short, idempotent targets; `make help` lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
export PYTHONUTF8 := 1
# Compiled modules are kept even where the environment says otherwise: without them every command starts a second later.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo assets test check bench bench-planning bench-web docs screenshots lock clean

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

# The port of the demo; SERVE=0 prints the result of the main job and ends.
PORT  ?= 8000
SERVE ?= 1
ifeq ($(SERVE),0)
demo: $(VENV)/.installed-runtime
	@$(BIN)/kumihimo demo --out out/demo
else
demo: ## teams for six inquiries, then the application with 300 synthetic firms; PORT=8000, SERVE=0
	@$(MAKE) -s -j2 $(VENV)/.installed-web assets
	@$(BIN)/python -m kumihimo_web serve --port $(PORT) --proposals out/demo
endif

# The front end is built where the sources are newer than what was built; by the machine's Node while Python's packages are
# installed, or after them by the Node that comes with them.
FRONTEND := $(shell find frontend -path frontend/node_modules -prune -o -type f -print)
src/kumihimo_web/static/dist/manifest.json: $(FRONTEND) | $(shell sh scripts/node_is_new.sh || echo $(VENV)/.installed-web)
	@sh scripts/assets.sh "$(VENV)"
	@touch $@

# The English texts are compiled where they are newer than what was compiled.
ENGLISH := src/kumihimo_web/locale/en/LC_MESSAGES/django
$(ENGLISH).mo: $(ENGLISH).po | $(VENV)/.installed-web
	@$(BIN)/python -m kumihimo_web catalogue
	@touch $@

assets: src/kumihimo_web/static/dist/manifest.json $(ENGLISH).mo ## build the front end of the web application

# On PostgreSQL everything runs once more that the database can matter to: all but what is marked `any_database`. The browser has
# a run of its own: its event loop forbids Django's database to every test after it.
AGAIN := -q -n 2 --dist worksteal -m "not any_database"
test: $(VENV)/.compiled-all assets ## every test
	@sh scripts/system_parts.sh
	@sh scripts/assets.sh "$(VENV)" test
	@$(BIN)/python -m pytest -q -n 2 --ignore tests/e2e
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal tests/e2e
	@sh scripts/with_postgres.sh sh -c '$(BIN)/python -m pytest $(AGAIN) tests/web && $(BIN)/python -m pytest $(AGAIN) tests/e2e'

check: $(VENV)/.installed-dev ## style, types, who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.installed-dev ## measure against the peers; writes benchmarks/results/
	@$(BIN)/python -m benchmarks.run_all

bench-planning: $(VENV)/.compiled-all ## the planner against its peers, some 2 hours; QUICK=1: under 5 minutes; FULL=1: every published file
	@[ -x .bench-venv/bin/python ] || $(PYTHON) -m venv .bench-venv
	@.bench-venv/bin/python -c "import pyjobshop" 2>/dev/null || .bench-venv/bin/python -m pip install -q pyjobshop
	@$(BIN)/python -m benchmarks.planning.run $(if $(QUICK),--quick) $(if $(FULL),--every-file)

bench-web: $(VENV)/.installed-dev assets ## speed of the pages, 50 people at once, Chromium; QUICK=1 takes some 5 minutes
	@$(BIN)/python -m benchmarks.web.run $(if $(QUICK),--quick)

docs: $(VENV)/.installed-dev ## the documentation in docs/_build/html; a warning is an error
	@$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html

screenshots: $(VENV)/.installed-dev assets ## the pictures of the users' documentation, from the demo in Chromium
	@$(BIN)/python scripts/screenshots.py

lock: ## renew the hashed requirements
	@for name in runtime cad web dev; do uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header \
	  --no-annotate --no-emit-index-url --no-emit-find-links -o requirements/$$name.txt requirements/$$name.in; done

clean: ## remove everything that the targets made
	rm -rf $(VENV) out docs/_build frontend/node_modules src/kumihimo_web/static/dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
