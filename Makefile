# Two commands do all the set-up on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test reliability lint bench lock docs clean

run: .venv/ready  ## run the main job on the sample pages
	$(BIN)/banmian run samples --warehouse banmian.duckdb

test: .venv/ready  ## run the tests, in two processes
	$(BIN)/python -m pytest -q -n 2

reliability: .venv/ready  ## the reliability campaign in full, and its table; two parts at a time
	$(BIN)/python -m tests.reliability

lint: .venv/ready  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready  ## accuracy and speed; see benchmarks/README.md
	for part in score_samples repair articles duplicates; do \
		PYTHONPATH=. $(BIN)/python benchmarks/$$part.py || exit 1; \
	done
	PYTHONPATH=. $(BIN)/python benchmarks/flow.py --json flow.json

# All that a run imports. Its byte code is kept even where the environment forbids Python to write any, as images of containers
# do: without it each run compiles for ten seconds. pip would do so for every file, most of which nothing imports.
IMPORTS := import flows.cli, flows.run, flows.commands.run, flows.commands.sql, uvicorn, prefect.server.api.server; \
	from expectations.suites import load_gx; load_gx()

# uv installs in seconds what takes pip more than a minute; both check the same hashes. Without uv, pip does it.
.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	if $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9; then \
		$(BIN)/uv pip sync --quiet --require-hashes requirements.lock --python .venv && \
		$(BIN)/uv pip install --quiet --no-deps --editable . --python .venv; \
	else \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .; \
	fi
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -c "$(IMPORTS)"
	touch .venv/ready

lock:  ## pin every dependency anew: names, versions and hashes, no index address
	$(BIN)/uv pip compile --quiet --upgrade --no-emit-index-url --no-annotate --no-header --generate-hashes \
		--python-version 3.11 pyproject.toml --extra cluster --group dev --constraints constraints.txt --output-file requirements.lock

docs: .venv/ready  ## write the references and the answers in docs/ anew
	for page in tables_command cli_reference; do PYTHONPATH=. $(BIN)/python tests/flows/test_$$page.py || exit 1; done
	REWRITE_DOCS=1 $(BIN)/python -m pytest -q tests/flows/test_docs.py tests/flows/test_how_to.py

clean:  ## remove what `make run` made
	rm -rf banmian.duckdb banmian.duckdb.work
