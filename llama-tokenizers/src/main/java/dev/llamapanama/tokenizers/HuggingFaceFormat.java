// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import dev.llamapanama.tokenizers.TokenizerDefinition.Particulars;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code tokenizer.json} of huggingface/tokenizers, as the folders of Llamas have it. Only BPE models, with the stages before
 * and after them that {@link HuggingFacePipeline} knows; anything else is refused by its name.
 *
 * <p>Where it departs from that library: control tokens are recognised on request only; of the tokens of bytes that make no
 * characters, only those bytes become U+FFFD, not all that stand beside them, which a stream couldn't know in time; the
 * decoder {@code Metaspace} takes one space off a text, not all that its first token has.
 */
final class HuggingFaceFormat implements TokenizerFormat {
    private static final int LONGEST_START = 64;
    private static final Pattern START = Pattern.compile("\\{\\s*\"");

    @Override
    public boolean recognises(byte[] content) {
        int length = Math.min(content.length, LONGEST_START);
        return START.matcher(new String(content, 0, length, StandardCharsets.ISO_8859_1))
                .lookingAt();
    }

    @Override
    public TokenizerDefinition read(String source, byte[] content) {
        return read(source, content, Neighbours.NONE);
    }

    @Override
    public TokenizerDefinition read(String source, byte[] content, Neighbours beside) {
        HuggingFaceFile file = HuggingFaceFile.read(source, content);
        checkModel(file.model());
        HuggingFacePipeline pipeline = HuggingFacePipeline.of(file);
        checkFlags(file, pipeline);
        HuggingFaceVocabulary vocabulary = new HuggingFaceVocabulary(file);
        HuggingFaceSettings settings = new HuggingFaceSettings(beside);
        List<String> pieces = vocabulary.pieces();
        return new TokenizerDefinition(
                source,
                pipeline.model(),
                pipeline.preTokenizer(),
                pieces,
                vocabulary.types(),
                List.of(),
                file.merges(),
                settings.special(
                        HuggingFaceTemplate.of(file.top()), file.model().text("unk_token"), pieces),
                pipeline.whitespace(),
                settings.chatTemplate(),
                new Particulars(
                        ignoresMerges(file.model(), pipeline),
                        file.model().flag("fuse_unk", false),
                        pipeline.splitSpaces(),
                        vocabulary.flagged(),
                        ByteBuffer.allocate(0),
                        pipeline.normalizations(),
                        settings.templates(),
                        Particulars.UNKNOWN_SURFACE));
    }

    /** Files from before the flag existed leave it out; those who trained with Meta's code did what it says. */
    private static boolean ignoresMerges(JsonPart model, HuggingFacePipeline pipeline) {
        boolean byteLevel = pipeline.model().equals("gpt2");
        boolean ignores = model.flag("ignore_merges", byteLevel);
        if (ignores && !byteLevel) {
            throw model.refuse("ignore_merges", "false without ByteLevel");
        }
        return ignores;
    }

    private static void checkModel(JsonPart model) {
        HuggingFacePipeline.requireText(model, "type", "BPE");
        for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            String text = model.text(affix);
            if (text != null && !text.isEmpty()) {
                throw model.refuse(affix, "none");
            }
        }
        if (model.has("dropout")) {
            throw model.refuse("dropout", "none");
        }
    }

    private static void checkFlags(HuggingFaceFile file, HuggingFacePipeline pipeline) {
        JsonPart model = file.model();
        boolean byteLevel = pipeline.model().equals("gpt2");
        boolean byteFallback = model.flag("byte_fallback", false);
        if (byteLevel && byteFallback) {
            throw model.refuse("byte_fallback", "false with ByteLevel");
        }
        Require.that(!file.merges().isEmpty(), file.source(), "model.merges", "none", "at least one");
    }
}
