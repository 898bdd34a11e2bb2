# What can be done here, from a machine with Python >= 3.11 and make. Every target creates what it needs on first use:
# .venv holds the serving dependencies (no torch), .venv-dev the development ones, .venv-ray the serving ones and Ray.
.PHONY: help infer serve train test lint bench lock
.DELETE_ON_ERROR:

# The plain python3 where it will do, otherwise the newest that can make virtual environments.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p && break; done)
SERVING := .venv/bin/python
DEV := .venv-dev/bin/python
PIP_INSTALL = -m pip install --quiet --disable-pip-version-check --require-hashes

# Parquet files are read with a package of its own, which .venv gets when there is the first to read.
define with-parquet
@if [ -n "$$(find -L "$$IN" -name '*.parquet' -print -quit 2>/dev/null)" ]; then $(MAKE) --no-print-directory .venv/.parquet; fi
endef

# Make ends with status 2 whatever the command's was; `python -m serving infer` itself ends with 0, 1, 2 or 3.
ifeq ($(IN)$(filter train,$(MAKECMDGOALS)),)
IN := labels/corpus/seeds
OUT ?= out/seeds$(if $(filter ray,$(ENGINE)),,.jsonl)
DIGEST := $(if $(filter ray,$(ENGINE)),,--digest)
endif
PORT ?= $(or $(ISNAD_PORT),8000)
export IN OUT PORT WORKERS CORPUS INIT

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1: /p' Makefile

INFER = .venv$(if $(filter ray,$(ENGINE)),-ray)
infer: $(INFER)/.locked ## IN=path OUT=path: analyse a file or a folder; without IN the five seeds, with a digest. ENGINE=ray
	$(if $(filter ray,$(ENGINE)),,$(with-parquet))
	@$(INFER)/bin/python -m serving infer $(DIGEST) $(if $(ENGINE),--engine "$(ENGINE)") \
		$(if $(filter ray,$(ENGINE)),$(if $(WORKERS),--workers "$(WORKERS)") $(if $(FORMAT),--format "$(FORMAT)")) \
		"$$IN" $(if $(OUT),"$$OUT")

serve: .venv/.locked ## PORT=8000 WORKERS=1: the HTTP service and its page; several workers share one model
	@ISNAD_PORT="$$PORT" ISNAD_WORKERS="$${WORKERS:-$${ISNAD_WORKERS:-1}}" exec $(SERVING) -m serving serve

train: .venv-dev/.locked ## CORPUS=path INIT=path-or-hub-name OUT=models/name: train, evaluate, export, quantise, gate
	@$(DEV) -m training train $(if $(CORPUS),--corpus "$$CORPUS") $(if $(INIT),--init "$$INIT") \
		$(if $(OUT),--out "$$OUT")

test: lint .venv/.locked ## ruff, mypy --strict and all tests; what .ci/run calls
	$(DEV) -m pytest

lint: .venv-dev/.locked ## ruff and mypy --strict alone
	$(DEV) -m ruff check .
	$(DEV) -m mypy

bench: .venv/.locked .venv-dev/.locked ## QUICK=1: how fast, beside a BERT of AraBERT's size (bench/README.md)
	@$(DEV) -m bench $(if $(QUICK),--quick)

.venv/.locked: requirements/serving.txt
	$(check-python)
	@echo "Making .venv (serving dependencies, once)" >&2
	@$(PYTHON) -m venv --clear .venv
	@$(SERVING) $(PIP_INSTALL) --only-binary :all: -r requirements/serving.txt
	@touch $@

.venv/.parquet: requirements/parquet.txt .venv/.locked
	@echo "Adding what reads Parquet to .venv (once)" >&2
	@$(SERVING) $(PIP_INSTALL) --only-binary :all: -r requirements/parquet.txt
	@touch $@

.venv-ray/.locked: requirements/ray.txt
	$(check-python)
	@echo "Making .venv-ray (serving dependencies with Ray, once)" >&2
	@$(PYTHON) -m venv --clear .venv-ray
	@.venv-ray/bin/python $(PIP_INSTALL) --only-binary :all: -r requirements/ray.txt
	@touch $@

# torch is pinned by version alone and installed in a step of its own: 2.13.0 has builds (CPU, CUDA) whose files, and so
# whose hashes, differ with the index that pip is set up with, and a file with hashes takes only files that it lists.
.venv-dev/.locked: requirements/dev.txt
	$(check-python)
	@echo "Making .venv-dev (development dependencies, once; minutes)" >&2
	@$(PYTHON) -m venv --clear .venv-dev
	@$(DEV) $(PIP_INSTALL) -r requirements/dev.txt
	@$(DEV) -m pip install --quiet --disable-pip-version-check torch==2.13.0
	@touch $@

define check-python
@test -n "$(PYTHON)" || { echo "make: no Python >= 3.11 with the venv and ensurepip modules was found;" \
	"install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
endef

# Both sets for Python 3.11 and later on any platform, with the hash of every file; the second holds the first's versions.
UV_COMPILE = $$tools/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links --upgrade
lock: ## renew requirements/*.txt from pyproject.toml
	$(check-python)
	tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && $(PYTHON) -m venv "$$tools" && \
	"$$tools/bin/pip" install --quiet --disable-pip-version-check uv==0.13.9 && \
	$(UV_COMPILE) --output-file requirements/serving.txt && \
	$(UV_COMPILE) --extra parquet --constraint requirements/serving.txt --output-file requirements/parquet.txt && \
	$(UV_COMPILE) --extra ray --constraint requirements/serving.txt --output-file requirements/ray.txt && \
	$(UV_COMPILE) --extra dev --constraint requirements/serving.txt --no-emit-package torch \
		--output-file requirements/dev.txt
