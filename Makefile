# Needs only make and a Python from 3.10 on. Everything goes into .venv.

VENV := .venv
BIN := $(VENV)/bin
OLD := $(VENV)-airflow-2.11
CONSTRAINTS := constraints.txt
OLD_CONSTRAINTS := constraints-airflow-2.11.txt
# 3.11 is what the constraints are tested with most; any from 3.10 on will do.
PYTHON = $(shell for name in python3.11 python3.12 python3.13 python3.10 python3 python; do \
	$$name -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null \
	&& echo $$name && break; done)
INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode -c $(CONSTRAINTS)
LIGHT := $(VENV)/.light
FULL := $(VENV)/.full
SOURCES := flowyml backends templates
PEERS := $(patsubst %,$(VENV)-peers/%,$(shell sed 's/=.*//' tests/benchmarks/peers.txt))
DEMO := examples/ml_training.py
OUT := compiled

.DEFAULT_GOAL := help
.PHONY: help demo test airflow-2.11 lint types mypy pyright goldens docs bench test-pythons \
	dists constraints clean

help:  ## List these targets
	@sed -n 's/^\([a-z0-9.-]*\):.*##  *\(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 22

demo: $(LIGHT)  ## Run the example here and compile it for Airflow and Kubeflow (installs neither)
	@$(BIN)/python -m compileall -q $(SOURCES)
	$(BIN)/flowyml run $(DEMO) -c n_estimators=50
	$(BIN)/flowyml compile $(DEMO) --target airflow --target kubeflow --target ir -o $(OUT)
	@printf '%s\n' '' \
		"The pipeline ran here, and its compiled forms are in $(OUT)/:" \
		"  the DAG file for Airflow, the PipelineSpec for Kubeflow, and the IR that both come from." \
		"Next:" \
		"  $(BIN)/flowyml graph $(DEMO)" \
		"  $(BIN)/flowyml check $(DEMO) --target airflow --target kubeflow" \
		"  change a step in $(DEMO), compile again, and see how little of the text changes" \
		"And to have it proved, with a real Airflow:" \
		"  $(BIN)/uv pip install -p $(BIN)/python -c $(CONSTRAINTS) -e '.[airflow,examples]'" \
		"  $(BIN)/flowyml verify $(DEMO) --target airflow --target kubeflow"

test: $(FULL)  ## Run every test, those on a real Airflow included
	@$(BIN)/python -m compileall -q $(SOURCES)
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

airflow-2.11: $(OLD)/.full  ## Set up Airflow 2.11 beside .venv; `make test` then runs on it as well

lint: $(FULL)  ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: mypy pyright  ## Check types with mypy and pyright, both strict

mypy pyright: $(FULL)
	$(BIN)/$@

goldens: $(FULL)  ## Write the expected compiled files anew; review the diff before you commit it
	FLOWYML_UPDATE_GOLDENS=1 $(BIN)/python -m pytest tests/goldens

docs: $(FULL)  ## Write the generated pages of docs/, and what its commands print, anew
	FLOWYML_UPDATE_DOCS=1 $(BIN)/python -m pytest tests/docs

bench: $(FULL) $(PEERS)  ## Measure start-up, compiling and running, beside peers; fails if too slow
	@$(BIN)/python -m compileall -q $(SOURCES)
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(VENV)-peers/flowyml-skinny
	$(BIN)/uv pip install --quiet --python $(VENV)-peers/flowyml-skinny/bin/python \
		-c $(CONSTRAINTS) --refresh-package flowyml-skinny ./templates/skinny
	$(BIN)/python tests/benchmarks/first_numbers.py
	$(BIN)/python -m tests.benchmarks.runner $(VENV)-peers

$(VENV)-peers/%: tests/benchmarks/peers.txt | $(BIN)/uv
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $@
	$(BIN)/uv pip install --quiet --python $@/bin/python $$(grep '^$*=' $<)
	@touch $@

# The values that tests compare are read in .venv, so the two share a Python if Airflow 2.11 has it.
$(OLD)/.full: pyproject.toml $(OLD_CONSTRAINTS) | $(BIN)/uv
	python=$$($(BIN)/python -c 'import sys; print(sys.executable if sys.version_info < (3, 13) else ">=3.10,<3.13")') \
		&& $(BIN)/uv venv --quiet --clear --no-python-downloads --python "$$python" $(OLD)
	$(BIN)/uv pip install --quiet --python $(OLD)/bin/python --compile-bytecode \
		-c $(OLD_CONSTRAINTS) -e '.[examples]' apache-airflow
	@touch $@

test-pythons: $(BIN)/uv  ## Run the unit tests on each other Python from 3.10 to 3.13 that is found here
	@tests/packaging/on_every_python.sh $(BIN)/uv $(CONSTRAINTS)

dists: $(FULL)  ## Build what is published into dist/: flowyml, and flowyml-skinny as a wheel
	rm -rf dist
	$(BIN)/python -m hatchling build -d dist
	cd templates/skinny && $(abspath $(BIN)/python) -m hatchling build -t wheel -d $(CURDIR)/dist

constraints: $(BIN)/uv  ## Resolve the constraints anew, for all supported Pythons at once
	printf '%s\n' 'apache-airflow==3.3.2' 'kfp>=2.17,<2.17.3' 'kfp-kubernetes<2.17.3' 'uv' | $(BIN)/uv pip compile --quiet \
		--upgrade --universal --python-version 3.10 --all-extras --group lint --group types \
		--group test --group operators --group stores --no-header --no-annotate --no-emit-index-url pyproject.toml - -o $(CONSTRAINTS)
	printf '%s\n' 'apache-airflow==2.11.* ; python_version < "3.13"' | $(BIN)/uv pip compile --quiet \
		--upgrade --universal --python-version 3.10 --extra examples \
		--no-header --no-annotate --no-emit-index-url pyproject.toml - -o $(OLD_CONSTRAINTS)

clean:  ## Remove environments, caches and compiled files
	rm -rf $(VENV) $(VENV)-3.* $(VENV)-peers $(OLD) $(OUT) dist build .flowyml examples/.flowyml
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find $(SOURCES) tests examples -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/uv:
	@test -n "$(PYTHON)" || { echo "no Python from 3.10 on, with venv, was found; set PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) uv

$(LIGHT): pyproject.toml $(CONSTRAINTS) | $(BIN)/uv
	$(INSTALL) -e '.[examples]'
	@touch $@

$(FULL): pyproject.toml $(CONSTRAINTS) | $(BIN)/uv
	$(INSTALL) -e '.[airflow,kubeflow,dask,examples]' --group lint --group types --group test --group operators --group stores
	@touch $@ $(LIGHT)
