#!/usr/bin/env bash
# What the tests need of the system: Docker's engine (running), Chromium, mmdebstrap, docker-compose, PostgreSQL.
# Where it may not install, it says what will be skipped and goes on: pytest names it again at the end.
source "$(dirname "$0")/lib.sh"

if may_install; then
  # libatomic1: the Node.js that Playwright brings along wants it.
  packages=(mmdebstrap chromium libatomic1 docker-compose)
  # An engine from elsewhere (Docker's own packages) stays.
  if ! command -v dockerd >/dev/null; then packages+=(docker.io); fi
  if ! command -v initdb >/dev/null && ! compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null; then
    packages+=(postgresql)
    # The tests start their own, on a socket: nobody needs a server on this machine's port.
    cluster=/etc/postgresql-common/createcluster.conf
    mkdir -p "${cluster%/*}"
    [ -e "$cluster" ] || echo "create_main_cluster = false" >"$cluster"
  fi
  install_packages "${packages[@]}" || fail "apt could not install what the tests need; its log's end is above."
  # Newer releases have the command line in a package of its own.
  if ! command -v docker >/dev/null; then install_packages docker-cli; fi
  ops/engine.sh start
else
  for tool in docker chromium docker-compose; do
    command -v "$tool" >/dev/null || say "No $tool here, and no right to install it: tests that need it are skipped."
  done
fi
