# Run `make` to see what there is. What is installed is remembered in stamp files, so a second run is quick.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Two of npm or of pip at once in one folder spoil each other; what takes long is parallel by itself.
.NOTPARALLEL:

# Debian's own Python before any other: it is what offices run, and it lacks what later 3.11 have.
PYTHON ?= $(or $(wildcard /usr/bin/python3),$(shell command -v python3.11 || command -v python3))
BIN := .venv/bin
ASTERISK := $(or $(HOTLINE_ASTERISK_ROOT),.local/asterisk)
STAMPS := .local/stamps
ENVIRONMENT := .venv/installed
TEST_ENVIRONMENT := .venv/installed-for-tests
FRONT_END := web/node_modules/.installed
TEST_FRONT_END := web/node_modules/.installed-for-tests
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard web/translations/*/LC_MESSAGES/*.po web/*/translations/*/LC_MESSAGES/*.po))
# Calls by night, calls by day, and the rest in two processes (tests/lanes.py): what waits beside what computes.
LANES := -n 4 --dist loadscope --no-loadscope-reorder
# What needs Python alone, and is quick (tests/quick.py).
UNIT := tests/unit tests/dialogues -m "not thorough" -n auto --dist worksteal
stamp = @mkdir -p $(@D) && touch $@

.PHONY: help install run test unit coverage check check-fast audit asterisk-update bench sounds clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | expand -t 18

install: $(ENVIRONMENT) $(STAMPS)/asterisk $(STAMPS)/asterisk-module $(STAMPS)/music $(FRONT_END) $(CATALOGUES) $(STAMPS)/model  ## install what is missing: Debian packages, .venv, Asterisk, music, front end, speech model

run: install  ## install what is missing and run the whole hotline in the foreground; Ctrl-C stops it
	@exec $(BIN)/hotline start

test: $(TEST_FRONT_END) install $(TEST_ENVIRONMENT) $(STAMPS)/test-tools  ## the whole suite, real Asterisk and real browser included (ARGS="tests/unit -k name")
	$(BIN)/pytest $(or $(ARGS),$(LANES))

unit: $(TEST_ENVIRONMENT) $(CATALOGUES)  ## the tests that need Python alone: no Asterisk, browser, Node or PostgreSQL; one to two minutes
	$(BIN)/pytest $(UNIT) $(ARGS)

coverage: $(TEST_ENVIRONMENT) $(CATALOGUES)  ## the same, with how much of hotline, ivr and transcription they run; fails below the floor
	$(BIN)/pytest $(UNIT) --cov --cov-report= $(ARGS)

check: $(TEST_ENVIRONMENT) $(TEST_FRONT_END) check-fast  ## all linters: those of check-fast, Biome (JS, CSS), known faults of packages
	$(BIN)/lint-imports
	cd web && node_modules/.bin/biome lint
	@scripts/audit-packages || true

check-fast: $(TEST_ENVIRONMENT)  ## ruff, mypy (strict, everything), djlint (templates), shellcheck: seconds when little has changed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet web
	$(BIN)/shellcheck $$(git grep --name-only --extended-regexp '^#!.*sh$$')

audit: $(TEST_ENVIRONMENT)  ## known faults of the packages we use; fails when there are any (make check only tells)
	@scripts/audit-packages

asterisk-update: $(ENVIRONMENT)  ## take Debian's present Asterisk instead of the one that was tested; then: make test
	@scripts/asterisk --update "$(ASTERISK)"
	@scripts/asterisk-module "$(ASTERISK)"

bench: install $(TEST_ENVIRONMENT) $(STAMPS)/test-tools  ## measure calls, seats, transcription and the register; the figures go into docs/performance.md
	$(BIN)/python -m bench.calls
	$(BIN)/python -m bench.seats
	$(BIN)/python -m bench.transcription
	$(BIN)/python -m bench.cases

sounds: $(STAMPS)/voices  ## speak the prompts whose text has changed
	.local/voices/bin/python -m sounds.speak $(ARGS)

clean:  ## remove everything that was installed or built here; the state directory stays
	rm -rf .venv .local build petition_hotline.egg-info web/node_modules web/static/vendor
	rm -rf .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

$(ENVIRONMENT): requirements.lock setup.cfg pyproject.toml scripts/python-environment scripts/build-requirements.lock scripts/python-packages
	@scripts/python-environment "$(PYTHON)"
	$(stamp)

# What only tests and linters need is no part of what an office installs (make run).
$(TEST_ENVIRONMENT): $(ENVIRONMENT) requirements-test.lock
	@scripts/python-packages requirements-test.lock
	$(stamp)

$(STAMPS)/asterisk: $(ENVIRONMENT) scripts/asterisk scripts/asterisk-version
	@scripts/asterisk "$(ASTERISK)"
	$(stamp)

# Without our module calls are taken all the same, so this one may fail; the next make tries again. It is made anew
# when Debian's package is upgraded.
$(STAMPS)/asterisk-module: $(STAMPS)/asterisk scripts/asterisk-module asterisk_module/func_steady.c $(wildcard /var/lib/dpkg/info/asterisk.list)
	@if scripts/asterisk-module "$(ASTERISK)"; then mkdir -p $(@D) && touch $@; fi

# Without music callers who wait hear ringing, so this one may fail; the next make tries again.
$(STAMPS)/music: scripts/music
	@if scripts/music .local/music; then mkdir -p $(@D) && touch $@; fi

$(FRONT_END): web/package.json web/package-lock.json scripts/front-end
	@scripts/front-end --omit=dev
	$(stamp)

# npm empties the folder first, so that both stamps are set anew.
$(TEST_FRONT_END): web/package.json web/package-lock.json scripts/front-end
	@scripts/front-end
	@touch $(FRONT_END) $@

%.mo: %.po $(ENVIRONMENT)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# Without a model every call is still answered and recorded, so this one may fail; the next make tries again.
$(STAMPS)/model: $(ENVIRONMENT)
	@if $(BIN)/hotline models fetch auto; then mkdir -p $(@D) && touch $@; fi

$(STAMPS)/test-tools: scripts/test-tools
	@scripts/test-tools
	$(stamp)

$(STAMPS)/voices: sounds/requirements.lock
	@test -x .local/voices/bin/python || $(PYTHON) -m venv .local/voices
	@.local/voices/bin/python -m pip install --quiet --disable-pip-version-check -r sounds/requirements.lock
	$(stamp)
