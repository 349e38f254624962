#!/usr/bin/env bash
# Makes the statistics topic's message for Python, then runs keep_figures.py.
#   deploy/clients/kafka/keep_figures.sh --bootstrap HOST:PORT --database FILE
# Debian: protobuf-compiler python3-protobuf python3-confluent-kafka.
# PYTHON is the interpreter, GENERATED where the message goes (build/clients/python).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
generated="${GENERATED:-$here/../../../build/clients/python}"
mkdir -p "$generated"
protoc -I "$here/../../../proto" --python_out="$generated" \
  skyndsamt/statistics/v1/figure.proto skyndsamt/event/v1/{investigation,options,policy,shared}.proto
PYTHONPATH="$generated" exec "${PYTHON:-python3}" "$here/keep_figures.py" "$@"
