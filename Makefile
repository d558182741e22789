# Everything a newcomer needs: `make demo` and `make test`. Only make and Python 3.11, 3.12 or 3.13 have to be there.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BOOT := .venv-uv
RUN := $(VENV)/bin
CORE := $(VENV)/.core
ALL := $(VENV)/.all
DEMO := build/demo
COMPILE := $(BOOT)/bin/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --quiet

QUICK := not flink and not prism and not airflow and not azurite and not wheel and not faults

export OMP_NUM_THREADS ?= 1

.PHONY: help env env-all demo test coverage test-engines test-wheel check fuzz faults bench figures docs sbom release lock clean
help:
	@echo "make demo          install what a CPU needs, de-identify a small synthetic data set and make pictures of before and after"
	@echo "make test          install all extras and run the test suite"
	@echo "make coverage      the test suite, and the lines that it does not run (on Python 3.11 it takes twice as long)"
	@echo "make check         linter, format and types"
	@echo "make test-engines  the same results on Prism, on a real Flink cluster and from Airflow, and in Azurite (downloads all)"
	@echo "make test-wheel    the built wheel and the CPU set in new environments, for every Python of this machine"
	@echo "make fuzz          objects that are bent at random, for ten minutes; tests/fuzz_corpus.zip keeps each new ending"
	@echo "make faults        whole runs that are killed, cut off or out of space, and the run after each"
	@echo "make bench         the measurements behind the claims in docs/"
	@echo "make figures       the cost of an instance measured again, beside other programs, and the tables of docs/scaling.md"
	@echo "make docs          the documents as a site, with checked links: build/site"
	@echo "make sbom          the packages of the core as CycloneDX: build/sbom.cdx.json"
	@echo "make release       the commit as wheel and source, packages, notes and digests: build/release"
	@echo "make lock          write the lock files anew from pyproject.toml: each for every Python and system"
	@echo "make clean         remove the environment and everything that was built"

env: $(CORE)
env-all: $(ALL)

# A stamp holds what the environment was made from, so it is made anew only when that changes, and also when it is half made.
$(CORE): requirements.lock pyproject.toml
	@rm -f $(ALL) $(ALL).lock
	@$(MAKE) --no-print-directory install LOCK=$< STAMP=$@

# All that the CPU set holds, in the same versions, and all extras beside it.
$(ALL): requirements-all.lock requirements.lock pyproject.toml
	@$(MAKE) --no-print-directory install LOCK=$< STAMP=$@
	@cp requirements.lock $(CORE).lock && touch $(CORE) $(ALL)

