#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the simulated driver from src/main/cuda and this folder: build.sh FOLDER
#
#   libcuda-sim.so           the kernels at full speed
#   libcuda-sim-checked.so   the kernels with every access to memory checked
#   sim-selftest             proves that planted faults are found (sim-selftest-fast: the few that speed allows)
#
# Needs g++ 12 or newer on x86-64. Does nothing if all four are newer than their sources.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
kernels=$(cd "$here/../../main/cuda" && pwd)
out=${1:?usage: build.sh FOLDER}
mkdir -p "$out"
out=$(cd "$out" && pwd)

built="$out/libcuda-sim.so $out/libcuda-sim-checked.so $out/sim-selftest $out/sim-selftest-fast"
newest=$(find "$here" "$kernels" -type f -newer "$out/libcuda-sim.so" 2>/dev/null || echo none)
complete=yes
for file in $built; do [ -f "$file" ] || complete=no; done
[ $complete = yes ] && [ -z "$newest" ] && exit 0

command -v g++ >/dev/null || { echo "build.sh: g++ not found: expected a C++ compiler for the simulated driver" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

common="-std=c++17 -Wall -Wextra -fPIC -fvisibility=hidden -I$here -I$kernels"
host="-O2 -ftls-model=initial-exec"
# Contraction would fuse differently than nvcc does; kernels say fmaf where they mean it.
fast="-O2 -march=native -ffp-contract=off"
# -O1: -O2 joins neighbouring loads, which then look misaligned.
checked="-O1 -g -march=native -ffp-contract=off -fsanitize=thread --param tsan-instrument-func-entry-exit=0 -DSIM_CHECKED"
kinds=fast
[ ! -f "$here/check.cpp" ] || kinds="fast checked"

# One command for each object; two at a time.
plan() {
    folder=$1 flags_host=$2 flags_kernels=$3
    mkdir -p "$work/$folder/kernels" "$work/$folder/faults" "$work/$folder/selftest"
    for source in "$here"/*.cpp; do
        name=$(basename "$source" .cpp)
        case $folder:$name in
            fast:check*|fast:access_patterns) continue ;;
        esac
        echo "g++ $common $host $flags_host -c $source -o $work/$folder/$name.o"
    done
    for source in "$kernels"/*.cu; do
        echo "g++ $common $flags_kernels -x c++ -c $source -o $work/$folder/kernels/$(basename "$source").o"
    done
    for source in "$here"/faults/*.cu; do
        echo "g++ $common $flags_kernels -x c++ -c $source -o $work/$folder/faults/$(basename "$source").o"
    done
    for source in "$here"/selftest/*.cpp; do
        echo "g++ $common $host $flags_host -c $source -o $work/$folder/selftest/$(basename "$source" .cpp).o"
    done
}

{
    plan fast "" "$fast"
    [ "$kinds" = fast ] || plan checked "-g -DSIM_CHECKED" "$checked"
    # The real header, where there is one, must agree with our declarations.
    if echo '#include <cuda.h>' | g++ -I"${CUDA_HOME:-/usr/local/cuda}/include" -fsyntax-only -x c++ - 2>/dev/null; then
        echo "g++ $common -I${CUDA_HOME:-/usr/local/cuda}/include -fsyntax-only $here/signatures/check.cpp"
    fi
} | xargs -P "${JOBS:-2}" -I{} sh -c "{}" || { echo "build.sh: the simulated driver doesn't compile" >&2; exit 1; }

for kind in $kinds; do
    suffix=$([ $kind = fast ] || echo -checked)
    g++ -shared -Wl,-z,now -o "$work/libcuda-sim$suffix.so" "$work/$kind"/*.o "$work/$kind"/kernels/*.o -ldl
    name=sim-selftest$([ $kind = checked ] || echo -fast)
    g++ -o "$work/$name" "$work/$kind"/*.o "$work/$kind"/kernels/*.o "$work/$kind"/faults/*.o "$work/$kind"/selftest/*.o \
        -Wl,--export-dynamic -ldl -lpthread
done
[ "$kinds" = fast ] || mv "$work/libcuda-sim-checked.so" "$work/sim-selftest" "$out"
mv "$work/sim-selftest-fast" "$out"
mv "$work/libcuda-sim.so" "$out"
