#!/usr/bin/env bash
# Installs what the tests need, builds, and runs everything through ctest: release with assertions
# kept, then eventstore, law and domain once more under the address and undefined-behaviour
# sanitizers. (The tsan preset is for hand: what links neither gRPC nor RocksDB.)
#   tests/run.sh             everything; ctest's closing line stands last
# Safe to repeat: builds are incremental, tests make and remove their own directories.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }

say "packages"
deploy/install.sh build run test
deploy/kafka/fetch.sh
for project in clients/kafka/java kafka/streams; do deploy/kafka/package.sh "deploy/$project"; done

export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1
jobs=$(nproc)
for preset in release asan; do
  say "build: $preset"
  cmake --preset "$preset" >"build-$preset.log" 2>&1 || { cat "build-$preset.log"; exit 1; }
  rm -f "build-$preset.log"
  cmake --build --preset "$preset" -j "$jobs"
done

say "headers: each compiles alone"
cmake --build --preset release --target all_verify_interface_header_sets -j "$jobs"

say "tests"
mkdir -p build/all
printf 'subdirs("%s" "%s")\n' ../release ../asan >build/all/CTestTestfile.cmake
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
# One more than the cores: brokers, browsers and servers keep those who test them waiting.
exec ctest --test-dir build/all -j "$((jobs + 1))" --output-on-failure --no-tests=error
