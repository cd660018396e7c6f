// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A small valid SentencePiece vocabulary in the order of Llama 2: unknown, begin, end, 256 bytes, merges, characters.
 */
public final class TestVocabulary {
    /** How text is spelled, by id. */
    public static final List<String> PIECES = pieces();

    private static final int BYTES = 3;
    private static final int TEXT = BYTES + 256;

    private TestVocabulary() {}

    /** Type of a token as GGUF numbers it. */
    static int type(int id) {
        if (id >= TEXT) {
            return 1;
        }
        return id >= BYTES ? 6 : id == 0 ? 2 : 3;
    }

    /** Merges score above characters, earlier ones above later ones. */
    static float score(int id) {
        return id < TEXT ? 0 : TEXT - id;
    }

    /** The keys {@code tokenizer.*}. */
    static void write(GgufWriter writer) {
        List<Integer> types = new ArrayList<>();
        List<Float> scores = new ArrayList<>();
        for (int id = 0; id < PIECES.size(); id++) {
            types.add(type(id));
            scores.add(score(id));
        }
        writer.string("tokenizer.ggml.model", "llama")
                .string("tokenizer.ggml.pre", "default")
                .array("tokenizer.ggml.tokens", GgufWriter.STRING, PIECES)
                .array("tokenizer.ggml.scores", GgufWriter.F32, scores)
                .array("tokenizer.ggml.token_type", GgufWriter.I32, types)
                .u32("tokenizer.ggml.bos_token_id", 1)
                .u32("tokenizer.ggml.eos_token_id", 2)
                .u32("tokenizer.ggml.unknown_token_id", 0);
    }

    /** The same as a llama2.c tokenizer.bin. */
    static byte[] tokenizerBin() {
        ByteBuffer out =
                ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).putInt(0);
        int longest = 0;
        for (int id = 0; id < PIECES.size(); id++) {
            String text = id == 1 || id == 2
                    ? "\n" + PIECES.get(id) + "\n"
                    : PIECES.get(id).replace('▁', ' ');
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.putFloat(score(id)).putInt(bytes.length).put(bytes);
            longest = Math.max(longest, bytes.length);
        }
        byte[] file = new byte[out.position()];
        out.putInt(0, longest).flip().get(file);
        return file;
    }

    private static List<String> pieces() {
        List<String> pieces = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        for (int value = 0; value < 256; value++) {
            pieces.add(String.format("<0x%02X>", value));
        }
        pieces.addAll(
                List.of(("▁t he in ▁a er re on nd ▁the ing ▁s ou ▁w ▁and or at en ed is it ▁to ▁b ▁w ▁was ▁o ▁of as"
                                + " ▁once ce ▁up ▁time me up nc ▁on ▁ti")
                        .split(" ")));
        pieces.addAll(List.of("▁etaoinsrhldcumfgpwybvkxjqzETAOINSRHLDCUMFGPWYBVKXJQZ0123456789.,!?'\"-\n".split("")));
        return pieces.stream().distinct().toList();
    }
}
