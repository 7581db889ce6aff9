# Dẫn Lối. `make run` on a fresh machine does all set-up by itself, and so does `make test`.
# The set-up is quick when there is nothing to do; packaging/setup.sh says how.

KIOSK = .venv/bin/kiosk
ARGS =

.PHONY: help setup run test

help:
	@echo 'make run     start the kiosk (no display: make the demonstration visit in out/demonstration)'
	@echo '             make run ARGS="--windowed"  in a window; ARGS="--help"  says what else'
	@echo 'make test    every check: ruff, mypy, import-linter, pytest'
	@echo 'make setup   only the set-up: system packages, .venv, locked Python packages'

setup:
	@packaging/setup.sh run

run: setup
	@$(KIOSK) run $(ARGS)

test: export QT_QPA_PLATFORM = offscreen
test:
	@packaging/setup.sh test
	@echo '== ruff check'
	@.venv/bin/ruff check
	@echo '== ruff format --check'
	@.venv/bin/ruff format --check
	@echo '== mypy (strict)'
	@.venv/bin/mypy
	@echo '== import-linter'
	@.venv/bin/lint-imports --no-logo
	@echo '== pytest'
	@.venv/bin/pytest -q
