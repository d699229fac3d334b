#!/bin/sh
# Builds a free-threaded Python from Debian's source of python3.13, into /opt/freethreaded. As root, in a Debian trixie
# of which nothing else is kept: inside `docker build` where an image can be pulled, else inside mmdebstrap's folder.
set -eu
export DEBIAN_FRONTEND=noninteractive
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.sources; do
  [ ! -f "$list" ] || sed --in-place 's/^Types: deb$/Types: deb deb-src/; s/^deb \(.*\)/deb \1\ndeb-src \1/' "$list"
done
apt-get update --quiet
apt-get install --quiet --yes --no-install-recommends ca-certificates dpkg-dev gcc g++ libc6-dev make pkgconf xz-utils \
  libbz2-dev libffi-dev liblzma-dev libsqlite3-dev libssl-dev zlib1g-dev
cd /tmp
apt-get source --quiet --download-only python3.13
tar --extract --xz --strip-components=1 --one-top-level=python --file python3.13_*.orig.tar.xz
cd python
./configure --quiet --prefix=/opt/freethreaded --disable-gil --without-ensurepip --disable-test-modules
make --quiet -j "$(nproc)" build_all
make --quiet install
cd /opt/freethreaded
rm -rf include share lib/pkgconfig lib/libpython*.a lib/python3.13t/config-* lib/python3.13t/ensurepip lib/python3.13t/idlelib lib/python3.13t/turtledemo
find . -type f '(' -name '*.so' -o -path './bin/python3.13t' ')' -exec strip --strip-unneeded {} +
find . -name __pycache__ -prune -exec rm -rf {} +
bin/python3.13t -c 'import sys, ssl, sqlite3, ctypes, bz2, lzma, zlib; assert not sys._is_gil_enabled()'
