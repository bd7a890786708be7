#!/usr/bin/env bash
# Runs the unit tests on each supported Python that this machine has, without Airflow or kfp, but for
# the Python of uv's own environment if there is another: `make test` runs them on that one.
# Usage: on_every_python.sh UV CONSTRAINTS      (from the repository's root: make test-pythons)
set -euo pipefail

uv=$1
constraints=$2
at_once=3
own=$("$(dirname "$uv")/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')

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

set_up() {
  local python=$1 venv=$2
  [ -x "$venv/bin/python" ] || "$uv" venv --quiet --python "$python" "$venv"
  if [ ! -e "$venv/.light" ] || [ pyproject.toml -nt "$venv/.light" ] || [ "$constraints" -nt "$venv/.light" ]; then
    "$uv" pip install --quiet --python "$venv/bin/python" --compile-bytecode -c "$constraints" \
      -e '.[examples,deploy]' --group test --group lint
    touch "$venv/.light"
  fi
}

run_tests() {
  local venv=.venv-$1
  # What only more examples would find is found on one Python as well: `make test` has them all.
  "$venv/bin/python" -m pytest tests/unit -q -p no:cacheprovider --hypothesis-profile=few >"$venv/unit.log" 2>&1 || touch "$venv/failed"
}
export -f run_tests

others=() missing=() failed=()
for version in 3.10 3.11 3.12 3.13; do
  if [ "$version" = "$own" ]; then
    continue
  elif find_python "python$version" >/dev/null; then
    others+=("$version")
  else
    missing+=("$version")
  fi
done
found=("${others[@]:-$own}")
for version in "${found[@]}"; do
  set_up "$(find_python "python$version" || echo "$version")" ".venv-$version"
  rm -f ".venv-$version/failed"
done

printf '%s\n' "${found[@]}" | xargs -P "$at_once" -I{} bash -c 'run_tests {}'

for version in "${found[@]}"; do
  if [ -e ".venv-$version/failed" ]; then
    failed+=("$version")
    cat ".venv-$version/unit.log"
  fi
  echo "Python $version: $(tail -n 1 ".venv-$version/unit.log")"
done
echo "unit tests ran on: ${found[*]} (on $own: make test); not found here: ${missing[*]:-none}; failed on: ${failed[*]:-none}"
[ ${#failed[@]} -eq 0 ]
