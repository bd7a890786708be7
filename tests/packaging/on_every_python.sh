#!/usr/bin/env bash
# Runs the unit tests on each supported Python that this machine has, without Airflow or kfp.
# Usage: on_every_python.sh UV CONSTRAINTS      (from the repository's root: make test-pythons)
set -euo pipefail

uv=$1
constraints=$2

find_python() {
  local name=$1 candidate
  for candidate in "$name" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"${name#python}".*/bin/"$name"; do
    # A pyenv shim exists for a version that is not switched on, and fails: so ask it.
    if "$candidate" -c 'import sys' >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

ran=() missing=() failed=()
for version in 3.10 3.11 3.12 3.13; do
  if ! python=$(find_python "python$version"); then
    missing+=("$version")
    continue
  fi
  venv=.venv-$version
  echo "== Python $version"
  [ -x "$venv/bin/python" ] || "$uv" venv --quiet --python "$python" "$venv"
  if [ ! -e "$venv/.light" ] || [ pyproject.toml -nt "$venv/.light" ] || [ "$constraints" -nt "$venv/.light" ]; then
    "$uv" pip install --quiet --python "$venv/bin/python" --compile-bytecode -c "$constraints" \
      -e '.[examples]' --group test
    touch "$venv/.light"
  fi
  ran+=("$version")
  "$venv/bin/python" -m pytest tests/unit -q || failed+=("$version")
done

echo "unit tests ran on: ${ran[*]:-none}; not found here: ${missing[*]:-none}; failed on: ${failed[*]:-none}"
[ ${#ran[@]} -gt 0 ] && [ ${#failed[@]} -eq 0 ]
