#!/usr/bin/env bash
# Builds the consumers with Maven where that is needed, and runs one.
#   deploy/clients/kafka/java/run.sh CountSteps|KeepFigures --bootstrap HOST:PORT --database FILE [--topic NAME]
# Debian: maven default-jdk-headless protobuf-compiler. Maven fetches the jars that pom.xml names.
set -euo pipefail
root="$(cd "$(dirname "$0")/../../../.." && pwd)"
"$root/deploy/kafka/package.sh" deploy/clients/kafka/java
built="$root/build/clients/java/kafka-consumers"
program="$1"
shift
exec java -cp "$built/kafka-consumers.jar:$built/libs/*" "skyndsamt.$program" "$@"
