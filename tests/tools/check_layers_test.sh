#!/bin/sh
# check_layers_test.sh CHECKER: the include checker passes what `layers` allows and names what not.
set -eu
checker=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

printf '%s\n' '# low to high' hpopt base space 'client: hpopt base' cli >layers
mkdir -p include/hpopt src/base src/space src/client src/attic

# given FILE INCLUDE: the file holds that one include.
given() {
  printf '// a comment\n#include %s\n' "$2" >"$1"
}

passes() {
  given "$1" "$2"
  awk -f "$checker" layers "$1" >out || fail "$1 may include $2, but: $(cat out)"
  rm "$1"
}

refuses() {
  given "$1" "$2"
  if awk -f "$checker" layers "$1" >out; then fail "$1 must not include $2"; fi
  grep -q "^$1:$4: .*$3" out || fail "no '$3' in: $(cat out)"
  rm "$1"
}

passes src/space/a.cc '"base/text.h"'
passes src/space/a.cc '"space/order.h"'
passes src/space/a.cc '"hpopt/value.h"'
passes src/client/a.cc '"base/text.h"'
passes src/space/a.cc '<nlohmann/json.hpp>'
passes include/hpopt/a.h '<string_view>'

refuses src/base/a.cc '"space/order.h"' "lies above 'base'" 2
refuses src/client/a.cc '"space/order.h"' "does not let 'client' see 'space'" 2
refuses src/space/a.cc '"text.h"' "by its path" 2
refuses src/space/a.cc '"sky/star.h"' "knows no room 'sky'" 2
refuses src/attic/a.cc '<string>' "the folder 'attic' is not in" 1
refuses include/hpopt/a.h '<fmt/format.h>' "standard library only" 2
echo "check_layers: all cases hold"
