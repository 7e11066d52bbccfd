# What a user calls: make demo, make test. Everything lives in .venv; nothing is installed outside of it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo serve install test test-unit lint bench cluster soak docs screenshots fuzz schemathesis audit pin

demo: install
	@$(BIN)/python -P -m service.runtime.demo

serve: install
	@$(BIN)/newsmill serve

install: $(VENV)/.installed

# Most tests wait for other processes: more of them than processors run at a time.
TESTS_AT_ONCE ?= 4
test: $(VENV)/.installed-dev
	@$(BIN)/pytest --numprocesses $(TESTS_AT_ONCE) --dist loadfile

# The tests that need no server, browser or broker.
test-unit: $(VENV)/.installed-dev
	@$(BIN)/pytest --numprocesses auto --dist loadfile -m unit

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks

# Several machines, what fails of them, what a million articles cost, and docs/capacity.md; as root, for the machines.
cluster: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks brokers machines failures cost capacity

# Jobs of every kind while processes are killed; make soak MINUTES=10 SEED=7
MINUTES ?= 10
soak: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.soak --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

docs: $(VENV)/.installed-dev
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict
	@echo "site/index.html"

# Pictures of the page, into docs/screenshots; needs Chromium.
screenshots: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.web.screenshots

# Spoiled documents through each reader, so many seconds for each.
SECONDS ?= 300
fuzz: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.hostile.fuzz --seconds $(SECONDS)

# A service of its own against its own description, EXAMPLES for each of its operations; or, with SERVER, one that runs.
# The checks are all that there are; tests/schemathesis.toml says where more has to be right than a schema can say.
EXAMPLES ?= 100
schemathesis: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.described_run --examples $(EXAMPLES) $(if $(SEED),--seed $(SEED)) \
		$(if $(SERVER),--server $(SERVER))

# Whether an advisory is known of any of the pinned dependencies; asks the Python Packaging Advisory Database.
audit: $(VENV)/.installed-dev
	@$(BIN)/pip-audit --disable-pip --requirement requirements.txt

# --no-build-isolation: the build backend is pinned in requirements.txt, like everything else.
$(VENV)/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("newsmill needs Python 3.11 or later" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# Pins every dependency anew, with hashes, for every platform; needs uv.
pin:
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 \
		--group build pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 \
		--group build --group dev pyproject.toml -c requirements.txt -o requirements-dev.txt
