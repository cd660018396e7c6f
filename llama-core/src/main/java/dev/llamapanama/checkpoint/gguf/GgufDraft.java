// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A GGUF v3 file that is to be written: its metadata, and where each tensor will lie. Whoever writes it puts {@link #header} at its
 * start and the stored bytes of each tensor where {@link #add} said.
 */
public final class GgufDraft {
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;
    private static final int QUANTIZATION_VERSION = 2;
    /** What another arrangement of the same model no longer says. */
    private static final Set<String> OF_THE_FILE =
            Set.of("general.alignment", "split.no", "split.count", "split.tensors.count");

    /** What the specification has as text about a model as a whole. */
    private static final Pattern DESCRIPTIONS = Pattern.compile(
            "general\\.(name|author|version|organization|basename|finetune|description|quantized_by|size_label|url|doi|uuid|repo_url"
                    + "|license(\\.name|\\.link)?|source\\.(url|doi|uuid|repo_url))|tokenizer\\.chat_template(\\..+)?");

    private final SequencedMap<String, GgufValue> pairs = new LinkedHashMap<>();
    private final ByteArrayOutputStream infos = new ByteArrayOutputStream();
    private final float[] ropeDivisors;
    /** Whose rows are stacked. */
    private final int experts;

    private int tensors;
    private long dataBytes;

    private GgufDraft(float[] ropeDivisors, @Nullable MoeConfig moe) {
        this.ropeDivisors = ropeDivisors;
        this.experts = moe == null ? 1 : moe.experts();
        if (ropeDivisors.length > 0) {
            add(GgufRope.DIVISORS, DType.F32, Shape.vector(ropeDivisors.length));
        }
    }

    /**
     * Metadata of a model without its weights. That of a GGUF file is taken over as it stands there, but for what the weights are
     * stored as; the tokenizer, too, unless one is given.
     *
     * @param tokenizer what to write in place of the file's own; needed where the model isn't a GGUF file
     * @param fileType {@code general.file_type}
     * @throws CheckpointException if GGUF can't express the model, or the tokenizer isn't that of the model
     */
    public static GgufDraft of(Checkpoint checkpoint, @Nullable TokenizerDefinition tokenizer, int fileType) {
        GgufOriginal original = GgufOriginal.of(checkpoint);
        LlamaConfig config = checkpoint.config();
        GgufDraft draft = new GgufDraft(
                original == null ? GgufParameters.divisors(config) : original.ropeDivisors(), config.moe());
        if (original == null) {
            draft.pairs.putAll(GgufParameters.of(checkpoint));
        } else {
            draft.pairs.putAll(original.metadata());
            draft.pairs.keySet().removeAll(OF_THE_FILE);
        }
        draft.pairs.put("general.file_type", GgufValue.u32(fileType));
        draft.pairs.put("general.quantization_version", GgufValue.u32(QUANTIZATION_VERSION));
        if (tokenizer != null) {
            draft.pairs.keySet().removeIf(key -> key.startsWith("tokenizer."));
            draft.pairs.putAll(GgufVocabulary.of(tokenizer, checkpoint.path(), config.vocabSize()));
        }
        return draft;
    }

    /** Whether a model is a GGUF file, whose tokenizer keys can be taken over. */
    public static boolean isGguf(Checkpoint checkpoint) {
        return GgufOriginal.of(checkpoint) != null;
    }

    /** Whether a key is a text of {@code general}, or {@code tokenizer.chat_template}: what doesn't decide how the file is read. */
    public static boolean isDescription(String key) {
        return DESCRIPTIONS.matcher(key).matches();
    }

    /** Says something about the model, in place of what was said; the key {@linkplain #isDescription is a description}. */
    public void describe(String key, String text) {
        pairs.put(key, GgufValue.string(text));
    }

    /**
     * Adds a tensor behind those before it.
     *
     * @param name canonical name; the rows of experts, which are stacked, become a dimension
     * @return where its stored bytes begin, counted from the end of the {@link #header}
     */
    public long add(String name, DType type, Shape shape) {
        long offset = dataBytes;
        long[] sizes = sizes(name, shape);
        infos.writeBytes(GgufValue.text(name));
        infos.writeBytes(buffer(Integer.BYTES).putInt(sizes.length).array());
        for (long size : sizes) {
            infos.writeBytes(buffer(Long.BYTES).putLong(size).array());
        }
        infos.writeBytes(buffer(Integer.BYTES + Long.BYTES)
                .putInt(GgmlType.valueOf(type.name()).id())
                .putLong(offset)
                .array());
        tensors++;
        dataBytes = padded(Math.addExact(dataBytes, type.bytes(shape.elements())));
        return offset;
    }

    private long[] sizes(String name, Shape shape) {
        if (name.contains("_exps.")) {
            return new long[] {shape.cols(), shape.rows() / experts, experts};
        }
        return shape.rows() == 1 ? new long[] {shape.cols()} : new long[] {shape.cols(), shape.rows()};
    }

    /** Bytes of all tensors, each with its padding. */
    public long dataBytes() {
        return dataBytes;
    }

    /** Everything in front of the tensors, padding included; and, where frequencies are scaled, the tensor that says how, first of all. */
    public byte[] header() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(buffer(24)
                .putInt(GgufHeader.MAGIC)
                .putInt(VERSION)
                .putLong(tensors)
                .putLong(pairs.size())
                .array());
        pairs.forEach((key, value) -> {
            out.writeBytes(GgufValue.text(key));
            value.write(out);
        });
        out.writeBytes(infos.toByteArray());
        out.writeBytes(new byte[(int) (padded(out.size()) - out.size())]);
        return out.toByteArray();
    }

    /** Bytes of the tensor of RoPE divisors, which the draft adds itself and which begins the data; none where there is no such tensor. */
    public byte[] ropeDivisors() {
        ByteBuffer out = ByteBuffer.allocate(ropeDivisors.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float divisor : ropeDivisors) {
            out.putFloat(divisor);
        }
        return out.array();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long padded(long bytes) {
        return Math.addExact(bytes, ALIGNMENT - 1) & -ALIGNMENT;
    }
}
