#!/usr/bin/env bash
# Makes .venv with a Python that is new enough, and installs a locked file of requirements into it.
# Usage: ops/venv.sh requirements/base.txt
source "$(dirname "$0")/lib.sh"

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if new_enough "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  fail "Python 3.11 or later is needed; ${PYTHON:-python3} is $("${PYTHON:-python3}" -V 2>&1 || true)." \
    "Install it, or name it: make run PYTHON=/path/to/python3.13"
}

# Debian and Ubuntu ship Python without the part that puts pip into an environment.
ensure_venv_module() {
  local python=$1 package
  "$python" -c 'import ensurepip, venv' 2>/dev/null && return
  package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
  if may_install && install_packages "$package" && "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    return
  fi
  fail "$python lacks its venv module. On Debian or Ubuntu: sudo apt-get install $package. Then start again."
}

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  python=$(find_python)
  ensure_venv_module "$python"
  say "Making .venv with $("$python" -V) ($python)"
  "$python" -m venv --clear .venv
fi
new_enough .venv/bin/python || fail ".venv holds $(.venv/bin/python -V), 3.11 or later is needed: make clean, then start again."

say "Installing $1 into .venv (locked, with hashes; some 20 s)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1"
