#!/bin/sh
# package_test.sh BUILD: a consumer outside the tree finds, builds against and runs the installed
# package, once by find_package and once by pkg-config.
# The environment gives CMAKE, CXX and CXXFLAGS, so that sanitizer builds link.
set -eu
build=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix

"$CMAKE" --install "$build" --prefix "$prefix" >"$work/install.log" || {
  cat "$work/install.log"
  exit 1
}

echo "find_package:"
"$CMAKE" -S "$here/consumer" -B "$work/consumer" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" --log-level=WARNING
"$CMAKE" --build "$work/consumer"
"$work/consumer/consumer"

echo "pkg-config:"
pc=$(find "$prefix" -name hpopt.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046,SC2086 # flags are words
"$CXX" -std=c++20 $CXXFLAGS $(pkg-config --cflags hpopt) "$here/consumer/consumer.cc" \
  $(pkg-config --libs hpopt) -o "$work/by_pkg_config"
"$work/by_pkg_config"
