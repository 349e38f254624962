#!/usr/bin/env bash
# Builds the job with Maven where that is needed, and runs it.
#   deploy/kafka/streams/run.sh --bootstrap HOST:PORT --state FOLDER
# Debian: maven default-jdk-headless protobuf-compiler. Maven fetches the jars that pom.xml names.
set -euo pipefail
root="$(cd "$(dirname "$0")/../../.." && pwd)"
"$root/deploy/kafka/package.sh" deploy/kafka/streams
built="$root/build/clients/java/lead-times"
exec java -cp "$built/lead-times.jar:$built/libs/*" skyndsamt.LeadTimesJob "$@"
