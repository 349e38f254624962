#!/usr/bin/env bash
# Installs the Debian packages that deploy/packages.txt lists for the purposes named.
#   deploy/install.sh build run test
# Asks apt only when something is missing, so it is cheap to repeat. Needs root only then.
set -euo pipefail
cd "$(dirname "$0")"

purposes="${*:-build run}"
wanted=()
for purpose in $purposes; do
  if ! awk -v p="$purpose" '$1 == p {found = 1} END {exit !found}' packages.txt; then
    echo "no such purpose: $purpose (there are $(awk '!/^#/ && NF {print $1}' packages.txt | sort -u | xargs))" >&2
    exit 2
  fi
  while read -r package; do wanted+=("$package"); done < <(awk -v p="$purpose" '$1 == p {print $2}' packages.txt)
done

# A package is there if it is installed (held at its version or not) or another that is provides it.
there="$(dpkg-query -W -f '${db:Status-Abbrev}, ${Package}, ${Provides}\n' | sed -n 's/^[ih]i *, //p' | tr ',' '\n' |
  sed 's/(.*//; s/ //g')"
missing=()
for package in "${wanted[@]}"; do
  grep -qxF "$package" <<<"$there" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "packages: all ${#wanted[@]} for $purposes are installed"
  exit 0
fi
echo "packages: installing ${missing[*]}"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
echo "packages: done"
