#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the default model: text, tokenizer, training, quantisation. About an hour and a half on two cores.
#
#   default-model.sh CORPUS TINYSTORIES
#     CORPUS       folder training_data of https://github.com/erikhyrkas/snakes (MIT)
#     TINYSTORIES  a sample of TinyStories (CDLA-Sharing-1.0)
set -euo pipefail
[ $# = 2 ] || { sed -n '3,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
corpus=$(realpath "$1")
stories=$(realpath "$2")
cd "$(dirname "${BASH_SOURCE[0]}")"
work=../target/default-model
# shellcheck disable=SC1091
. ../../.mvn/find-jdk25.sh

"$JAVA_HOME/bin/java" StoryText.java "$corpus" "$stories" "$work"
[ -f "$work/tokenizer.model" ] ||
  ../../llama tokenizer train --input "$work/child.txt,$work/bedtime.txt,$work/everyday.txt,$work/tiny.txt" --vocab-size 2048 --type bpe --byte-fallback \
    --output "$work/tokenizer.model"
../../llama train pretrain --recipe default-model.json --resume
../../llama convert --model "$work/training/model.gguf" --type Q8_0 --output "$work/default-model.gguf" --force
