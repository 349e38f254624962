#!/usr/bin/env bash
# Makes the messages of proto/ for Go, then runs main.go against a server.
#   deploy/clients/go/run.sh [HOST:PORT]
# Debian: golang-go protobuf-compiler. The generators and the module's dependencies are fetched.
# GENERATED is where all that goes (build/clients/go).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
generated="${GENERATED:-$here/../../../build/clients/go}"
mkdir -p "$generated"
generated="$(cd "$generated" && pwd)"
cp "$here/go.mod" "$here/main.go" "$generated"
export GOBIN="$generated/bin" PATH="$generated/bin:$PATH"
go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.33.0
go install google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.3.0
cd "$here/../../../proto"
protoc -I . --go_out="$generated" --go_opt=module=skyndsamt.example \
  --go-grpc_out="$generated" --go-grpc_opt=module=skyndsamt.example \
  skyndsamt/log/v1/*.proto skyndsamt/event/v1/*.proto skyndsamt/api/v1/*.proto
cd "$generated"
go mod tidy
exec go run . "$@"
