# Everything a newcomer needs: `make demo` and `make test`. Only make and Python 3.11, 3.12 or 3.13 have to be there.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BOOT := .venv-uv
RUN := $(VENV)/bin
STAMP := $(VENV)/.requirements
DEMO := build/demo

export OMP_NUM_THREADS ?= 1

.PHONY: help env demo test coverage test-engines check bench lock clean
help:
	@echo "make demo          de-identify a small synthetic data set and make pictures of before and after"
	@echo "make test          run the whole test suite"
	@echo "make coverage      the test suite, and the lines that it does not run (on Python 3.11 it takes twice as long)"
	@echo "make check         linter, format and types"
	@echo "make test-engines  the same results on Prism, on a real Flink cluster and from Airflow (downloads all three)"
	@echo "make bench         the measurements behind the claims in docs/"
	@echo "make lock          write requirements.lock anew from pyproject.toml: one for every Python and system"
	@echo "make clean         remove the environment and everything that was built"

env: $(STAMP)

# The stamp holds what the environment was made from, so it is made anew only when that changes, and also when it is half made.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
		|| { echo "efface needs Python 3.11, 3.12 or 3.13: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@if ! cmp -s requirements.lock $(STAMP).lock; then \
		echo "making the environment (some minutes the first time)"; \
		rm -rf $(VENV) && $(PYTHON) -m venv $(VENV) && $(MAKE) --no-print-directory install && cp requirements.lock $(STAMP).lock; \
	fi
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@mkdir -p $(VENV)/src/efface && for part in pipeline transforms runners; do ln -sfn ../../../$$part $(VENV)/src/efface/$$part; done
	@ln -sfn ../../../pipeline/public/__init__.py $(VENV)/src/efface/__init__.py
	@touch $(STAMP)

# uv is ten times faster than pip; where it cannot be had, pip does the same.
.PHONY: install
install:
	@if $(PYTHON) -m venv $(BOOT) && $(BOOT)/bin/python -m pip install --quiet --disable-pip-version-check uv; then \
		VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BOOT)/bin/uv pip install --quiet --require-hashes -r requirements.lock; \
	else \
		$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
	fi

demo: env
	@rm -rf $(DEMO)/in $(DEMO)/out $(DEMO)/vault $(DEMO)/pictures && mkdir -p $(DEMO)
	@$(RUN)/efface demo-data $(DEMO)/in
	@test -f $(DEMO)/key || $(RUN)/efface key $(DEMO)/key
	@$(RUN)/efface run --input $(DEMO)/in --output $(DEMO)/out --vault $(DEMO)/vault --key-file $(DEMO)/key || test $$? -eq 3
	@$(RUN)/python -m efface.pipeline.demo.pictures $(DEMO)

test: env
	@$(RUN)/python -m pytest -q -m "not flink and not prism and not airflow"

# Python 3.12 and later measure it at nearly no cost.
coverage: env
	@COVERAGE_CORE=$$($(RUN)/python -c 'import sys; print("sysmon" if sys.version_info >= (3, 12) else "ctrace")') $(RUN)/python -m pytest -q -m "not flink and not prism and not airflow" --cov=efface --cov-report=term-missing:skip-covered

# A fixture may download a cluster within its test.
test-engines: env
	@$(RUN)/python -m pytest -q --timeout=3600 -m "flink or prism or airflow"

check: env
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@MYPYPATH=$(VENV)/src $(RUN)/mypy -p efface

bench: env
	@for script in tests/bench/bench_*.py; do echo "== $$script"; PYTHONPATH=tests $(RUN)/python $$script || exit 1; done

lock:
	@$(PYTHON) -m venv $(BOOT) && $(BOOT)/bin/python -m pip install --quiet --disable-pip-version-check uv
	@$(BOOT)/bin/uv pip compile pyproject.toml --all-extras --universal --upgrade --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 --quiet -o requirements.lock

clean:
	rm -rf $(VENV) $(BOOT) build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
