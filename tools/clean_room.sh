#!/bin/sh
# clean_room.sh [TARGETS...]: clones what is committed into a bare Debian 12 that has nothing but git
# and make, and runs `make TARGET` there (test and demo unless told otherwise), so that no package
# installed by hand hides a missing one. Run by `./dev clean-room`, as root.
#
# MIRROR and KEEP=1 (leave the room for a look) may be set. The host's proxy, certificates and pip
# settings are handed in, because without them the registries may be out of reach.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd -P)
mirror=${MIRROR:-http://deb.debian.org/debian}
[ $# -gt 0 ] || set -- test demo

room=$(mktemp -d /var/tmp/hpopt-clean-room.XXXXXX)
chmod 755 "$room"
leave() {
  if [ "${KEEP:-0}" = 1 ]; then
    echo "clean room: kept in $room"
  else
    rm -rf --one-file-system "$room"
  fi
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

echo "clean room: bare Debian 12 in $room"
debootstrap --variant=minbase --include=git,make,ca-certificates bookworm "$room" "$mirror" \
  >"$room.log" 2>&1 || {
  tail -n 20 "$room.log"
  rm -f "$room.log"
  exit 1
}
rm -f "$room.log"

# How this host reaches the network; none of it installs anything.
cp -L /etc/resolv.conf /etc/hosts "$room/etc/"
[ ! -f /etc/pip.conf ] || cp -L /etc/pip.conf "$room/etc/"
apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries)' >"$room/etc/apt/apt.conf.d/99host" ||
  rm -f "$room/etc/apt/apt.conf.d/99host"
mkdir -p "$room/usr/local/share/ca-certificates"
find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} \
  "$room/usr/local/share/ca-certificates/" \; 2>/dev/null || true
chroot "$room" update-ca-certificates >/dev/null 2>&1
kept="PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8"
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY PIP_INDEX_URL \
  PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST PIP_CERT PIP_DEFAULT_TIMEOUT SSL_CERT_FILE; do
  value=$(printenv "$name" || true)
  [ -z "$value" ] || kept="$kept $name=$value"
done

[ -z "$(git -C "$here" status --porcelain)" ] ||
  echo "clean room: what is not committed stays outside"
git clone --quiet --no-local "$here" "$room/srv/hpopt"

cat >"$room/srv/run.sh" <<'INSIDE'
set -eu
umount -l /mnt
cd /srv/hpopt
times=""
for target in "$@"; do
  echo "clean room: make $target"
  began=$(date +%s)
  make "$target"
  times="$times make $target $(($(date +%s) - began)) s;"
done
began=$(date +%s%N)
make deps
times="$times make deps again $((($(date +%s%N) - began) / 1000000)) ms"
echo "clean room:$times"
INSIDE

# The room's own mount and process namespaces: its mounts and processes end with it. It is entered
# by pivot_root, not chroot, because the kernel refuses user namespaces to a process in a chroot.
# shellcheck disable=SC2016,SC2086 # expanded inside; the environment is a list of words
unshare --mount --pid --fork --kill-child sh -c '
  set -eu
  room=$1
  shift
  mount --make-rprivate /
  mount --bind "$room" "$room"
  mount --rbind /dev "$room/dev"
  mount --rbind /sys "$room/sys"
  mount -t proc proc "$room/proc"
  cd "$room"
  pivot_root . mnt
  exec env -i "$@"
' sh "$room" $kept sh /srv/run.sh "$@"
