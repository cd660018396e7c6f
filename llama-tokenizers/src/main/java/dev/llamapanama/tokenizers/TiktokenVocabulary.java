// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What Meta's code adds to a tiktoken file: control tokens, numbered on from the ranks, and the split pattern
 * (meta-llama/llama-models, models/llama3/tokenizer.py and models/llama4/tokenizer.py). The names of Llama 3 are those
 * that serve 3.0 to 3.3 in that repository; 3.0 itself called most of them reserved.
 *
 * @param ranks number of ranks in the file
 * @param preTokenizer the split pattern, in the words of GGUF
 * @param controls spellings of the control tokens
 * @param pad name of the padding token
 * @param endOfTurn name of the token that ends a turn
 * @param endOfMessage name of the token after which the model waits for a tool
 */
record TiktokenVocabulary(
        int ranks, String preTokenizer, List<String> controls, String pad, String endOfTurn, String endOfMessage) {
    private static final String RESERVED = "reserved_special_token_";

    private static final int BYTES = 256;
    private static final int MOST_LIKE_LLAMA_3 = 128_000;

    /** Vocabularies of OpenAI, which have other patterns and control tokens. */
    private static final Set<Integer> FOREIGN = Set.of(50_256, 50_257, 50_280, 50_281, 100_256);

    private static final TiktokenVocabulary LLAMA_4 =
            new TiktokenVocabulary(200_000, "llama4", llama4(), "finetune_right_pad", "eot", "eom");

    /** Meta's code for Llama 3 takes any number of ranks, so that smaller vocabularies can be trained for it. */
    static Optional<TiktokenVocabulary> ofRanks(int ranks) {
        if (ranks == LLAMA_4.ranks) {
            return Optional.of(LLAMA_4);
        }
        return ranks < BYTES || ranks > MOST_LIKE_LLAMA_3 || FOREIGN.contains(ranks)
                ? Optional.empty()
                : Optional.of(new TiktokenVocabulary(
                        ranks, "llama-bpe", llama3(), "finetune_right_pad_id", "eot_id", "eom_id"));
    }

    /** The id of a control token by its name. */
    int id(String name) {
        return ranks + controls.indexOf(spelled(name));
    }

    private static String spelled(String name) {
        return "<|" + name + "|>";
    }

    private static List<String> llama3() {
        return new Names()
                .add("begin_of_text", "end_of_text")
                .numbered(RESERVED, 0, 1)
                .add("finetune_right_pad_id", "step_id", "start_header_id", "end_header_id")
                .add("eom_id", "eot_id", "python_tag", "image")
                .numbered(RESERVED, 2, 245)
                .spellings;
    }

    private static List<String> llama4() {
        return new Names()
                .add("begin_of_text", "end_of_text", "fim_prefix", "fim_middle", "fim_suffix")
                .add("header_start", "header_end", "eom", "eot", "step")
                .numbered("text_post_train_" + RESERVED, 0, 5)
                .add("python_start", "python_end", "finetune_right_pad")
                .numbered("text_post_train_" + RESERVED, 8, 68)
                .add("image_start", "image_end")
                .numbered("vision_" + RESERVED, 0, 1)
                .add("tile_x_separator", "tile_y_separator")
                .numbered("vision_" + RESERVED, 2, 5)
                .add("image")
                .numbered("vision_" + RESERVED, 6, 6)
                .add("patch")
                .numbered("vision_" + RESERVED, 7, 1047)
                .numbered("reasoning_" + RESERVED, 0, 7)
                .add("reasoning_thinking_start", "reasoning_thinking_end")
                .numbered(RESERVED, 0, 903)
                .spellings;
    }

    /** Spellings in the order of their ids. */
    private static final class Names {
        private final List<String> spellings = new ArrayList<>();

        Names add(String... names) {
            for (String name : names) {
                spellings.add(spelled(name));
            }
            return this;
        }

        Names numbered(String prefix, int first, int last) {
            for (int number = first; number <= last; number++) {
                spellings.add(spelled(prefix + number));
            }
            return this;
        }
    }
}
