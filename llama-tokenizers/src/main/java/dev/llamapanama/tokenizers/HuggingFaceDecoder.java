// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import dev.llamapanama.tokenizers.TokenizerDefinition.DummyPrefix;
import java.util.List;

/**
 * The decoders of Llama 1 and 2: {@code Replace} U+2581 by a space, {@code ByteFallback}, {@code Fuse} and {@code Strip}
 * one leading space; or {@code Metaspace}, which does the first and the last. Before {@code Fuse} a stage sees every token alone.
 */
final class HuggingFaceDecoder {
    private HuggingFaceDecoder() {}

    /** Whether they take one leading space off the text. */
    static boolean strips(String source, List<JsonPart> decoders) {
        boolean spaces = false;
        boolean fused = false;
        boolean strips = false;
        for (JsonPart decoder : decoders) {
            switch (decoder.words("type")) {
                case "Replace" -> {
                    if (!HuggingFacePipeline.pattern(decoder, "String").equals("\u2581")) {
                        throw decoder.refuse("pattern", "a String \"\u2581\"");
                    }
                    HuggingFacePipeline.requireText(decoder, "content", " ");
                    spaces = true;
                }
                case "Metaspace" -> {
                    HuggingFacePipeline.requireText(decoder, "replacement", "\u2581");
                    spaces = true;
                    strips |= HuggingFacePipeline.schemeOf(decoder) != DummyPrefix.NONE;
                }
                case "Strip" -> {
                    requireOneLeadingSpace(decoder);
                    Require.that(fused, source, "decoder", HuggingFacePipeline.names(decoders), "Fuse before Strip");
                    strips = true;
                }
                case "Fuse" -> fused = true;
                case "ByteFallback" ->
                    Require.that(
                            !fused, source, "decoder", HuggingFacePipeline.names(decoders), "ByteFallback before Fuse");
                default -> throw decoder.refuse("type", "Replace, ByteFallback, Fuse, Strip or Metaspace");
            }
        }
        Require.that(spaces, source, "decoder", HuggingFacePipeline.names(decoders), "one that writes spaces");
        return strips;
    }

    private static void requireOneLeadingSpace(JsonPart strip) {
        HuggingFacePipeline.requireText(strip, "content", " ");
        if (strip.count("start") != 1) {
            throw strip.refuse("start", "1");
        }
        if (strip.count("stop") != 0) {
            throw strip.refuse("stop", "0");
        }
    }
}
