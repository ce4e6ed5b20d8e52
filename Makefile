# Two commands carry everything: `make run` and `make test`. The others are their parts.
PYTHON ?= python3.11
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
.DELETE_ON_ERROR:
.PHONY: help run stop demo test pytest check lint types walls bench openapi lock backup restore secrets clean

help:
	@echo "make run       install, start PostgreSQL 18 and all processes, load the plans, print where things are"
	@echo "               PORT=9000 moves the gateway and all others; DATABASE_URL=... uses a server of yours"
	@echo "make stop      stop what make run started, from another terminal"
	@echo "make demo      play one half-year of reporting on a stack of its own, and print it"
	@echo "make test      install and pass every check and test"
	@echo "make check     the checks without the tests: lint, types, walls between the services"
	@echo "make bench     every benchmark against its stored baseline; BASELINE=store keeps new figures"
	@echo "make openapi   write docs/api/*.json from the code"
	@echo "make backup    write all databases into one file; make restore FILE=... puts them back"
	@echo "make secrets   key files and passwords for docker-compose.yml"
	@echo "make lock      resolve requirements/*.in again"
	@echo "make clean     remove caches; data in .local/run stays"

# -- installing: into .venv, every package by its hash

# once more with the machine's own certificates, for networks that look into TLS
install = $(UV) pip install -q --compile-bytecode --python $(PY) --require-hashes $(1) 2>$(VENV)/.first-try || $(UV) pip install -q --compile-bytecode --system-certs --python $(PY) --require-hashes $(1)

$(VENV)/.uv:
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install -q --disable-pip-version-check uv==0.13.9
	@touch $@
$(VENV)/.runtime: requirements/runtime.txt $(VENV)/.uv
	@echo "Installing into $(VENV), about half a minute ..."
	@$(call install,-r requirements/runtime.txt)
	@$(PY) -m compileall -q kernel gateway services deploy
	@touch $@
$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@$(call install,-r requirements/runtime.txt -r requirements/dev.txt)
	@touch $@

lock: $(VENV)/.uv
	$(UV) pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements/runtime.txt requirements/runtime.in
	$(UV) pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements/dev.txt requirements/dev.in

# -- running

run: $(VENV)/.runtime
	@exec $(PY) -m deploy up
stop: $(VENV)/.runtime
	@$(PY) -m deploy stop
demo: $(VENV)/.runtime
	@exec $(PY) -m deploy.demo
backup: $(VENV)/.runtime
	@$(PY) -m deploy backup $(FILE)
restore: $(VENV)/.runtime
	@test -n "$(FILE)" || { echo "Say which backup: make restore FILE=.local/backups/..."; exit 2; }
	@$(PY) -m deploy restore $(FILE)

# secrets for docker-compose.yml, readable by the account that the containers run as
secrets: $(VENV)/.runtime
	@$(PY) -m deploy.keys secrets --database-host postgres
	@if [ "$$(id -u)" = 0 ]; then chown -R 10001:10001 secrets; else echo "GCM_USER=$$(id -u):$$(id -g)" > .env; fi

# -- checking

test: check pytest
pytest: $(VENV)/.dev
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder
check: lint types walls
lint: $(VENV)/.dev
	$(PY) -m ruff check .
types: $(VENV)/.dev
	$(PY) -m mypy
walls: $(VENV)/.dev
	$(VENV)/bin/lint-imports --no-logo
bench: $(VENV)/.dev
	@for name in $(filter-out baseline,$(basename $(notdir $(wildcard tests/benchmarks/*.py)))); do \
	  echo "== $$name"; $(PY) -m tests.benchmarks.$$name || failed="$$failed $$name"; done; \
	  test -z "$$failed" || { echo "worse or failed:$$failed"; exit 1; }
openapi: $(VENV)/.runtime
	@mkdir -p docs/api
	for package in gateway services.registry services.submissions services.notifications; do \
	  file=docs/api/$${package#services.}.json; \
	  $(PY) -m $$package openapi > $$file.new && mv $$file.new $$file || exit 1; done
clean: $(VENV)/.runtime
	@for folder in test-postgres demo/postgres; do $(PY) -m deploy.postgres remove .local/$$folder; done
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .local/demo .local/test*
	find . -name __pycache__ -not -path "./$(VENV)/*" -prune -exec rm -rf {} +
