// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.GptBytePairEncodingParams;
import com.knuddels.jtokkit.api.IntArrayList;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.Tokenizers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Libraries that encode text for Llamas on the JVM, each the way its documentation recommends. */
public enum TokenizerLibrary {
    LLAMA_PANAMA {
        @Override
        Opened open(Path file) {
            Tokenizer tokenizer = Tokenizers.open(file);
            return new Opened() {
                @Override
                public int[] encode(String text) {
                    return tokenizer.encode(text);
                }

                @Override
                public int count(String text) {
                    return tokenizer.count(text);
                }

                @Override
                public String decode(int[] ids) {
                    return tokenizer.decode(ids);
                }
            };
        }
    },

    /** huggingface/tokenizers (Rust) through the Deep Java Library; reads {@code tokenizer.json} only. */
    HUGGING_FACE {
        @Override
        Opened open(Path file) {
            try {
                return new HuggingFace(HuggingFaceTokenizer.builder()
                        .optTokenizerPath(file)
                        .optAddSpecialTokens(false)
                        .optTruncation(false)
                        .optPadding(false)
                        .build());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    },

    /** knuddelsgmbh/jtokkit with the ranks and the split pattern of a tiktoken file. */
    JTOKKIT {
        @Override
        @SuppressWarnings({"ArrayAsKeyOfSetOrMap", "IdentityHashMapUsage", "UndefinedEquals"}) // copied by the library
        Opened open(Path file) {
            TokenizerDefinition definition = Tokenizers.read(file);
            Tokenizer tokenizer = Tokenizers.of(definition);
            IdentityHashMap<byte[], Integer> ranks = new IdentityHashMap<>();
            for (int id = 0; id < tokenizer.vocabularySize(); id++) {
                if (tokenizer.tokenBytes(id).length > 0) {
                    ranks.put(tokenizer.tokenBytes(id), id);
                }
            }
            Pattern pattern = Pattern.compile(
                    SplitPatterns.of(definition.preTokenizer()),
                    Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);
            var registry = Encodings.newLazyEncodingRegistry();
            registry.registerGptBytePairEncoding(
                    new GptBytePairEncodingParams(file.toString(), pattern, ranks, Map.of()));
            return new Jtokkit(registry.getEncoding(file.toString()).orElseThrow());
        }
    };

    /** A tokenizer of one of them. */
    interface Opened {
        int[] encode(String text);

        int count(String text);

        String decode(int[] ids);
    }

    abstract Opened open(Path file);

    private record HuggingFace(HuggingFaceTokenizer tokenizer) implements Opened {
        @Override
        public int[] encode(String text) {
            return Arrays.stream(tokenizer.encode(text, false, false).getIds())
                    .mapToInt(Math::toIntExact)
                    .toArray();
        }

        @Override
        public int count(String text) {
            return tokenizer.encode(text, false, false).getIds().length;
        }

        @Override
        public String decode(int[] ids) {
            return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray());
        }
    }

    private record Jtokkit(Encoding encoding) implements Opened {
        @Override
        public int[] encode(String text) {
            return encoding.encodeOrdinary(text).toArray();
        }

        @Override
        public int count(String text) {
            return encoding.countTokensOrdinary(text);
        }

        @Override
        public String decode(int[] ids) {
            IntArrayList list = new IntArrayList(ids.length);
            Arrays.stream(ids).forEach(list::add);
            return encoding.decode(list);
        }
    }
}
