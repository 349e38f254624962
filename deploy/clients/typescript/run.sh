#!/usr/bin/env bash
# Runs report.ts against a server; the messages of proto/ are read when it starts.
#   deploy/clients/typescript/run.sh [HOST:PORT]
# Needs Node 18 or later with npm, which fetches what package.json names.
set -euo pipefail
cd "$(dirname "$0")"
npm install --silent --no-audit --no-fund
npx tsx report.ts "$@"
