# `make help` lists the targets. What they install stays in this folder, but for system packages: ops/install.sh
# and ops/engine.sh, which name them, install those only as root on Debian or Ubuntu.
SHELL := bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
SEEDS := 50
# As many processes as there are processors; tests/conftest.py says which tests stay together.
SHARED := --numprocesses auto --maxprocesses 4 --dist loadscope
.PHONY: help run test test-full shapes validate mutants check-machine lint format lock image image-freethreaded bundle env clean

PY := .venv/bin/python
PYTHON := $(PY)
BASE := .venv/.base-installed
DEV := .venv/.dev-installed
BUNDLE := playground/static/build/.built
FRONTEND := $(shell find frontend -name node_modules -prune -o -type f -print)
SOURCES := lockstep config playground grader sandbox tests bench manage.py

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(BASE) $(BUNDLE) ## start everything on http://127.0.0.1:8000 (PORT=8001, SANDBOX=docker|local|auto)
	@if [ "$(SANDBOX)" = docker ]; then ops/engine.sh install; fi
	@exec $(PY) manage.py up --with-parent

test: check-machine lint ## lint and every test that is quick; installs what that takes, see ops/install.sh
	$(PY) -m pytest -q $(SHARED) -m "not full"

test-full: check-machine lint ## every test: many seeds, every sandbox, soak
	$(PY) -m pytest -q $(SHARED)

shapes: $(DEV) ## every shape of bug with 20 seeds, its twin under 10,000 schedules (PYTHON=python3.13: by that one)
	$(PYTHON) -m pytest -q -c tests/explorer/alone.ini --rootdir . -m full tests/shapes

validate: $(BASE) ## grade every solution of the course with 50 seeds (SEEDS=50 SLUG="..."); takes a while
	$(PY) manage.py validate --seeds $(SEEDS) $(SLUG)

mutants: $(BASE) ## leave things out of the course's right solutions: which of it do the tests catch? (SLUG="...")
	$(PY) -m bench.mutants $(SLUG)

check-machine: $(DEV) $(BUNDLE)
	@ops/install.sh
	@$(PY) -m sandbox.image || [ -z "$$LOCKSTEP_NO_SKIP" ]

lint: $(DEV) ## ruff, mypy, import-linter, djlint
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy $(SOURCES)
	.venv/bin/lint-imports --no-logo
	.venv/bin/djlint templates --lint --quiet

format: $(DEV) ## rewrite the sources the way lint wants them
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

lock: ## lock requirements/*.in again (UPGRADE=1 for newer versions)
	@ops/lock.sh

image: $(BASE) ## build the image of the sandbox
	@ops/engine.sh install
	@$(PY) -m sandbox.image

image-freethreaded: $(BASE) ## build a second image with a free-threaded Python, for runs without the GIL; some 5 minutes
	@ops/engine.sh install
	@$(PY) -m sandbox.image freethreaded

bundle: $(BUNDLE) ## build the front end

env: ## write .env for docker-compose, with fresh secrets
	@ops/env.sh

clean: ## remove what was built and installed here; var/, which holds your data, stays
	rm -rf .venv playground/static/build frontend/node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

$(BASE): requirements/base.txt ops/venv.sh
	@ops/venv.sh requirements/base.txt
	@touch $@

$(DEV): requirements/dev.txt ops/venv.sh
	@ops/venv.sh requirements/dev.txt
	@touch $@ $(BASE)

$(BUNDLE): $(FRONTEND) ops/bundle.sh requirements/node.txt | $(BASE)
	@ops/bundle.sh
