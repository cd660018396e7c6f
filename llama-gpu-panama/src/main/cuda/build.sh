#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Translates the kernels to PTX twice: for any device of compute capability 8.0 or higher (compute_80), and for those of 9.0 with what only
# they have (sm_90a; kdev.cuh defines HOPPER there). Drivers from CUDA 12.0 on assemble both.
#
#   build.sh          writes kernels-compute_80.ptx.gz and kernels-sm_90a.ptx.gz to the resources, and kernels.lock beside the sources:
#                     commit all three
#   build.sh FOLDER   writes the two without .gz and kernels.lock there, to be compared
#
# Needs nvcc and ptxas of a CUDA toolkit, and no GPU. The same sources and the same nvcc give the same bytes.
set -eu
export LC_ALL=C

sources=$(cd "$(dirname "$0")" && pwd)
folder=${1:-}
flags="-std=c++17 -ptx"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

command -v nvcc >/dev/null || { echo "build.sh: nvcc not found: expected a CUDA toolkit on the path" >&2; exit 1; }
version=$(nvcc --version | sed -n 's/.*, V\([0-9.]*\)$/\1/p')

# One unit, so that it is one PTX.
(cd "$sources" && for source in *.cu; do echo "#include \"$source\""; done) >"$work/kernels.cu"
# nvcc writes its own PTX version, which older drivers refuse, although nothing in there is newer than 8.0: ptxas is the proof.
# Only the hint which bytes of a load are used is newer; it is for debuggers.
translate() {
    # shellcheck disable=SC2086
    nvcc $flags -arch="$2" -I"$sources" -o "$work/new-$1" "$work/kernels.cu" &&
        sed -e 's/^\.version .*/.version 8.0/' -e '/\.pragma "used_bytes_mask/d' "$work/new-$1" >"$work/kernels-$1.ptx"
}
translate compute_80 compute_80 &
translate sm_90a compute_90a
wait $!

# Registers that a kernel may use: products of one token live by how many loads are in flight.
budget() {
    case $1 in
        linears_f32_t1 | experts_f32_t1) echo 144 ;;
        linear_*_t1 | linears_*_t1 | experts_*_t1) echo 128 ;;
        linear_*_t8 | experts_*_t8 | attention_f*) echo 224 ;;
        attention_prompt*) echo 255 ;;
        gemm_*_t32) echo 176 ;;
        experts_*_t32) echo 184 ;;
        gemm_*_t128) echo 128 ;;
        gemm_*_w*) echo 168 ;;
        rms_norm* | swiglu_halves | split_halves) echo 64 ;;
        *) echo 40 ;;
    esac
}

check() {
    device=$1 ptx=$2
    ptxas -v -arch="$device" -o "$work/kernels.cubin" "$work/$ptx" 2>"$work/ptxas" || { cat "$work/ptxas" >&2; exit 1; }
    sed -n "s/.*Compiling entry function '\([^']*\)'.*/kernel \1/p
        s/^ *\([0-9]*\) bytes stack frame, \([0-9]*\) bytes spill stores.*/stack \1 \2/p
        s/.*Used \([0-9]*\) registers.*/registers \1/p" "$work/ptxas" >"$work/usage"
    kernel=
    while read -r what number spills; do
        case $what in
            kernel) kernel=$number ;;
            stack)
                [ "$number$spills" = 00 ] ||
                    { echo "$kernel on $device: found a stack of $number bytes and $spills spilled, expected none" >&2; exit 1; } ;;
            registers)
                [ "$number" -le "$(budget "$kernel")" ] ||
                    { echo "$kernel on $device: found $number registers, expected at most $(budget "$kernel")" >&2; exit 1; } ;;
        esac
    done <"$work/usage"
}
check sm_80 kernels-compute_80.ptx
check sm_90 kernels-compute_80.ptx
check sm_90a kernels-sm_90a.ptx

# Hashes of what the PTX was made of, and of the PTX.
{
    echo "nvcc $version"
    echo "flags $flags -arch=compute_80 and -arch=compute_90a"
    (cd "$sources" && sha256sum -- *.cu *.cuh)
    (cd "$work" && sha256sum kernels-*.ptx)
} >"$work/kernels.lock"

if [ -n "$folder" ]; then
    mkdir -p "$folder"
    cp "$work"/kernels-*.ptx "$work/kernels.lock" "$folder"
else
    resources=$sources/../resources/dev/llamapanama/gpu
    mkdir -p "$resources"
    for ptx in kernels-compute_80.ptx kernels-sm_90a.ptx; do
        gzip -n -9 -c "$work/$ptx" >"$resources/$ptx.gz"
    done
    cp "$work/kernels.lock" "$sources"
fi
