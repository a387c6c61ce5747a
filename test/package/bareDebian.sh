#!/bin/sh
# The .deb on a bare Debian, as a user who has no Node gets it: installed with what it declares, the command line, the window under
# Xvfb, a project file opened by xdg-open, and what is left after its removal.
# Run by hand as root, with debootstrap: sh test/package/bareDebian.sh release/FILE.deb [existing root folder]
set -eu
deb=$(readlink -f "$1")
root=${2:-$(mktemp -d /tmp/maskwright-bare.XXXXXX)}
# A plain user looks into it too.
chmod 755 "$root"
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
suite=${DEBIAN_SUITE:-bookworm}

say() { printf '%s\n' "$*"; }
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/home/user LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
as_user() { inside setpriv --reuid=1000 --regid=1000 --clear-groups "$@"; }
apt() { inside apt-get -qq -y --no-install-recommends "$@" >>"$root.log" 2>&1; }
files() { find "$root/opt" "$root/usr" "$root/etc" "$root/home" "$root/var/lib/dpkg/info" 2>/dev/null | sort; }

finish() {
  code=$?
  for place in dev/shm dev proc; do umount -l "$root/$place" 2>/dev/null || true; done
  [ $code -eq 0 ] || say "FAILED; the log is $root.log"
}
trap finish EXIT

[ -e "$root/etc/debian_version" ] || debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$root.log"
say "bare Debian $(cat "$root/etc/debian_version"): $(inside sh -c 'command -v node || echo no Node')"
cp /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mkdir -p "$root/dev/shm" && mount -t tmpfs tmpfs "$root/dev/shm"
inside id user >/dev/null 2>&1 || inside useradd --create-home --uid 1000 user
apt update
# What the desktop of a user has: a display, and the programs that open files by their type.
apt install xvfb xauth xdg-utils libfile-mimeinfo-perl shared-mime-info desktop-file-utils
# A root that was used before.
apt purge maskwright || true
rm -rf "$root/home/user" && inside sh -c 'cp -r /etc/skel /home/user && chown -R user:user /home/user'
files >"$root.before"
cp "$deb" "$root/tmp/maskwright.deb"
apt install /tmp/maskwright.deb
say "installed, with what it declares: $(inside dpkg-query -W -f '${Package} ${Version}' maskwright)"

say "maskwright --version: $(as_user maskwright --version)"
images=/opt/maskwright/resources/resources/sample/images
as_user sh -c "mkdir -p ~/few && cp $images/nuclei-02.png ~/few/"
as_user sh -c 'maskwright propose --images ~/few --model nuclei-maskrcnn --out ~/out.json' >/dev/null 2>&1
as_user sh -c 'test -s ~/out.json'
say 'command line: propose works'
as_user sh -c "maskwright import ~/out.json --images ~/few --project ~/few/cells.maskwright" >/dev/null
as_user sh -c 'xvfb-run -a maskwright --smoke --screenshot=$HOME/smoke.png' >"$root.smoke" 2>&1
grep -q '^ready$' "$root.smoke"
say 'window under Xvfb, with its sandbox: ready'

say "type of cells.maskwright: $(as_user mimetype --brief /home/user/few/cells.maskwright)"
say "opened by: $(as_user xdg-mime query default application/x-maskwright-project)"
as_user sh -c 'xvfb-run -a sh -c "
  xdg-open \$HOME/few/cells.maskwright >/dev/null 2>&1 &
  for at in \$(seq 60); do
    grep -qs cells.maskwright \$HOME/.config/Maskwright/settings.json && exit 0
    sleep 1
  done
  exit 1"'
say 'xdg-open: the project is open'
inside sh -c 'for pid in /proc/[0-9]*; do case $(readlink $pid/exe) in /opt/maskwright/*) kill ${pid#/proc/} ;; esac; done' 2>/dev/null || true
sleep 2

apt purge maskwright
files | grep -v '^'"$root"'/home/' >"$root.after"
grep -v '^'"$root"'/home/' "$root.before" >"$root.before2"
# Caches of the system, and packages that came with it and stay until autoremove.
left=$(comm -13 "$root.before2" "$root.after" | sed "s,^$root,," | grep -i maskwright || true)
[ -z "$left" ] || { say "left after the removal: $left"; exit 1; }
say "removed: nothing of it is left but the user's own: $(find "$root/home/user" -maxdepth 3 -iname '*maskwright*' | sed "s#$root##" | tr '\n' ' ')"
