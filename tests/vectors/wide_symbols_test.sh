#!/bin/sh
# wide_symbols_test.sh NM OBJECTS...: what is compiled for wide vectors has names of its own. Of a
# function that others compile too, such as one of the standard library's templates, the linker
# keeps one copy for the whole program: were it the wide one, other machines would end by SIGILL.
set -eu
nm=$1
shift

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# object NAME OBJECTS...: the one that was compiled from that source.
object() {
  name=$1
  shift
  for each in "$@"; do
    case $each in
      */"$name".o) echo "$each" ;;
    esac
  done
}

# shared OBJECT NAMES: the symbols it defines for other objects, but those that match; the
# personality's are data.
shared() {
  "$nm" --demangle --defined-only --extern-only "$1" | grep -Ev "$2|DW\.ref\." || true
}

wide=$(object kernels_wide.cc "$@")
baseline=$(object kernels_baseline.cc "$@")
if [ ! -f "$wide" ] || [ ! -f "$baseline" ]; then fail "the kernels' objects are not among: $*"; fi

leaked=$(shared "$wide" 'EigenWide|hpopt::wide')
[ -z "$leaked" ] || fail "others may be given what is compiled for wide vectors:
$leaked"

# That such symbols would be seen: the other path's are of Eigen, by its own name.
shared "$baseline" 'hpopt::baseline' | grep -q ' [WV] .*Eigen' ||
  fail "no templates are seen in $baseline"
echo "wide_symbols: none is shared"
