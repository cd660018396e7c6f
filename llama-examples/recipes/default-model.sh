#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the default model: text, tokenizer, pre-training, fine-tuning, quantisation. About ten hours on two cores, in a clone
# with the whole history; stopped, it goes on where it was.
#
#   default-model.sh CORPUS TINYSTORIES MORE LONG
#     CORPUS       folder training_data of https://github.com/erikhyrkas/snakes (MIT)
#     TINYSTORIES  a sample of TinyStories (CDLA-Sharing-1.0), paragraphs with empty lines between
#     MORE         another one, with <|endoftext|> between stories
#     LONG         a longer one that begins with TINYSTORIES (TinyStories.txt of https://github.com/mdmostafizurrahman6351/LLM_Data)
set -euo pipefail
[ $# = 4 ] || { sed -n '3,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
corpus=$(realpath "$1")
stories=$(realpath "$2")
more=$(realpath "$3")
long=$(realpath "$4")
cd "$(dirname "${BASH_SOURCE[0]}")"
work=../target/default-model
# shellcheck disable=SC1091
. ../../.mvn/find-jdk25.sh

# Each part was learnt from the text that the recipes of its time made: these are in the history of the repository.
part() {
  local output=$1 recipe=$2 version=$3
  shift 3
  [ ! -f "$work/$output/model.gguf" ] || return 0
  local at=$work/$version/llama-examples
  if [ ! -e "$at/target" ]; then
    mkdir -p "$work/$version"
    git -C ../.. archive "$version" llama-examples/recipes | tar -x -C "$work/$version"
    ln -s "$PWD/../target" "$at/target"
  fi
  (cd "$at/recipes" && "$JAVA_HOME/bin/java" StoryText.java "$corpus" "$@" ../target/default-model)
  [ -f "$work/tokenizer.model" ] ||
    ../../llama tokenizer train --input "$work/child.txt,$work/bedtime.txt,$work/everyday.txt,$work/tiny.txt" --vocab-size 2048 --type bpe --byte-fallback \
      --output "$work/tokenizer.model"
  ../../llama train pretrain --recipe "$at/recipes/$recipe" --resume
}
part training default-model.json 470831c "$stories" "$more"
part training-more default-model-more.json 470831c "$stories" "$more"
part training-renamed default-model-renamed.json 470831c "$stories" "$more"
part training-simple default-model-simple.json 6502063 "$stories" "$more"
part training-open default-model-open.json efba885 "$stories" "$more" "$long"
"$JAVA_HOME/bin/java" StoryText.java "$corpus" "$stories" "$more" "$long" "$work"
../../llama train pretrain --recipe default-model-long.json --resume

# What it says itself, collected by a program: what of its likeliest continuations repeats itself is made unlikely, and of sampled ones
# those are learnt that are as they should be.
said() {
  local program=$1 model=$2 file=$3 openings=$4
  shift 4
  [ -f "$work/$file" ] || "$JAVA_HOME/bin/java" -p ../target/app/modules --add-modules dev.llamapanama.core "$program.java" "$work/$model/model.gguf" "$work/$file" \
    "$openings" "$@" "$work/tiny.txt" "$work/more-tiny.txt" "$work/long-tiny.txt" "$work/simple.txt"
}
said Loops training-long loops.jsonl 1200 "$work/child.txt" "$work/bedtime.txt"
../../llama train sft --recipe default-model-sft.json --resume
said Loops tuning loops-2.jsonl 1200 "$work/child.txt" "$work/bedtime.txt"
said OwnStories tuning own.jsonl 3000
../../llama train sft --recipe default-model-loops.json --resume

../../llama convert --model "$work/avoiding/model.gguf" --type Q8_0 --output "$work/default-model.gguf" --force \
  --describe "general.name=Llama Panama Stories 5M" \
  --describe "general.basename=Llama-Panama-Stories" \
  --describe "general.size_label=5M" \
  --describe "general.version=6" \
  --describe "general.author=The Llama Panama project" \
  --describe "general.description=Writes stories for children; tells one when asked. Built with Llama: trained by Llama Panama on stories that Llama 3.1 wrote (github.com/erikhyrkas/snakes, MIT), on samples of TinyStories (CDLA-Sharing-1.0), and on simple stories told by a grammar of its own. It knows nothing of the world." \
  --describe "general.license=apache-2.0" \
  --describe "general.license.name=Apache License 2.0; Built with Llama, see Llama 3.1 Community License for models trained on its outputs" \
  --describe "general.license.link=https://www.llama.com/llama3_1/license/" \
  --describe "tokenizer.chat_template=@default-model-chat.jinja"
bundled=../src/main/resources/dev/llamapanama/bundled
mkdir -p "$bundled"
cp "$work/default-model.gguf" "$bundled/llama-panama-stories.gguf"
sha256sum "$bundled/llama-panama-stories.gguf" | cut -d' ' -f1 >"$bundled/llama-panama-stories.sha256"
