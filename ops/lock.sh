#!/usr/bin/env bash
# Locks requirements/*.in into requirements/*.txt, for every platform, with hashes. UPGRADE=1 takes newer versions.
source "$(dirname "$0")/lib.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${PYTHON:-python3}" -m venv "$scratch"
"$scratch/bin/python" -m pip install --quiet --disable-pip-version-check uv
for name in base dev node; do
  say "Locking requirements/$name.in"
  "$scratch/bin/uv" pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
    --custom-compile-command "make lock" ${UPGRADE:+--upgrade} \
    "requirements/$name.in" --output-file "requirements/$name.txt"
done
