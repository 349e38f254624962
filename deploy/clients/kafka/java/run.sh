#!/usr/bin/env bash
# Builds the consumer with Maven where that is needed, and runs it.
#   deploy/clients/kafka/java/run.sh --bootstrap HOST:PORT --database FILE [--topic skyndsamt.events.v1]
# Debian: maven default-jdk-headless protobuf-compiler. Maven fetches the jars that pom.xml names.
set -euo pipefail
root="$(cd "$(dirname "$0")/../../../.." && pwd)"
"$root/deploy/kafka/package.sh" deploy/clients/kafka/java
built="$root/build/clients/java/count-steps"
exec java -cp "$built/count-steps.jar:$built/libs/*" skyndsamt.CountSteps "$@"
