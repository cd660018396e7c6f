#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the simulated driver from src/main/cuda and this folder: build.sh FOLDER
#
#   libcuda-sim.so            the kernels at full speed
#   libcuda-sim-checked.so    the kernels with every access to memory checked
#   sim-selftest[-checked]    prove that planted faults are found
#
# Needs g++ 12 or newer on x86-64. Compiles what is older than its source or any header, two files at a time ($JOBS).
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
kernels=$(cd "$here/../../main/cuda" && pwd)
mkdir -p "${1:?usage: build.sh FOLDER}"
out=$(cd "$1" && pwd)
objects=$out/sim-objects

command -v g++ >/dev/null || { echo "build.sh: g++ not found: expected a C++ compiler for the simulated driver" >&2; exit 1; }

common="-std=c++17 -Wall -Wextra -fPIC -fvisibility=hidden -I$here -I$kernels"
host="$common -O2 -ftls-model=initial-exec"
# Contraction would fuse differently than nvcc does; kernels say fmaf where they mean it.
fast="$common -march=native -ffp-contract=off -x c++ -O2"
# -O1: -O2 joins neighbouring loads, which then look misaligned.
checks="-fsanitize=thread --param tsan-instrument-func-entry-exit=0 -DSIM_CHECKED"
checked="$common -march=native -ffp-contract=off -x c++ -O1 -g $checks"

newest_header=$(find "$here" "$kernels" -name '*.h' -o -name '*.cuh' -o -name '*.inc' -o -name build.sh | xargs ls -t | head -n 1)

# Prints the command for an object that isn't newer than its source and every header.
compile() {
    object=$1 source=$2
    shift 2
    [ -n "$(find "$object" -newer "$source" -newer "$newest_header" 2>/dev/null)" ] && return
    echo "g++ $* -c $source -o $object.$$ && mv $object.$$ $object"
}

plan() {
    kind=$1 flags_host=$2 flags_kernels=$3
    mkdir -p "$objects/$kind/engine" "$objects/$kind/kernels" "$objects/$kind/faults" "$objects/$kind/selftest"
    for source in "$here"/*.cpp; do
        name=$(basename "$source" .cpp)
        case $kind:$name in fast:check* | fast:access_patterns) continue ;; esac
        compile "$objects/$kind/engine/$name.o" "$source" "$flags_host"
    done
    for source in "$here"/selftest/*.cpp; do
        compile "$objects/$kind/selftest/$(basename "$source" .cpp).o" "$source" "$flags_host"
    done
    for source in "$kernels"/*.cu; do
        compile "$objects/$kind/kernels/$(basename "$source" .cu).o" "$source" "$flags_kernels"
    done
    for source in "$here"/faults/*.cu; do
        compile "$objects/$kind/faults/$(basename "$source" .cu).o" "$source" "$flags_kernels"
    done
}

# A kernel file that is gone must not be linked any more.
forget_removed() {
    for object in "$objects"/*/kernels/*.o; do
        [ -f "$kernels/$(basename "$object" .o).cu" ] || rm -f "$object"
    done
}

# The real header, where there is one, must agree with our declarations.
check_signatures() {
    include=${CUDA_HOME:-/usr/local/cuda}/include
    [ -f "$include/cuda.h" ] || return 0
    compile "$objects/signatures.o" "$here/signatures/check.cpp" "$common -I$include"
}

link() {
    kind=$1 suffix=$2
    parts="$objects/$kind/engine/*.o $objects/$kind/kernels/*.o"
    library=$out/libcuda-sim$suffix.so
    selftest=$out/sim-selftest$suffix
    [ -f "$library" ] && [ -f "$selftest" ] && [ -z "$(find "$objects/$kind" -name '*.o' -newer "$library")" ] && return
    # shellcheck disable=SC2086
    g++ $parts "$objects/$kind"/faults/*.o "$objects/$kind"/selftest/*.o -Wl,--export-dynamic -ldl -lpthread -o "$selftest.$$"
    # shellcheck disable=SC2086
    g++ -shared -Wl,-z,now $parts -ldl -o "$library.$$"
    mv "$selftest.$$" "$selftest"
    mv "$library.$$" "$library"
}

{
    plan fast "$host" "$fast"
    plan checked "$host -g -DSIM_CHECKED" "$checked"
    check_signatures
} | xargs -P "${JOBS:-2}" -I{} sh -c "{}" ||
    { echo "build.sh: the simulated driver doesn't compile" >&2; exit 1; }
forget_removed
link fast ""
link checked "-checked"
