# What the scripts of this folder share. Source it; it changes to the repository's root.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Bold where somebody watches.
if [ -t 2 ]; then BOLD=$(printf "\033[1m") PLAIN=$(printf "\033[0m"); else BOLD="" PLAIN=""; fi
say() { echo "$BOLD==>$PLAIN $*" >&2; }
fail() {
  echo "${BOLD}Lockstep:$PLAIN $*" >&2
  exit 1
}

# Whether system packages may be installed here: root on Debian, Ubuntu or what derives from them.
may_install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && grep -qE '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release
}

# The given packages, by apt, without those that are already there. Fails with the log's end.
install_packages() {
  local missing=() package log=var/apt.log
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "Installing with apt: ${missing[*]} (log: $log)"
  mkdir -p var
  {
    apt-get update -q &&
      DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
  } </dev/null >>"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    return 1
  }
}
