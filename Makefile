# Two commands matter: `make report` and `make test`. Both make .venv first when it is missing or out of date.

PYTHON   ?= python3
DATA     ?= demo
LANGUAGE ?= en
AS_OF    ?=
ARGS     ?=

VENV     ?= .venv

RUN   := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)/python
PIP   := $(RUN) -m pip --disable-pip-version-check install --quiet
READY := $(VENV)/.ready
TESTS := $(VENV)/.ready-tests
SPARK := $(VENV)/.ready-spark

.PHONY: report test spark lint unit coverage bench lab lock clean help

report: $(READY)  ## run every notebook on DATA and write reports/NAME/index.html
	$(RUN) -m helpers report $(DATA) --language $(LANGUAGE) $(if $(AS_OF),--as-of $(AS_OF)) $(ARGS)

test: lint  ## everything that CI runs
	$(RUN) -m pytest --nbval notebooks -n 2 --dist loadfile $(ARGS)
	$(RUN) -m pytest helpers tests -n 2 --dist loadfile $(ARGS)

spark: $(SPARK)  ## the tests on a Spark cluster of two workers (needs Java 17 or 21)
	$(RUN) -m pytest tests/spark $(ARGS)

lint: $(TESTS)
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy

unit: $(TESTS)  ## what another version of Python could change: every example, the door, the commands
	$(RUN) -m pytest helpers tests/test_floors.py tests/community tests/setup tests/simulate tests/workbook -n 2 --dist loadfile -m "not notebook and not browser and not once and not hypothesis" $(ARGS)

coverage: $(TESTS)  ## which lines no test runs; notebooks apart
	$(RUN) -m pytest helpers tests --cov -n 2 --dist loadfile -m "not notebook" $(ARGS)

bench: $(TESTS)  ## time and memory against rivals, about 20 minutes; writes build/bench/ (ARGS=--quick: less)
	$(RUN) tests/bench/run.py $(ARGS)

lab: $(READY)  ## open the notebooks in JupyterLab
	$(RUN) -m jupyter lab --notebook-dir notebooks

lock:  ## resolve the locks anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate --upgrade --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate --upgrade --quiet --extra test --constraint requirements.lock \
	    --output-file tests/requirements.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate --upgrade --quiet --extra test --extra spark \
	    --constraint tests/requirements.lock --output-file tests/spark-requirements.lock

clean:  ## remove the environment and everything that was made
	rm -rf .venv .venv-* build work reports .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*

help:
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

# The stamps follow the locks: a changed lock installs again. The test lock holds everything the other does.
$(READY): requirements.lock pyproject.toml
	@echo "Making $(VENV) from $<; this takes a minute or two, once."
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

$(TESTS): tests/requirements.lock pyproject.toml
	@echo "Making $(VENV) from $<; this takes a minute or two, once."
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r tests/requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@ $(READY)

$(SPARK): tests/spark-requirements.lock $(TESTS)
	@echo "Adding Spark to $(VENV); it is large and takes a minute or two, once."
	$(PIP) --require-hashes -r tests/spark-requirements.lock
	touch $@
