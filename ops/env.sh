#!/usr/bin/env bash
# Writes .env for docker-compose, with fresh secrets, and never over one that is there.
# ALLOWED_HOSTS=lockstep.example.org make env
source "$(dirname "$0")/lib.sh"
[ ! -e .env ] || fail ".env is there already: edit it, or remove it first (its secrets are then gone)."

secret() { python3 -c 'import secrets; print(secrets.token_urlsafe(48))'; }
socket=/var/run/docker.sock
[ -S "$socket" ] || fail "$socket is not there: start Docker's engine first, so that its group can be written down."

umask 077
cat >.env <<END
# The host names that people use, separated by commas.
ALLOWED_HOSTS=${ALLOWED_HOSTS:-localhost}
# off: plain HTTP, for a class in its own network without a proxy that speaks HTTPS.
HTTPS=${HTTPS:-on}
# Where the web process listens on this host.
LISTEN=${LISTEN:-127.0.0.1:8000}
# The group that owns $socket: only the worker gets it.
DOCKER_GID=$(stat -c %g "$socket")
SECRET_KEY=$(secret)
POSTGRES_PASSWORD=$(secret)
END
say "Wrote .env (readable by you alone). Look at ALLOWED_HOSTS and HTTPS in it, then: make image && docker compose up -d"
