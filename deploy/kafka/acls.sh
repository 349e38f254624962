#!/usr/bin/env bash
# Gives the relay's user what it needs of a cluster with access lists, and nothing more, with Kafka's
# own kafka-acls.sh (or the jars that fetch.sh brought). Safe to repeat.
#   deploy/kafka/acls.sh HOST:PORT USER [TOPIC-PREFIX [PROPERTIES]]
# PROPERTIES is a file with what Kafka's admin client needs to log in as one who may grant rights
# (security.protocol, sasl.mechanism, sasl.jaas.config, ssl.truststore.location, ...).
set -euo pipefail

if [ $# -lt 2 ]; then
  echo "usage: deploy/kafka/acls.sh HOST:PORT USER [TOPIC-PREFIX [PROPERTIES]]" >&2
  exit 2
fi
server="$1" user="$2" prefix="${3:-skyndsamt.}" properties="${4:-}"
libs="$(cd "$(dirname "$0")/../.." && pwd)/build/kafka/libs"

acls() {
  local what=(--bootstrap-server "$server" --add --allow-principal "User:$user" --resource-pattern-type prefixed)
  [ -z "$properties" ] || what+=(--command-config "$properties")
  if type kafka-acls.sh >/dev/null 2>&1; then
    kafka-acls.sh "${what[@]}" "$@"
  else
    java -cp "$libs/*" org.apache.kafka.tools.AclCommand "${what[@]}" "$@"
  fi
}

# Create and DescribeConfigs may be left out where the topics are made by hand and
# kafka_check_topics is false. Read: the relay reads back what was sent.
acls --topic "$prefix" --operation Read --operation Write --operation Create --operation DescribeConfigs
acls --transactional-id "${prefix}relay." --operation Write --operation Describe
