#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks this module on a machine with a GPU, which may have neither Maven nor a JDK: its tests on the real driver, under compute-sanitizer
# too where that is there, then speed, beside PyTorch where that is there.
#
#   device-check.sh prepare           where the project is built: puts a Java run-time image, the classes and the tests into target/device
#   device-check.sh run [CLASS ...]   on the machine with the GPU, which target/device was brought to: runs the tests, or the named ones
#   device-check.sh bench FOLDER [REGEX]   there: measures, and writes gpu-<device>-<date>.json and .md to the folder; only what matches
#                                     in the list of "MODEL TYPE DEPTH PROMPT GENERATED SEQUENCES" below
#   device-check.sh kernels FOLDER [ARG ...]   there: JMH benchmarks of single kernels beside the CPU's, to kernels-<device>-<date>.md, about
#                                     two minutes; needs benchmarks.jar, built before prepare. Arguments go to JMH instead
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
device=$PWD/target/device
[ -d "$device/lib" ] || [ ! -d lib ] || device=$PWD # target/device itself was brought, with this script

prepare() {
  . ../.mvn/find-jdk25.sh
  rm -rf "$device"
  mkdir -p "$device/lib"
  (cd .. && ./mvnw -q -B -ntp -pl llama-gpu-panama -am -Dgpu.tests.driver=libcuda.so.1 -DskipTests test-compile \
    dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile="$device/classpath")
  n=0
  for entry in "$PWD/target/test-classes" "$PWD/target/classes" $(tr ':' ' ' <"$device/classpath"); do
    n=$((n + 1))
    if [ -d "$entry" ]; then
      cp -r "$entry" "$device/lib/$(printf '%02d' $n)"
    else
      cp "$entry" "$device/lib/$(printf '%02d' $n)-$(basename "$entry")"
    fi
  done
  rm "$device/classpath"
  (cd .. && ./mvnw -q -B -ntp -pl llama-examples -am -Dgpu.tests.driver=libcuda.so.1 -Dmaven.test.skip=true package)
  cp -r ../llama-examples/target/modules "$device/modules"
  cp device-check.sh src/test/torch/decode.py "$device"
  [ ! -f ../benchmarks/target/benchmarks.jar ] || slim ../benchmarks/target/benchmarks.jar "$device/benchmarks.jar"
  "$JAVA_HOME/bin/jlink" --strip-debug --no-header-files --no-man-pages --compress zip-9 --output "$device/java" \
    --add-modules java.base,java.logging,java.management,java.net.http,java.xml,jdk.incubator.vector,jdk.jfr,jdk.management,jdk.unsupported
  du -sh "$device"
}

# A jar without what other libraries bring for other platforms.
slim() {
  work=$(mktemp -d)
  (cd "$work" && "$JAVA_HOME/bin/jar" xf "$OLDPWD/$1" && rm -rf native)
  "$JAVA_HOME/bin/jar" cfm "$2" "$work/META-INF/MANIFEST.MF" -C "$work" .
  rm -r "$work"
}

