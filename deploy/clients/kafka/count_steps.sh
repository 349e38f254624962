#!/usr/bin/env bash
# Makes the events topic's message for Python, then runs count_steps.py.
#   deploy/clients/kafka/count_steps.sh --bootstrap HOST:PORT --database FILE
# Debian: protobuf-compiler python3-protobuf python3-confluent-kafka.
# PYTHON is the interpreter, GENERATED where the message goes (build/clients/python).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
generated="${GENERATED:-$here/../../../build/clients/python}"
mkdir -p "$generated"
protoc -I "$here/../../../proto" --python_out="$generated" skyndsamt/log/v1/log.proto
PYTHONPATH="$generated" exec "${PYTHON:-python3}" "$here/count_steps.py" "$@"
