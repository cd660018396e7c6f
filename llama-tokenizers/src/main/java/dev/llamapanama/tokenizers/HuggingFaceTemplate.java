// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the post-processor of a {@code tokenizer.json} puts around a text: at most a token before and one after it.
 *
 * @param stated whether it says so at all; {@code ByteLevel}, which only moves offsets, doesn't
 * @param before spelling of the token before the text, or null
 * @param after spelling of the token after the text, or null
 */
record HuggingFaceTemplate(
        boolean stated, @Nullable String before, @Nullable String after) {

    static HuggingFaceTemplate of(JsonPart top) {
        HuggingFaceTemplate template = new HuggingFaceTemplate(false, null, null);
        for (JsonPart processor : HuggingFacePipeline.stages(top, "post_processor", "processors")) {
            if (HuggingFacePipeline.isOf(processor, "TemplateProcessing") && !template.stated) {
                template = single(processor);
            } else if (!HuggingFacePipeline.isOf(processor, "ByteLevel")) {
                throw processor.refuse("type", "ByteLevel, and TemplateProcessing once");
            }
        }
        return template;
    }

    private static HuggingFaceTemplate single(JsonPart processor) {
        List<JsonPart> parts = processor.parts("single");
        int texts = 0;
        String before = null;
        String after = null;
        for (JsonPart part : parts) {
            JsonPart token = part.part("SpecialToken");
            if (token == null) {
                texts++;
            } else if (texts == 0) {
                before = only(processor, before, token);
            } else {
                after = only(processor, after, token);
            }
        }
        if (texts != 1) {
            throw refused(processor);
        }
        return new HuggingFaceTemplate(true, before, after);
    }

    private static String only(JsonPart processor, @Nullable String already, JsonPart token) {
        String spelling = token.text("id");
        if (spelling == null || already != null) {
            throw refused(processor);
        }
        return spelling;
    }

    private static TokenizerException refused(JsonPart processor) {
        return processor.refuse("single", "one text, with at most one token before it and one after it");
    }
}