kernels() {
  [ -f "$device/benchmarks.jar" ] || { echo "device-check.sh: found no benchmarks.jar, expected it to be built before prepare" >&2; exit 1; }
  to=$1
  shift
  if [ $# -gt 0 ]; then
    "$device/java/bin/java" -jar "$device/benchmarks.jar" "$@"
  else
    "$device/java/bin/java" -jar "$device/benchmarks.jar" short --backend cuda --out "$to/kernels-$(slug)-$(date +%F).md"
  fi
}

slug() {
  nvidia-smi --query-gpu=name --format=csv,noheader | head -n 1 | tr '[:upper:] ' '[:lower:]-'
}

suite() {
  "$@" "$device/java/bin/java" -Xmx4g --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector \
    -Ddev.llamapanama.test.backends=cuda -cp "$(printf '%s:' "$device"/lib/*)" dev.llamapanama.gpu.DeviceSuiteMain "${classes[@]}"
}

run() {
  classes=("$@")
  nvidia-smi --query-gpu=name,driver_version,compute_cap --format=csv,noheader
  suite env
  command -v compute-sanitizer >/dev/null || return 0
  [ $# -gt 0 ] || classes=(dev.llamapanama.gpu.CudaProductsTest dev.llamapanama.tensor.CudaMixtureTest)
  for tool in memcheck racecheck synccheck; do
    suite compute-sanitizer --tool "$tool" --error-exitcode 1
  done
}

# What a model of 70B in Q4_0 needs, with keys and values.
LARGE_MIB=49152

# Model, type, tokens before, of a prompt, generated tokens of each sequence, sequences, an option.
measured() {
  for model in llama3.2-1b llama3.1-8b; do
    for type in BF16 Q8_0 Q4_0; do
      echo "$model $type 1024 0 128 1"
      echo "$model $type 0 2048 0 1"
      echo "$model $type 0 512 64 8"
      echo "$model $type 0 0 64 32"
    done
    echo "$model BF16 0 2048 0 1 --round-prompts"
  done
  [ "$(nvidia-smi --query-gpu=memory.total --format=csv,noheader,nounits | head -n 1)" -lt "$LARGE_MIB" ] || echo "llama3.1-70b Q4_0 1024 512 128 1"
}

measure() {
  measured | grep -E "$1" | while read -r model type depth prompt generated sequences option; do
    # shellcheck disable=SC2086
    "$device/java/bin/java" -XX:+UseSerialGC --enable-native-access=dev.llamapanama.core,dev.llamapanama.gpu -p "$device/modules" \
      -m dev.llamapanama.examples/dev.llamapanama.cli.Main bench --backend cuda --json --variant "$model" --type "$type" \
      --prompt-tokens "$prompt" --gen-tokens "$generated" --sequences "$sequences" --depth "$depth" \
      --context 4096 --repetitions 3 --warmup 1 $option </dev/null 2>/dev/null |
      sed "s/\"model\":\"[^\"]*/&${option:+ $option}/" || echo "{\"model\":\"$model-$type\",\"error\":$?}"
  done
  if command -v python3 >/dev/null && python3 -c 'import torch' 2>/dev/null; then
    python3 "$device/decode.py" 1024 2>/dev/null || echo "{\"engine\":\"PyTorch\",\"error\":$?}"
  fi
}

# A number that a line of JSON has under a name, or a dash.
number() {
  found=$(sed -n "s/.*\"$1\": *\(.\"mean\":[0-9.]*,\"standardDeviation\":[0-9.E-]*,\"median\":\)\{0,1\}\([0-9]*\).*/\2/p" <<<"$2")
  echo "${found:-–}"
}

table() {
  echo "| model | sequences | depth | prompt | tokens/s | decode tokens/s | of weights GB/s |"
  echo "|---|---|---|---|---|---|---|"
  while IFS= read -r line; do
    name=$(sed -n 's/.*"model": *"\([^"]*\)".*/\1/p' <<<"$line")
    case $line in
    *PyTorch*error*) ;;
    *PyTorch*copyGiga*) echo "| copy of device memory | | | | | | $(number copyGigabytesPerSecond "$line") |" ;;
    *PyTorch*)
      for prompt in 512 2048; do
        echo "| $name BF16, PyTorch | 1 | 1024 | $prompt | $(number "prefill${prompt}TokensPerSecond" "$line") | $(number decodeTokensPerSecond "$line") | |"
      done
      ;;
    *)
      echo "| $name | $(number sequences "$line") | $(number depth "$line") | $(number promptTokens "$line") | $(number prefillTokensPerSecond "$line") |" \
        "$(number decodeTokensPerSecond "$line") | $(number effectiveGigabytesPerSecond "$line") |"
      ;;
    esac
  done
}

bench() {
  gpu=$(nvidia-smi --query-gpu=name,driver_version,compute_cap --format=csv,noheader | head -n 1)
  to=$1/gpu-$(slug)-$(date +%F)
  measure "${2:-.}" | tee "$to.lines" # is left if the time is over before the end
  lines=$(cat "$to.lines")
  rm "$to.lines"
  {
    echo "{\"device\":\"$gpu\",\"date\":\"$(date +%F)\",\"results\":["
    sed '$!s/$/,/' <<<"$lines"
    echo "]}"
  } >"$to.json"
  {
    printf '# %s, %s\n\n' "${gpu%%,*}" "$(date +%F)"
    printf 'Driver and compute capability:%s. `device-check.sh bench`: random weights, medians of three, PyTorch with BF16 weights in a CUDA graph.\n\n' "${gpu#*,}"
    table <<<"$lines"
  } >"$to.md"
  cat "$to.md"
}

case ${1-} in
prepare) prepare ;;
run) shift && run "$@" ;;
kernels) kernels "${2:?a folder}" "${@:3}" ;;
bench) bench "${2:?a folder}" "${3:-.}" ;;
*)
  echo "usage: device-check.sh prepare | run [CLASS ...] | bench FOLDER [REGEX] | kernels FOLDER [ARG ...]" >&2
  exit 2
  ;;
esac
