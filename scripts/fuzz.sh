#!/usr/bin/env bash
# Fuzzes one target, or each in turn: scripts/fuzz.sh [TARGET [SECONDS]]. Needs cargo-fuzz.
# Starts from fuzz/corpus/TARGET, keeps what it finds in fuzz/found/TARGET, and stops at the first
# crash, hang (10 s for one input) or use of 2 GB.
set -euo pipefail
cd "$(dirname "$0")/.."

# The fuzzer needs compiler flags that stable Rust keeps back.
export RUSTC_BOOTSTRAP=1

if [ $# -gt 0 ]; then targets=("$1"); else mapfile -t targets < <(cargo fuzz list); fi
for target in "${targets[@]}"; do
  mkdir -p "fuzz/found/$target" "fuzz/corpus/$target"
  words=()
  [ ! -f "fuzz/words/$target" ] || words=("-dict=fuzz/words/$target")
  cargo fuzz run "$target" "fuzz/found/$target" "fuzz/corpus/$target" -- \
    -max_total_time="${2:-600}" -timeout=10 -rss_limit_mb=2048 -max_len=4096 \
    -print_final_stats=1 "${words[@]}"
done
