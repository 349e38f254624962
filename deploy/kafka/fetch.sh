#!/usr/bin/env bash
# Brings the pinned Apache Kafka broker of pom.xml into build/kafka/libs, for tests and trials; a
# deployment brings its own Kafka. Does nothing, and needs no network, where the jars are there.
#   deploy/kafka/fetch.sh
set -euo pipefail
cd "$(dirname "$0")"

home="$PWD/../../build/kafka"
pinned=$(sha256sum pom.xml | cut -d' ' -f1)
if [ "$(cat "$home/pinned" 2>/dev/null)" = "$pinned" ]; then
  echo "kafka: the pinned broker is in build/kafka/libs"
  exit 0
fi
echo "kafka: fetching the pinned broker's jars"
rm -rf "$home"
mkdir -p "$home"
mvn -q -B -f pom.xml dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$home/libs" \
  >"$home/fetch.log" 2>&1 || { tail -n 20 "$home/fetch.log"; exit 1; }
echo "$pinned" >"$home/pinned"
echo "kafka: $(find "$home/libs" -name '*.jar' | wc -l) jars"
