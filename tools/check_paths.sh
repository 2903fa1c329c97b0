#!/bin/sh
# Checks that no committed text names a path of the machine it was written on.
set -eu
cd "$(dirname "$0")/.."

before='(^|[^A-Za-z0-9_./-])'
after='(/|$|[^A-Za-z0-9_./-])'
personal='/(home|Users|root|work|workspace)/[A-Za-z0-9._-]+'

# A checkout right under the root has too common a name to be searched for.
here=$(pwd -P)
case $here in
  /*/*) personal="($personal|$(printf '%s' "$here" | sed 's/[][\.*^$+?(){}|]/\\&/g'))" ;;
esac

if git grep -nIE "$before$personal$after" -- . ':!tools/check_paths.sh'; then
  echo "check_paths: the lines above name paths of one machine; write them relative to the repository." >&2
  exit 1
fi
