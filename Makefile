# Everything a person or a machine does with this checkout. Needs make and Python 3.11 or newer, nothing else.

PYTHON ?=
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
WORKERS ?= 2
# What is built here is whole, or it is not built: `none` leaves the viewer of the OpenAPI documents out.
export VSS_MOCK_SWAGGER_UI ?= required

.DEFAULT_GOAL := help
.PHONY: help demo page serve test lint types layers image-lint tests check-properties check-concurrency check-durability bench clients mutants mutmut schemas diagram picture wheel clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' Makefile

demo: $(RUNTIME) ## walk a snapshot through its whole life against a running mock
	@$(BIN)/vss-mock demo $(ARGS)

page: $(RUNTIME) ## serve a mock until Ctrl-C, and say where its page is
	@$(BIN)/vss-mock demo --page $(ARGS)

serve: $(RUNTIME) ## serve the mock; options in ARGS, as in: make serve ARGS="--clock live"
	@$(BIN)/vss-mock serve $(ARGS)

test: lint types layers image-lint tests ## run every check

lint: $(DEV) ## check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV) ## check types
	$(BIN)/mypy

layers: $(DEV) ## check that imports run one way
	$(BIN)/lint-imports

image-lint: $(DEV) ## check the Dockerfile
	$(BIN)/hadolint docker/Dockerfile

tests: $(DEV) ## run the tests, with the coverage of the pure folders
	$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=term $(ARGS)

check-properties: $(DEV) ## search long and wide with the property tests (opt-in, many minutes)
	VSS_MOCK_PROPERTIES=long $(BIN)/python -m pytest tests/properties -n $(WORKERS) -o faulthandler_timeout=0 $(ARGS)

check-concurrency: $(DEV) ## show that what 16 clients see fits one order, on 20 seeds (opt-in, many minutes)
	$(BIN)/python -m tests.concurrency run $(ARGS)

check-durability: $(DEV) ## kill a server a hundred times under four writers, and compare (opt-in, some minutes)
	$(BIN)/python -m tests.durability $(ARGS)

bench: $(DEV) ## measure, beside a bare aiohttp server; never part of pass or fail
	$(BIN)/python -m tests.benchmarks $(ARGS)

clients: $(DEV) ## drive the real clients, ten years of them, and print the table (many minutes)
	$(BIN)/python -m tests.clients $(ARGS)

mutants: $(DEV) ## plant lies in the mock, and see the contract suite find each (some minutes)
	$(BIN)/python -m tests.mutants $(ARGS)

mutmut: $(DEV) ## break the simulator on purpose and see the tests notice (opt-in, many minutes)
	$(BIN)/python -m pip install --quiet -c constraints.txt "mutmut>=3.3"
	$(BIN)/mutmut run $(ARGS)
	$(BIN)/mutmut results

schemas: $(DEV) ## build the documents of the later dialects from their differences
	$(BIN)/python -m tests.schemas.building

diagram: $(RUNTIME) ## draw the life of a request for the page, from the table that the mock runs on
	$(BIN)/vss-mock lifecycle --format svg > vss_mock/page/lifecycle.svg

picture: $(DEV) ## take the picture of the page that the README shows; needs Chromium
	$(BIN)/python -m tests.page.picture $(ARGS)

wheel: $(RUNTIME) ## build the wheel into dist/
	$(BIN)/python -m hatchling build -t wheel

clean: ## remove what make made
	rm -rf $(VENV) vss_mock/page/swagger-ui .clients .concurrency build dist mutants .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

# The first Python that is new enough and can make environments. --clear mends one whose Python has gone.
$(BIN)/python:
	@found=""; bare=""; \
	for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  if "$$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then found="$$candidate"; break; fi; \
	  bare="$${bare:-$$candidate}"; \
	done; \
	if [ -z "$$found" ] && [ -n "$$bare" ]; then \
	  echo "make: $$bare cannot make virtual environments: install its venv package (python3-venv on Debian and Ubuntu)" >&2; exit 1; \
	elif [ -z "$$found" ]; then \
	  echo "make: no Python 3.11 or newer found: install one, or name it as in: make PYTHON=/path/to/python3 demo" >&2; exit 1; \
	fi; \
	echo "$$found -m venv $(VENV)"; \
	"$$found" -m venv --clear $(VENV)

# What builds the package comes first, so that the build runs here, with the pinned versions: that is npm too, where
# the machine has none and Swagger UI is not there yet.
$(RUNTIME): pyproject.toml constraints.txt hatch_build.py | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt hatchling editables
	@needed="$$($(BIN)/python hatch_build.py)"; [ -z "$$needed" ] || \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt "$$needed"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e .
	@touch $@

$(DEV): pyproject.toml constraints.txt $(RUNTIME)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@
