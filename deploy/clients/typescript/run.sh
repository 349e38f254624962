#!/usr/bin/env bash
# Runs report.ts against a server; the messages of proto/ are read when it starts.
#   deploy/clients/typescript/run.sh [HOST:PORT]
# Debian: nodejs npm, which fetches what package.json names into GENERATED (build/clients/typescript).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
generated="${GENERATED:-$here/../../../build/clients/typescript}"
mkdir -p "$generated"
cp "$here/package.json" "$here/report.ts" "$generated"
export PROTO="$here/../../../proto"
cd "$generated"
npm install --silent --no-audit --no-fund
exec node_modules/.bin/tsx report.ts "$@"
