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
        requireOrder(source, decoders);
        boolean spaces = false;
        boolean strips = false;
        for (JsonPart decoder : decoders) {
            switch (decoder.words("type")) {
                case "Replace" -> {
                    requireSpaces(decoder);
                    spaces = true;
                }
                case "Metaspace" -> {
                    HuggingFacePipeline.requireText(decoder, "replacement", "\u2581");
                    spaces = true;
                    strips |= HuggingFacePipeline.schemeOf(decoder) != DummyPrefix.NONE;
                }
                case "Strip" -> {
                    requireOneLeadingSpace(decoder);
                    strips = true;
                }
                case "ByteFallback", "Fuse" -> {}
                default -> throw decoder.refuse("type", "Replace, ByteFallback, Fuse, Strip or Metaspace");
            }
        }
        Require.that(spaces, source, "decoder", HuggingFacePipeline.names(decoders), "one that writes spaces");
        return strips;
    }

    private static void requireOrder(String source, List<JsonPart> decoders) {
        List<String> types =
                decoders.stream().map(decoder -> decoder.words("type")).toList();
        String found = HuggingFacePipeline.names(decoders);
        int fuse = types.indexOf("Fuse");
        int strip = types.indexOf("Strip");
        boolean bytesAlone = fuse < 0 || types.lastIndexOf("ByteFallback") < fuse;
        Require.that(bytesAlone, source, "decoder", found, "ByteFallback before Fuse");
        Require.that(strip < 0 || (fuse >= 0 && fuse < strip), source, "decoder", found, "Fuse before Strip");
    }

    private static void requireSpaces(JsonPart replace) {
        if (!HuggingFacePipeline.pattern(replace, "String").equals("\u2581")) {
            throw replace.refuse("pattern", "a String \"\u2581\"");
        }
        HuggingFacePipeline.requireText(replace, "content", " ");
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
