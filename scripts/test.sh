#!/usr/bin/env bash
# Installs what the tests need on a fresh machine, then runs all of them.
set -euo pipefail
cd "$(dirname "$0")/.."

have() { command -v "$1" >/dev/null 2>&1; }

# The differential test of the shell front end asks the real shells; the git tests ask the real git.
missing=()
for tool in bash dash git; do have "$tool" || missing+=("$tool"); done
have cc || missing+=(gcc libc6-dev)
# Signed pins are checked against the real ssh-keygen and ssh-agent; brew systems have them.
have ssh-keygen || missing+=(openssh-client)
if [ ${#missing[@]} -gt 0 ]; then
  if have apt-get; then
    sudo=(); [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    "${sudo[@]}" apt-get update -q
    "${sudo[@]}" apt-get install -qy "${missing[@]}"
  elif have brew; then
    brew install "${missing[@]}"
  else
    echo "please install: ${missing[*]}" >&2
    exit 1
  fi
fi
have cargo || { echo "please install Rust 1.95 or newer with rustup, then run this again" >&2; exit 1; }

cargo test --locked
