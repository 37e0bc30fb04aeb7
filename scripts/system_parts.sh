#!/bin/sh
# Installs what the tests need from the system, where that can be done (Debian, root) and is not there yet. Elsewhere the
# tests that need it are skipped, loudly.
set -eu
missing=""
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null 2>&1 || missing="$missing postgresql"
command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || missing="$missing chromium fonts-ipaexfont-gothic"
command -v nginx >/dev/null 2>&1 || missing="$missing nginx-light"
tesseract --list-langs 2>/dev/null | grep -qx jpn || missing="$missing tesseract-ocr tesseract-ocr-jpn"
command -v dovecot >/dev/null 2>&1 || [ -x /usr/sbin/dovecot ] || missing="$missing dovecot-imapd"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "Not installed:$missing; tests that need it will be skipped." >&2
  exit 0
fi
# RUNLEVEL: services are installed, not started; the tests start their own.
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
apt-get -qq -o DPkg::Lock::Timeout=300 update
# shellcheck disable=SC2086 # one word a package
apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $missing >/dev/null
