# Each target installs what it needs. To choose the Python interpreter: make test PYTHON=python3.12
BIN := .venv/bin

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test test-lowest lint format bench reliability clean checks

help:
	@echo "make demo     run the demo at http://localhost:3000  (ARGS='--port 3001')"
	@echo "make test     run the linters, mypy and all tests    (ARGS='-k csrf')"
	@echo "make test-lowest  run the tests with the lowest versions that pyproject.toml allows"
	@echo "make lint     run only the linters and mypy"
	@echo "make format   format the code and fix what ruff can fix"
	@echo "make bench    run the benchmarks                     (ARGS='--rounds 5' STORES='--rows 10')"
	@echo "make reliability  break each store, and check a million responses (FAULTS='--target redis', ISOLATION='--requests 2000')"
	@echo "make clean    remove .venv, npm packages and caches"

demo:
	@scripts/setup demo
	@$(BIN)/authwright demo --npm .venv/npm/node_modules $(ARGS)

test:
	@scripts/setup test
	@$(MAKE) --no-print-directory checks
	$(BIN)/python -m pytest $(ARGS)

# Warnings are not errors here: old versions use what newer versions of other packages deprecate. The folders that are
# left out need NiceGUI, which needs newer versions. The two files check the repository.
test-lowest:
	@scripts/setup lowest
	.venv-lowest/bin/python -m pytest -W default --ignore tests/client/nicegui --ignore tests/client/scenario \
		--ignore tests/test_house.py --ignore tests/test_docs.py $(ARGS)

lint:
	@scripts/setup lint
	@$(MAKE) --no-print-directory checks

checks:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format:
	@scripts/setup lint
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench:
	@scripts/setup bench
	$(BIN)/python -m benchmarks $(ARGS)
	$(BIN)/python -m benchmarks.stores $(STORES)

# The other one runs, too, if one finds a fault.
reliability:
	@scripts/setup bench
	@faults=0; $(BIN)/python -m benchmarks.faults $(FAULTS) || faults=1; \
	$(BIN)/python -m benchmarks.isolation --requests 34000 $(ISOLATION) && exit $$faults

clean:
	rm -rf .venv .venv-canaille .venv-lowest .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis tests/contract/node/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
