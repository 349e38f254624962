#!/usr/bin/env bash
# Makes the messages of proto/ for Python, then runs report.py against a server.
#   deploy/clients/python/run.sh [HOST:PORT]
# Debian: protobuf-compiler-grpc python3-grpcio. Elsewhere: pip install grpcio grpcio-tools.
# PYTHON is the interpreter, GENERATED where the messages go (build/clients/python).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
python="${PYTHON:-python3}"
generated="${GENERATED:-$here/../../../build/clients/python}"
mkdir -p "$generated"
generated="$(cd "$generated" && pwd)"
cd "$here/../../../proto"
if plugin="$(command -v grpc_python_plugin)"; then
  protoc=(protoc "--plugin=protoc-gen-grpc_python=$plugin")
else
  protoc=("$python" -m grpc_tools.protoc)
fi
"${protoc[@]}" -I . --python_out="$generated" --grpc_python_out="$generated" \
  skyndsamt/log/v1/*.proto skyndsamt/event/v1/*.proto skyndsamt/api/v1/*.proto
PYTHONPATH="$generated" exec "$python" "$here/report.py" "$@"
