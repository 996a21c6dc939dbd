# Two commands: `make album` makes the demo album, `make test` checks everything.
# Both set up a fresh Debian or Ubuntu first; where all is there already, that costs nothing.

PYTHON ?= python3
VENV := .venv
ALBUM := albums/machine-made-passion
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help album test check setup setup-all

help:
	@echo "make album   make the demo album in $(ALBUM)"
	@echo "make test    check the code and run every test"
	@echo "make check   style, types and layers only"
	@echo "make setup   only set up what an album needs"

album: setup
	$(VENV)/bin/albumen demo $(ALBUM)

# Two workers, a file each, one thread apiece: more would only wait for each other on two cores.
test: export OMP_NUM_THREADS = 1
test: check
	$(VENV)/bin/pytest -q -n 2 --dist loadfile

check: setup-all
	$(VENV)/bin/ruff check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy

setup: $(VENV)/.system $(VENV)/.core
setup-all: $(VENV)/.system $(VENV)/.all

# The stamps lie in the virtual environment: deleting it sets everything up again.
$(VENV)/.system: setup/system-packages
	setup/system-packages
	mkdir -p $(VENV)
	touch $@

$(VENV)/bin/python: | $(VENV)/.system
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(VENV)/bin/pip install -q -c constraints.txt -e .
	touch $@

$(VENV)/.all: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(VENV)/bin/pip install -q -c constraints.txt -e '.[train,test]'
	touch $@ $(VENV)/.core
