#!/usr/bin/env bash
# Packages a Maven project of the tree into build/clients/java, jars that it needs included.
#   deploy/kafka/package.sh FOLDER [GOAL]      FOLDER from the tree's root, GOAL package unless said
# Does nothing, and needs no network, where that has been done and neither pom, source nor proto has
# changed since. Another goal is always run. Where `package` has been before, no network is needed, unless Maven's own
# repository has lost what it had fetched.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder="$1" goal="${2:-package}"
home="$PWD/build/clients/java/$(sed -n 's/.*<artifactId>\(.*\)<.*/\1/p' "$folder/pom.xml" | head -n 1)"
mkdir -p "$home"
exec 9>"$home.lock"
flock 9
sources=$(find "$folder" proto -path "$folder/target" -prune -o -type f -print | LC_ALL=C sort | xargs sha256sum | sha256sum)
pinned=$(sha256sum "$folder/pom.xml")
[ "$goal" = package ] && [ "$(cat "$home.packaged" 2>/dev/null)" = "$sources" ] && exit 0
maven=(mvn -B -Dstyle.color=never -f "$folder/pom.xml" -Dbuilt="$home")
fetched=false
[ "$(cat "$home.pinned" 2>/dev/null)" = "$pinned" ] && fetched=true

# Whether that could be done without a network. Where it failed for another reason than that something has to be
# fetched, all ends here.
without_network() {
  $fetched || return 1
  "${maven[@]}" -o "$@" | tee "$home.log" && return
  grep -q "in offline mode" "$home.log" && return 1
  exit 1
}

if [ "$goal" = package ]; then
  rm -f "$home.packaged" # a run that fails has cleaned away what was there
  # With a network the tests are run, too: surefire fetches what runs them only when it does.
  without_network -q clean package -DskipTests || "${maven[@]}" -q clean package
  echo "$sources" >"$home.packaged"
  echo "$pinned" >"$home.pinned"
else
  without_network -ntp "$goal" || "${maven[@]}" -ntp "$goal"
fi
