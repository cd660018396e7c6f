// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.tokenizers.ByteAlphabet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The least Llama that can be run, as a GGUF file (ggml docs/gguf.md): one layer, a token for each byte, Q8_0 weights
 * that are all 0. It has nothing to say, but takes the way through the engine that any model takes.
 */
final class BlankModel {
    private static final int U32 = 4, I32 = 5, F32 = 6, STRING = 8, ARRAY = 9;
    private static final int DIM = 32;
    private static final int TOKENS = 257;

    private final ByteBuffer pairs = ByteBuffer.allocate(1 << 15).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer tensors = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);
    private int pairCount;
    private int tensorCount;
    private int dataBytes;

    private BlankModel() {
        key("general.architecture", STRING).string("llama");
        key("llama.block_count", U32).pairs.putInt(1);
        key("llama.context_length", U32).pairs.putInt(64);
        key("llama.embedding_length", U32).pairs.putInt(DIM);
        key("llama.feed_forward_length", U32).pairs.putInt(DIM);
        key("llama.attention.head_count", U32).pairs.putInt(2);
        key("llama.attention.layer_norm_rms_epsilon", F32).pairs.putFloat(1e-5f);
        key("tokenizer.ggml.bos_token_id", U32).pairs.putInt(TOKENS - 1);
        matrix("token_embd", TOKENS);
        for (String name : List.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")) {
            matrix("blk.0." + name, DIM);
        }
        for (String name : List.of("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm")) {
            tensor(name, 0, DIM * Float.BYTES, DIM);
        }
    }

    /** With a SentencePiece tokenizer, as Llama 2 has it. */
    static Path writeSentencePiece(Path file) throws IOException {
        BlankModel model = new BlankModel();
        model.key("tokenizer.ggml.model", STRING).string("llama");
        model.tokens(b -> String.format("<0x%02X>", b), 6);
        model.array("tokenizer.ggml.scores", F32, TOKENS);
        IntStream.range(0, TOKENS).forEach(id -> model.pairs.putFloat(0));
        return model.write(file);
    }

    /** With a byte-level tokenizer, as Llama 3 has it. */
    static Path writeByteLevel(Path file) throws IOException {
        BlankModel model = new BlankModel();
        model.key("tokenizer.ggml.model", STRING).string("gpt2");
        model.key("tokenizer.ggml.pre", STRING).string("llama-bpe");
        model.tokens(b -> ByteAlphabet.spell(new byte[] {(byte) b}), 1);
        model.array("tokenizer.ggml.merges", STRING, 0);
        return model.write(file);
    }

    private void tokens(IntFunction<String> spelling, int type) {
        array("tokenizer.ggml.tokens", STRING, TOKENS);
        IntStream.range(0, TOKENS - 1).mapToObj(spelling).forEach(this::string);
        string("<s>");
        array("tokenizer.ggml.token_type", I32, TOKENS);
        IntStream.range(0, TOKENS - 1).forEach(id -> pairs.putInt(type));
        pairs.putInt(3);
    }

    private void array(String key, int type, int length) {
        key(key, ARRAY).pairs.putInt(type).putLong(length);
    }

    private BlankModel key(String key, int type) {
        string(key);
        pairs.putInt(type);
        pairCount++;
        return this;
    }

    private void string(String text) {
        put(pairs, text);
    }

    private static void put(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putLong(bytes.length).put(bytes);
    }

    private void matrix(String name, int rows) {
        tensor(name, 8, rows * 34, DIM, rows);
    }

    private void tensor(String name, int type, int bytes, int... shape) {
        put(tensors, name + ".weight");
        tensors.putInt(shape.length);
        for (int size : shape) {
            tensors.putLong(size);
        }
        tensors.putInt(type).putLong(dataBytes);
        dataBytes += padded(bytes);
        tensorCount++;
    }

    private static int padded(int bytes) {
        return Math.ceilDiv(bytes, 32) * 32;
    }

    private Path write(Path file) throws IOException {
        int header = 24 + pairs.flip().limit() + tensors.flip().limit();
        ByteBuffer out = ByteBuffer.allocate(padded(header) + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        out.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(3);
        out.putLong(tensorCount).putLong(pairCount).put(pairs).put(tensors);
        return Files.write(file, out.array());
    }
}
