// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.json.JsonObject;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.MoeConfig;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The fields that only a Llama 4 has; defaults are those of {@code Llama4TextConfig} of transformers. */
final class Llama4Fields {
    private static final String NO_ROPE = "no_rope_layers";
    private static final String CHUNK = "attention_chunk_size";
    private static final String TEMPERATURE = "attn_temperature_tuning";
    private static final String MOE_LAYERS = "moe_layers";
    private static final String STEP = "interleave_moe_layer_step";
    private static final String CHUNKED = "chunked_attention";
    private static final String FULL = "full_attention";

    private final JsonObject text;
    private final int layers;

    Llama4Fields(JsonObject text, int layers) {
        this.text = text;
        this.layers = layers;
    }

    AttentionPattern attention() {
        int interval = nopeInterval();
        boolean tuned = temperatureTuned();
        return new AttentionPattern(
                interval,
                chunkSize(interval),
                text.flag("use_qk_norm", true),
                tuned ? temperatureFloor() : 0,
                tuned ? text.number("attn_scale", 0.1) : 0);
    }

    /**
     * @param expertFfnDim width of every expert
     * @return null for a dense model
     */
    @Nullable
    MoeConfig moe(int expertFfnDim) {
        List<Long> mixtures = text.wholes(MOE_LAYERS);
        if (text.has(MOE_LAYERS) && mixtures.isEmpty()) {
            return null;
        }
        int step = text.integer(STEP, 1);
        if (step < 1 || step > layers) {
            throw text.refuse(STEP, "1 to " + layers + ", the number of layers");
        }
        MoeConfig moe = new MoeConfig(
                text.integer("num_local_experts", 16), text.integer("num_experts_per_tok", 1), step, expertFfnDim);
        if (text.has(MOE_LAYERS) && !mixtures.equals(mixtures(moe))) {
            throw text.refuse(MOE_LAYERS, "every layer l with (l + 1) % " + step + " = 0, or none");
        }
        return moe;
    }

    private List<Long> mixtures(MoeConfig moe) {
        return LongStream.range(0, layers)
                .filter(layer -> moe.inLayer((int) layer))
                .boxed()
                .toList();
    }

    /** In the list, 1 is a layer with RoPE and 0 one without; an empty one is the pattern of every fourth. */
    private int nopeInterval() {
        List<Long> rope = text.wholes(NO_ROPE);
        if (rope.isEmpty()) {
            int interval = text.integer("no_rope_layer_interval", 4);
            if (interval < 1) {
                throw text.refuse("no_rope_layer_interval", "1 or more");
            }
            return interval;
        }
        int interval = rope.indexOf(0L) + 1;
        IntPredicate asExpected = layer -> rope.get(layer) == (interval > 0 && (layer + 1) % interval == 0 ? 0 : 1);
        if (rope.size() != layers || !IntStream.range(0, layers).allMatch(asExpected)) {
            throw text.refuse(NO_ROPE, "1 for each of " + layers + " layers, or 0 for every n-th");
        }
        return interval;
    }

    /** Chunks are for layers with RoPE. */
    private int chunkSize(int interval) {
        List<String> types = text.texts("layer_types");
        int chunk = text.has(CHUNK) || !text.names().contains(CHUNK) ? text.integer(CHUNK, 8192) : 0;
        if (chunk < 0) {
            throw text.refuse(CHUNK, "0 or more, or null");
        }
        if (types.isEmpty() || chunk == 0) {
            return chunk;
        }
        if (types.size() == layers && types.stream().allMatch(FULL::equals)) {
            return 0;
        }
        IntPredicate asExpected =
                layer -> types.get(layer).equals(interval == 0 || (layer + 1) % interval != 0 ? CHUNKED : FULL);
        if (types.size() != layers || !IntStream.range(0, layers).allMatch(asExpected)) {
            throw text.refuse(
                    "layer_types", CHUNKED + " for layers with RoPE, " + FULL + " for the others, or for all");
        }
        return chunk;
    }

    /** Early files write 4 for true. */
    private boolean temperatureTuned() {
        Object value = text.plain().get(TEMPERATURE);
        return value instanceof Number number ? number.doubleValue() != 0 : text.flag(TEMPERATURE, true);
    }

    private int temperatureFloor() {
        double floor = text.number("floor_scale", 8192);
        if (!(floor >= 1) || floor > 1 << 30 || floor != Math.rint(floor)) {
            throw text.refuse("floor_scale", "a whole number of positions");
        }
        return (int) floor;
    }
}
