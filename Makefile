# Two commands carry everything: `make run` and `make test`. The others are their parts.
PYTHON ?= python3.11
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
SERVICES := gateway registry submissions notifications
.DELETE_ON_ERROR:
.PHONY: run demo stop test check lint types walls docs-drift lock openapi bench clean backup restore help

help:
	@echo "make run    install, start PostgreSQL 18 and all processes, load the plans, print where things are"
	@echo "make demo   play one half-year of reporting on a stack of its own, and print it"
	@echo "make test   install and pass every check and test"

$(VENV)/.uv:
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install -q --disable-pip-version-check uv==0.13.9
	@touch $@
$(VENV)/.runtime: requirements/runtime.txt $(VENV)/.uv
	$(UV) pip install -q --python $(PY) --require-hashes -r requirements/runtime.txt
	@touch $@
$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	$(UV) pip install -q --python $(PY) --require-hashes -r requirements/runtime.txt -r requirements/dev.txt
	@touch $@

lock: $(VENV)/.uv
	$(UV) pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements/runtime.txt requirements/runtime.in
	$(UV) pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements/dev.txt requirements/dev.in
