#!/usr/bin/env bash
# 造虚拟环境、按锁文件装依赖:先用哈希钉死的 uv(快),不行再用 pip。
set -euo pipefail
venv=$1
python=${PYTHON:-python3}

if ! command -v "$python" >/dev/null || ! "$python" -c 'import ensurepip' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "安装系统软件:python3 python3-venv"
    apt-get update -qq >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null
  else
    echo "缺少 Python 的 venv,请安装:apt-get install python3 python3-venv" >&2
    exit 1
  fi
fi
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更新的版本;例如 PYTHON=python3.11 make run")'

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
with_pip() { "$venv/bin/python" -m pip install -q --require-hashes --no-deps -r "$1"; }
with_uv() { "$venv/bin/uv" pip sync -q --require-hashes --python "$venv/bin/python" "$@" requirements-dev.lock 2>"$venv/uv.log"; }

with_pip bootstrap.txt || true
# 第二次改信系统的根证书:单位内网常有自己的证书。
with_uv || with_uv --system-certs || { echo "uv 装不上(见 $venv/uv.log),改用 pip"; with_pip requirements-dev.lock; }
