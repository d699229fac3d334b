#!/usr/bin/env bash
# Docker's engine, where Lockstep has to get it itself.
#
#   ops/engine.sh install   gets an engine and mmdebstrap where it may, and else says how
#   ops/engine.sh start     starts one in the background if none answers, and leaves it running (tests, CI)
#   ops/engine.sh run       becomes the engine, in the foreground: `manage.py up` starts it so and stops it again
#
# With systemd, or wherever an engine answers already, `start` has nothing to do. The engine's log is var/dockerd.log.
source "$(dirname "$0")/lib.sh"
LOG=var/dockerd.log
SECONDS_TO_START=60

answers() { .venv/bin/python -c 'import docker; docker.from_env(timeout=5).ping()' 2>/dev/null; }

why() {
  local socket=/var/run/docker.sock
  if [ -z "${DOCKER_HOST:-}" ] && [ -S "$socket" ] && [ ! -w "$socket" ]; then
    echo "$(id -un) may not use Docker's engine ($socket)."
  else
    echo "No Docker engine answers${DOCKER_HOST:+ at $DOCKER_HOST}."
  fi
}

how() {
  echo "Install Docker's engine (Debian or Ubuntu: sudo apt-get install docker.io mmdebstrap), start it, and let your" \
    "user reach it (sudo usermod -aG docker $(id -un), then log in anew). Without Docker: SANDBOX=local."
}

install_engine() {
  if ! answers && { [ "$(id -u)" != 0 ] || ! command -v dockerd >/dev/null; }; then
    may_install || fail "$(why) $(how)"
    install_packages docker.io || fail "apt could not install docker.io (log: var/apt.log). $(how)"
  fi
  # The sandbox's image is made with mmdebstrap where no registry answers.
  if may_install; then install_packages mmdebstrap; fi
}

remove_stale() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ] || rm -f "$1"
}

run_engine() {
  [ "$(id -u)" = 0 ] || fail "$(why) $(how)"
  [ -z "${DOCKER_HOST:-}" ] || fail "No Docker engine answers at $DOCKER_HOST (DOCKER_HOST). Start it, or unset DOCKER_HOST."
  mkdir -p var
  # A killed engine leaves its pid files; the kernel reuses the numbers, and the next one would refuse to start.
  remove_stale /var/run/docker.pid dockerd
  remove_stale /var/run/docker/containerd/containerd.pid containerd
  exec dockerd --log-level warn >>"$LOG" 2>&1 </dev/null
}

start_engine() {
  answers && return
  say "Starting Docker's engine (log: $LOG); it keeps running"
  mkdir -p var
  setsid ops/engine.sh run &
  local starter=$! deadline=$((SECONDS + SECONDS_TO_START))
  until answers; do
    if ! kill -0 "$starter" 2>/dev/null || [ $SECONDS -ge $deadline ]; then
      tail -n 15 "$LOG" >&2
      fail "Docker's engine did not start; the end of $LOG is above. $(how)"
    fi
    sleep 0.2
  done
}

case "${1:-}" in
  install) install_engine ;;
  start) start_engine ;;
  run) run_engine ;;
  *) fail "usage: ops/engine.sh install|start|run" ;;
esac
