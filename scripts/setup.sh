#!/bin/sh
# Makes the virtual environment $1 and installs requirements/$2.txt and this package into it.
# uv takes seconds where pip takes half a minute; without uv the same hashed list goes through pip.
set -eu
venv=$1
name=$2
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Kumihimo needs Python 3.11 or newer; '$python' is $("$python" --version 2>&1)." \
       "Name another with: make PYTHON=/path/to/python3.12 ..." >&2
  exit 1
}
[ -x "$venv/bin/python" ] || "$python" -m venv --without-pip "$venv" || {
  echo "Python's venv module is missing: install it (Debian: apt-get install python3-venv)." >&2
  exit 1
}

uv=$(command -v uv || true)
if [ -z "$uv" ] && [ ! -x "$venv/bin/uv" ]; then
  "$python" -m pip --version >/dev/null 2>&1 && \
    "$python" -m pip --python "$venv/bin/python" install -q uv >/dev/null 2>&1 || true
fi
[ -n "$uv" ] || [ ! -x "$venv/bin/uv" ] || uv="$venv/bin/uv"

not_there() {
  echo "必要な部品を取り寄せられませんでした。ネットワークにつながっているか確かめて、もう一度同じ命令を実行してください。" >&2
  echo "What is needed could not be downloaded. Check the network, then run the same command again." >&2
  exit 1
}
if [ -n "$uv" ]; then
  "$uv" pip install -q --python "$venv/bin/python" --require-hashes -r "requirements/$name.txt" || not_there
  "$uv" pip install -q --python "$venv/bin/python" --no-build-isolation --no-deps -e .
else
  echo "uv is not to be had here; installing with pip (slower)." >&2
  "$venv/bin/python" -m ensurepip -q 2>/dev/null || true
  "$venv/bin/python" -m pip install -q --require-hashes -r "requirements/$name.txt" || not_there
  "$venv/bin/python" -m pip install -q --no-build-isolation --no-deps -e .
fi
