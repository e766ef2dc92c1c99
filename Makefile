# Each target sets up what it needs on a fresh machine with Python 3.11 or later; nothing has to be installed by hand first.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
ARGS ?=

.PHONY: demo gallery test test-full fuzz lint bench messages lock debian-tools clean
.DEFAULT_GOAL := demo

demo: .venv/runtime
	$(BIN)/python -m demo $(ARGS)

test: .venv/dev debian-tools
	$(BIN)/python -m tests.run_suites $(ARGS)

test-full: .venv/dev debian-tools
	$(BIN)/python -m tests.run_suites --full $(ARGS)

fuzz: .venv/dev
	$(BIN)/python -m tests.fuzz $(ARGS)

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py makemigrations --check --dry-run

gallery: .venv/runtime
	$(BIN)/python -m demo.gallery $(ARGS)

bench: .venv/dev
	$(BIN)/python -m benchmarks $(ARGS)

# The lock files: hash-pinned, without index addresses. Needs `uv` on the path; only for people who change dependencies.
lock:
	uv --no-config pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	  pyproject.toml -o requirements.txt
	uv --no-config pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	  --extra s3 --extra redis -c requirements.txt pyproject.toml -o requirements-services.txt
	uv --no-config pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	  --extra dev --extra s3 --extra redis -c requirements-services.txt pyproject.toml -o requirements-dev.txt

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	  then apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv; \
	  else echo "Python's venv module is missing; as root: apt-get install python3-venv"; exit 1; fi
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements.txt requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/runtime

# pdfsig (poppler-utils) is an independent judge of our PDF signatures, SoftHSM (softhsm2) a real PKCS #11 token to keep keys in;
# without them those tests are skipped and say so.
debian-tools:
	@missing=""; command -v pdfsig >/dev/null || missing="$$missing poppler-utils"; \
	  command -v softhsm2-util >/dev/null || missing="$$missing softhsm2"; \
	  [ -z "$$missing" ] || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	  then apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	  else echo "SKIPPING the tests that need them; as root: apt-get install$$missing"; fi

clean:
	rm -rf .venv var .mypy_cache .ruff_cache .import_linter_cache