# uv is ten times faster than pip; where it cannot be had, pip does the same.
.PHONY: install
install:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
		|| { echo "efface needs Python 3.11, 3.12 or 3.13: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@if ! cmp -s $(LOCK) $(STAMP).lock; then \
		echo "installing $(LOCK) (a minute or some, the first time)"; \
		cmp -s requirements.lock $(CORE).lock || { rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); } && \
		if $(PYTHON) -m venv $(BOOT) && $(BOOT)/bin/python -m pip install --quiet --disable-pip-version-check uv; then \
			VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BOOT)/bin/uv pip install --quiet --require-hashes -r $(LOCK); \
		else \
			$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK); \
		fi && cp $(LOCK) $(STAMP).lock; \
	fi
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@mkdir -p $(VENV)/src/efface && for part in pipeline transforms runners; do ln -sfn ../../../$$part $(VENV)/src/efface/$$part; done
	@ln -sfn ../../../pipeline/public/__init__.py $(VENV)/src/efface/__init__.py
	@ln -sfn ../../../pipeline/integrations $(VENV)/src/efface/integrations
	@touch $(STAMP)

demo: env
	@rm -rf $(DEMO)/in $(DEMO)/out $(DEMO)/vault $(DEMO)/pictures && mkdir -p $(DEMO)
	@$(RUN)/efface demo-data $(DEMO)/in
	@test -f $(DEMO)/key || $(RUN)/efface key $(DEMO)/key
	@$(RUN)/efface run --input $(DEMO)/in --output $(DEMO)/out --vault $(DEMO)/vault --key-file $(DEMO)/key || test $$? -eq 3
	@$(RUN)/python -m efface.pipeline.demo.pictures $(DEMO)

test: env-all
	@$(RUN)/python -m pytest -q -m "$(QUICK)"

# Python 3.12 and later measure it at nearly no cost.
coverage: env-all
	@COVERAGE_CORE=$$($(RUN)/python -c 'import sys; print("sysmon" if sys.version_info >= (3, 12) else "ctrace")') $(RUN)/python -m pytest -q -m "$(QUICK)" --cov=efface --cov-report=term-missing:skip-covered

# A fixture may download a cluster within its test.
test-engines: env-all
	@$(RUN)/python -m pytest -q --timeout=3600 -m "flink or prism or airflow or azurite"

# In an environment of its own for each Python of this machine.
test-wheel: env-all
	@$(RUN)/python -m pytest -q --timeout=1200 -m wheel

check: env-all
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@MYPYPATH=$(VENV)/src $(RUN)/mypy -p efface
	@$(RUN)/python -m tools.list_licences --check

fuzz: env-all
	@PYTHONPATH=tests $(RUN)/python -W ignore -m support.fuzzing $(FUZZ)

faults: env-all
	@$(RUN)/python -m pytest -q -m faults

bench: env-all
	@for script in tests/bench/bench_*.py; do echo "== $$script"; PYTHONPATH=tests $(RUN)/python $$script || exit 1; done

figures: env-all
	@PYTHONPATH=tests $(RUN)/python tests/bench/bench_shares.py --write tools/scale_figures.json
	@PYTHONPATH=tests $(RUN)/python tests/bench/bench_peers.py --write docs/scaling.md
	@$(RUN)/python -m tools.generate_scaling

docs: env-all
	@NO_MKDOCS_2_WARNING=1 $(RUN)/mkdocs build --strict --quiet
	@echo "build/site/index.html"

sbom:
	@test -x $(BOOT)/bin/uv || { $(PYTHON) -m venv $(BOOT) && $(BOOT)/bin/python -m pip install --quiet --disable-pip-version-check uv; }
	@mkdir -p build
	@$(BOOT)/bin/uv tool run --quiet --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --output-file build/sbom.cdx.json 2>/dev/null
	@echo "build/sbom.cdx.json"

# From the commit alone; the wheel is made from the source archive, which proves it whole. SECTION=Unreleased tries it before.
RELEASE := build/release
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
SECTION ?= $(VERSION)

release: export SOURCE_DATE_EPOCH = $(shell git log -1 --format=%ct)
release: env sbom
	@git diff --quiet HEAD || { echo "commit first: a release is made from the commit"; exit 1; }
	@rm -rf $(RELEASE) $(RELEASE)-source && mkdir -p $(RELEASE) $(RELEASE)-source
	@awk '/^## /{on = ($$2 == "$(SECTION)"); next} on' CHANGELOG.md > $(RELEASE)/NOTES.md
	@test -s $(RELEASE)/NOTES.md || { echo "CHANGELOG.md has no section: ## $(SECTION)"; exit 1; }
	@git archive HEAD | tar -x -C $(RELEASE)-source
	@cd $(RELEASE)-source && $(CURDIR)/$(RUN)/python -c 'from setuptools import build_meta; build_meta.build_sdist("../release")' > /dev/null
	@$(RUN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --wheel-dir $(RELEASE) $(RELEASE)/*.tar.gz
	@cp build/sbom.cdx.json $(RELEASE)/efface-$(VERSION).cdx.json
	@cd $(RELEASE) && sha256sum * > SHA256SUMS && ls

# All extras first; every other lock then holds the same versions. Versions that still do stay, but with UPGRADE=--upgrade.
lock:
	@$(PYTHON) -m venv $(BOOT) && $(BOOT)/bin/python -m pip install --quiet --disable-pip-version-check uv
	@$(COMPILE) --all-extras $(UPGRADE) -o requirements-all.lock
	@$(COMPILE) --extra build --extra aws --extra azure -c requirements-all.lock -o requirements.lock
	@$(COMPILE) --extra build --extra aws --extra azure --extra gcp -c requirements-all.lock -o requirements-gcp.lock
	@$(COMPILE) --extra build --extra aws --extra azure --extra gcp --extra gpu -c requirements-all.lock -o requirements-gpu.lock

clean:
	rm -rf $(VENV) $(BOOT) build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
