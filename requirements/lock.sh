#!/bin/sh
# Writes the pinned, hashed requirements files from pyproject.toml (needs uv on the PATH).
set -eu
cd "$(dirname "$0")/.."
compile="uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet"
$compile pyproject.toml requirements/build.in -o requirements/core.txt
$compile pyproject.toml requirements/build.in --all-extras --group dev -c requirements/core.txt -o requirements/dev.txt
