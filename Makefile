# The targets for users and developers. Everything is installed in .venv, nothing outside of it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo serve install test test-unit properties lint bench cluster soak docs screenshots fuzz schemathesis audit pin

demo: install
	@$(BIN)/python -P -m service.runtime.demo

serve: install
	@$(BIN)/newsmill serve

install: $(VENV)/.installed

# Tests start many processes, which share their bytecode. An empty value means that it is written.
test test-unit: export PYTHONDONTWRITEBYTECODE =

# Most tests wait for other processes: more of them than processors run at a time.
TESTS_AT_ONCE ?= 4
test: $(VENV)/.installed-dev
	@$(BIN)/pytest --numprocesses $(TESTS_AT_ONCE) --dist loadfile

# The tests that need no server, browser or broker.
test-unit: $(VENV)/.installed-dev
	@$(BIN)/pytest --numprocesses auto --dist loadfile -m unit

# Search for articles and documents that break what the tests say of all of them. `make test` tries the same few each time.
properties: $(VENV)/.installed-dev
	@$(BIN)/pytest --numprocesses auto --dist loadfile -m "unit and hypothesis" --hypothesis-profile thorough

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks

# Benchmarks of several machines, of failures and of the cost of a million articles; writes docs/capacity.md. Needs root.
cluster: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks machines failures cost capacity

# Run jobs of every kind while processes are killed: make soak MINUTES=10 SEED=7. With HOSTILE=1, no process is killed,
# and the waits of four callers are compared without and beside a hostile one.
MINUTES ?= 10
soak: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.soak --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) $(if $(HOSTILE),--hostile)

docs: $(VENV)/.installed-dev
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict
	@echo "site/index.html"

# Write screenshots of the page to docs/screenshots. Needs Chromium.
screenshots: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.web.screenshots

# Feed damaged documents to each reader, for SECONDS each.
SECONDS ?= 300
fuzz: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.hostile.fuzz --seconds $(SECONDS)

# Test a new service, or the one at SERVER, against its OpenAPI document, with EXAMPLES requests for each operation.
# All checks of Schemathesis run; tests/schemathesis.toml has the exceptions.
EXAMPLES ?= 100
schemathesis: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.described_run --examples $(EXAMPLES) $(if $(SEED),--seed $(SEED)) \
		$(if $(SERVER),--server $(SERVER))

# Look for known vulnerabilities of the pinned dependencies in the Python Packaging Advisory Database.
audit: $(VENV)/.installed-dev
	@$(BIN)/pip-audit --disable-pip --requirement requirements.txt

# --no-build-isolation: requirements.txt pins the build backend too.
$(VENV)/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("newsmill needs Python 3.11 or later" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# Pin every dependency anew, with hashes, for every platform. Needs uv.
pin:
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 \
		--group build pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 \
		--group build --group dev pyproject.toml -c requirements.txt -o requirements-dev.txt
