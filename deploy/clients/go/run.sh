#!/usr/bin/env bash
# Makes the messages of proto/ for Go, then runs main.go against a server.
#   deploy/clients/go/run.sh [HOST:PORT]
# Needs protoc and Go 1.23 or later; the generators and the module's dependencies are fetched.
set -euo pipefail
cd "$(dirname "$0")"
export GOBIN="$PWD/bin" PATH="$PWD/bin:$PATH"
go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.5
go install google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.5.1
protoc -I ../../../proto \
  --go_out=. --go_opt=module=skyndsamt.example --go-grpc_out=. --go-grpc_opt=module=skyndsamt.example \
  $(cd ../../../proto && find skyndsamt/log skyndsamt/event skyndsamt/api -name '*.proto')
go mod tidy
go run . "$@"
