// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** What Hugging Face calls the weights of a decoder, and which of its tensors a decoder of text doesn't need. */
final class TensorNames {
    private static final Map<String, String> IN_LAYER = Map.ofEntries(
            Map.entry("attn_norm.weight", "input_layernorm.weight"),
            Map.entry("attn_q.weight", "self_attn.q_proj.weight"),
            Map.entry("attn_k.weight", "self_attn.k_proj.weight"),
            Map.entry("attn_v.weight", "self_attn.v_proj.weight"),
            Map.entry("attn_output.weight", "self_attn.o_proj.weight"),
            Map.entry("ffn_norm.weight", "post_attention_layernorm.weight"));
    private static final Map<String, String> IN_FEED_FORWARD = Map.of(
            "ffn_gate.weight", "gate_proj.weight",
            "ffn_up.weight", "up_proj.weight",
            "ffn_down.weight", "down_proj.weight",
            "ffn_gate_inp.weight", "router.weight",
            "ffn_gate_exps.weight", "experts.gate_up_proj",
            "ffn_up_exps.weight", "experts.gate_up_proj",
            "ffn_down_exps.weight", "experts.down_proj",
            "ffn_gate_shexp.weight", "shared_expert.gate_proj.weight",
            "ffn_up_shexp.weight", "shared_expert.up_proj.weight",
            "ffn_down_shexp.weight", "shared_expert.down_proj.weight");

    private static final List<String> VISION =
            List.of("vision_model.", "multi_modal_projector.", "model.vision_model.", "model.multi_modal_projector.");

    private final ModelType type;
    private final String prefix;
    private final String head;
    private final List<Integer> layers;
    private final Set<Integer> crossLayers;

    /**
     * @param prefix what names of the decoder begin with
     * @param head name of the head
     * @param count decoder blocks without those of cross-attention
     * @param crossLayers the latter, as the files count both together
     */
    TensorNames(ModelType type, String prefix, String head, int count, Set<Integer> crossLayers) {
        this.type = type;
        this.prefix = prefix;
        this.head = head;
        this.crossLayers = crossLayers;
        this.layers = IntStream.range(0, count + crossLayers.size())
                .boxed()
                .filter(layer -> !crossLayers.contains(layer))
                .toList();
    }

    /**
     * @param canonical name of a weight of {@link dev.llamapanama.checkpoint.WeightLayout}
     */
    String of(String canonical) {
        return switch (canonical) {
            case "token_embd.weight" -> prefix + "embed_tokens.weight";
            case "output_norm.weight" -> prefix + "norm.weight";
            case "output.weight" -> head;
            default -> inLayer(canonical);
        };
    }

    private String inLayer(String canonical) {
        int begin = "blk.".length();
        int end = canonical.indexOf('.', begin);
        int layer = layers.get(Integer.parseInt(canonical, begin, end, 10));
        String block = prefix + "layers." + layer + ".";
        String weight = canonical.substring(end + 1);
        String name = IN_LAYER.get(weight);
        return name != null ? block + name : block + type.feedForward() + "." + IN_FEED_FORWARD.get(weight);
    }

    /**
     * The tensors of the vision encoder, its projector and of cross-attention. Others that would be left out without a reason make it
     * another model.
     */
    List<SafetensorsTensor> forImages(StoredTensors stored, boolean tied) {
        List<String> cross = crossLayers.stream()
                .map(layer -> prefix + "layers." + layer + ".")
                .toList();
        List<SafetensorsTensor> forImages = new ArrayList<>();
        for (SafetensorsTensor tensor : stored.unused()) {
            String name = tensor.name();
            if (type.mayHaveVision() && (isForImages(name) || startsWithAny(name, cross))) {
                forImages.add(tensor);
            } else if (!isDerived(name, stored.float8()) && !(tied && name.equals(head))) {
                throw tensor.refuse("only weights of a Llama that config.json speaks of");
            }
        }
        return forImages;
    }

    /** Whether it is of the vision encoder or its projector. */
    static boolean isForImages(String name) {
        return startsWithAny(name, VISION);
    }

    /** What is computed from the configuration, and scales of activations, which aren't rounded to eight bits here. */
    private static boolean isDerived(String name, boolean float8) {
        return name.endsWith(".rotary_emb.inv_freq")
                || (float8 && (name.endsWith(".input_scale") || name.endsWith(".input_scale_ub")));
    }

    private static boolean startsWithAny(String name, List<String> starts) {
        return starts.stream().anyMatch(name::startsWith);
    }
}
