.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench procedures screens lock

# Three test processes: many tests wait for programs and browsers. Some tests only, in one: make test PYTEST_ARGS="-n 0 -k mail"
PYTEST_ARGS ?= -q -n 3 --dist worksteal

help: ## Lists these targets.
	@sed -n 's/^\([a-z]*\): .*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name words; do printf 'make %-10s %s\n' "$$name" "$$words"; done

setup: ## Makes .venv with the pinned requirements.
	@bin/setup

demo: ## Starts the whole desk with a small believable set of tickets; Ctrl-C ends it. PORT=8000 by default.
	@bin/setup && exec env DEMO=1 .venv/bin/python manage.py demo

test: ## Runs all tests, browser tests included. PYTEST_ARGS go to pytest.
	@bin/setup dev && exec bin/test $(PYTEST_ARGS)

check: ## Lint, types, layers, migrations, templates, settings, API schema.
	@bin/setup dev && exec bin/check

bench: ## Measures the pages and commands that must be quick.
	@bin/setup dev && exec env DEMO=1 .venv/bin/python -m bench.run

procedures: ## Writes docs/procedures.md from the declared procedures.
	@bin/setup && exec env DEMO=1 .venv/bin/python manage.py procedures --write

screens: ## Takes the pictures of docs/images from a running demo.
	@bin/setup dev && exec .venv/bin/python docs/shoot.py

lock: ## Pins requirements/*.in with hashes.
	@bin/setup && exec bin/lock
