#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the tests of this module on the driver of a GPU, on a machine that may have neither Maven nor a JDK.
#
#   device-check.sh prepare           where the project is built: puts a Java run-time image, the classes and the tests into target/device
#   device-check.sh run [CLASS ...]   on the machine with the GPU, which target/device was brought to: runs the tests, or the named ones
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
device=$PWD/target/device

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
  "$JAVA_HOME/bin/jlink" --strip-debug --no-header-files --no-man-pages --compress zip-6 --output "$device/java" \
    --add-modules java.base,java.logging,java.management,java.net.http,jdk.incubator.vector,jdk.jfr,jdk.unsupported
  du -sh "$device"
}

run() {
  nvidia-smi --query-gpu=name,driver_version,compute_cap --format=csv,noheader
  classpath=$(printf '%s:' "$device"/lib/*)
  "$device/java/bin/java" -Xmx4g --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector \
    -Ddev.llamapanama.test.backends=cuda -cp "${classpath%:}" dev.llamapanama.gpu.DeviceSuiteMain "$@"
}

case ${1-} in
prepare) prepare ;;
run) shift && run "$@" ;;
*)
  echo "usage: device-check.sh prepare | run [CLASS ...]" >&2
  exit 2
  ;;
esac
