#!/usr/bin/env bash
# From a clone to real cases' timeliness on screen: installs what is needed, builds, starts the
# server on the embedded default (no Kafka, no database to install), plays the published cases and
# leaves the server running.
#   deploy/quickstart.sh          run it again at any time: nothing doubles
#   deploy/quickstart.sh stop     stops the server that it started
# Everything it makes is under build/; SKYNDSAMT_LISTEN sets another address. No other SKYNDSAMT_
# variable of yours reaches what it starts: those are for other servers.
set -euo pipefail
cd "$(dirname "$0")/.."
cd "$(pwd -P)" # as /proc names what runs here

home="$PWD/build/quickstart"
listen="${SKYNDSAMT_LISTEN:-127.0.0.1:7443}"
unset "${!SKYNDSAMT_@}" # brokers to relay to, a token, another's address
program="$PWD/build/release/services/cli/skyndsamt"

say() { printf '\n== %s\n' "$*"; }

# The process in the pid file, if it is still our server: a build puts another file in the place of
# the one that it runs, which is then "(deleted)". What another user's process runs is hidden from
# us; the words that it was started with are not.
running() {
  local runs
  [ -f "$home/pid" ] && pid=$(cat "$home/pid") || return 1
  runs=$(readlink "/proc/$pid/exe" 2>/dev/null) ||
    { IFS= read -r -d '' runs <"/proc/$pid/cmdline"; } 2>/dev/null || return 1
  [ "${runs% (deleted)}" = "$program" ]
}

# Gone, or dead to its last thread and unread by its parent: only then has it let go of its files.
ended() {
  [ ! -e "/proc/$pid" ] ||
    [ "$(grep -cs -e '^State:.Z' -e '^Threads:.1$' "/proc/$pid/status")" = 2 ]
}

stop() {
  running || return 0
  if ! kill -TERM "$pid" 2>/dev/null && ! ended; then
    echo "the server runs on: process $pid is another user's, who started it and can stop it" >&2
    exit 1
  fi
  for _ in $(seq 100); do
    ended && return 0
    sleep 0.2
  done
  echo "the server (process $pid) has not stopped within 20 seconds" >&2
  exit 1
}

if [ "${1:-}" = stop ]; then
  stop
  echo "stopped"
  exit 0
fi

if [ $# -gt 0 ]; then
  sed -n '2,/^set -/{/^#/s/^# \?//p}' "$0"
  [ "$1" = --help ] && exit 0
  exit 2
fi

say "packages"
deploy/install.sh build run try

stop # what is built now is what will be served

say "build (a few minutes the first time)"
export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1
testing=OFF # tests take packages of their own; a build that has them keeps them
if [ -f build/release/build.ninja ] && grep -q '^BUILD_TESTING:BOOL=ON$' build/release/CMakeCache.txt; then
  testing=ON
fi
cmake --preset release -DBUILD_TESTING="$testing" -B build/release >/dev/null
cmake --build build/release --target skyndsamt -j "$(nproc)"

say "server on $listen, data in $home/data"
mkdir -p "$home"
: >"$home/server.log" # what an earlier one said is not said by this one
nohup "$program" serve --data "$home/data" --listen "$listen" --dev-tokens >"$home/server.log" 2>&1 &
pid=$!
echo "$pid" >"$home/pid"
ready=no
for _ in $(seq 150); do
  kill -0 "$pid" 2>/dev/null || break
  # Ours, not another that has the address: only ours says so here.
  if grep -q '^serving on ' "$home/server.log"; then
    if "$program" token --server "$listen" >/dev/null 2>&1; then ready=yes; break; fi
  fi
  sleep 0.2
done
if [ "$ready" != yes ]; then
  echo "the server did not start; its last lines:" >&2
  tail -n 20 "$home/server.log" >&2
  exit 1
fi
echo "running as process $pid; it issues development tokens to anyone on this machine: never serve real cases so"

say "playing the published cases (deploy/cases)"
published=()
for file in deploy/cases/*.json; do
  case "$file" in *schema.json) continue ;; esac
  grep -q '"authored": *true' "$file" || published+=("$file") # those happened; the others are made up
done
"$program" play --server "$listen" "${published[@]}"

say "grpcurl (not in Debian 12; installed with Go into build/tools)"
if [ ! -x build/tools/grpcurl ]; then
  GOBIN="$PWD/build/tools" GOFLAGS=-mod=mod go install github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.8.7 2>/dev/null ||
    echo "grpcurl could not be installed; the other commands below do not need it"
fi

typed=$(printf %q "$program") # as a shell takes it, if the folder's name holds a space
next=("$typed worklist --server $listen" "$typed demo deploy/cases/sandsbro-routine.json")
if [ -x build/tools/grpcurl ]; then
  next+=("build/tools/grpcurl -plaintext -H \"authorization: Bearer \$($typed token --server $listen)\" $listen skyndsamt.api.v1.CaseService/ListCases")
fi
say "done: the server is running. Things to type next"
printf '  %s\n' "${next[@]}"
printf '\n  To stop it: deploy/quickstart.sh stop\n'
