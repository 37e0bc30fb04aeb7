#!/bin/sh
# Runs a command with a PostgreSQL of its own: a fresh cluster in a temporary folder, reached through a socket there, gone
# afterwards. Where PostgreSQL is not installed the command is skipped, loudly; in CI that is a failure.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || bin=$(dirname "$(command -v postgres 2>/dev/null || echo /nowhere/postgres)")
if [ ! -x "$bin/postgres" ]; then
  echo "SKIPPED: PostgreSQL is not installed; the tests of the web application ran on SQLite only." >&2
  [ -z "${CI:-}" ] || exit 1
  exit 0
fi

folder=$(mktemp -d /tmp/kumihimo-pg.XXXXXX)
# PostgreSQL does not run as root.
as=""
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as="runuser -u postgres --"
fi
stop() {
  $as "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT INT TERM

cd "$folder"
$as "$bin/initdb" -D "$folder/data" -U kumihimo -A trust -E UTF8 --no-locale >/dev/null
$as "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w \
  -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off -c full_page_writes=off" start >/dev/null
cd - >/dev/null
KUMIHIMO_DATABASE="postgresql://kumihimo@/postgres?host=$folder" "$@"
