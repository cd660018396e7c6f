// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.meta.MetaNames.Weight;
import dev.llamapanama.checkpoint.meta.ShardJoiner.Rows;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.MoeConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Joins the shards of every weight under its canonical name. */
final class MetaWeights {
    private final MetaShards shards;
    private final LlamaConfig config;
    private final ShardJoiner joiner;
    private final SequencedMap<String, CheckpointTensor> tensors = new LinkedHashMap<>();

    MetaWeights(MetaShards shards, LlamaConfig config, ShardJoiner joiner) {
        this.shards = shards;
        this.config = config;
        this.joiner = joiner;
    }

    /** @throws CheckpointException if one is unknown, stands there twice, or isn't as its name says */
    SequencedMap<String, CheckpointTensor> join() {
        for (String key : shards.keys()) {
            Weight weight = MetaNames.of(key);
            if (weight == null) {
                throw shards.of(key).getFirst().refuse("a tensor with this name", "only weights of a Llama");
            }
            join(weight, shards.of(key));
        }
        return tensors;
    }

    private void join(Weight weight, List<TorchTensor> parts) {
        String name = weight.name();
        TorchTensor first = parts.getFirst();
        switch (weight.join()) {
            case COPIES -> put(first, joiner.rows(name, List.of(Rows.all(first))));
            case ROWS -> put(first, rows(name, parts));
            case KV_ROWS -> put(first, joiner.rows(name, kvRows(parts, 0, first.rows())));
            case COLUMNS -> put(first, joiner.columns(name, parts));
            case EMBEDDING ->
                put(first, first.cols() == config.dim() ? rows(name, parts) : joiner.columns(name, parts));
            case QKV -> splitQkv(name, parts);
            case GATE_UP -> splitGateUp(name, parts);
            case ROUTER -> put(first, joiner.transposed(name, first));
            case EXPERTS_IN -> put(first, joiner.expertsByOutputs(name, parts, experts(first)));
            case EXPERTS_OUT -> put(first, joiner.expertsByInputs(name, parts, experts(first)));
        }
    }

    private CheckpointTensor rows(String name, List<TorchTensor> parts) {
        return joiner.rows(name, parts.stream().map(Rows::all).toList());
    }

    /**
     * The rows of key or value heads in each shard, without the second copy of a head.
     *
     * @param rows how many of each shard they are
     */
    private List<Rows> kvRows(List<TorchTensor> parts, long first, long rows) {
        long stored = Math.multiplyExact(rows, (long) parts.size());
        long copies = stored % config.kvDim() == 0 ? stored / config.kvDim() : 1;
        if (copies > 1 && rows != config.headDim()) {
            throw parts.getFirst().refuse(stored + " rows in all shards", "n_kv_heads · head width " + config.kvDim());
        }
        List<Rows> kept = new ArrayList<>();
        for (int i = 0; i < parts.size(); i += (int) copies) {
            kept.add(new Rows(parts.get(i), first, rows));
        }
        return kept;
    }

    private void splitQkv(String name, List<TorchTensor> parts) {
        TorchTensor start = parts.getFirst();
        long queries = config.queryDim() / parts.size();
        long keys = (start.rows() - queries) / 2;
        if (keys < 1 || queries + 2 * keys != start.rows()) {
            throw start.refuse(start.rows() + " rows", queries + " of queries, and those of keys and values");
        }
        List<Rows> queryRows =
                parts.stream().map(part -> new Rows(part, 0, queries)).toList();
        put(start, joiner.rows(name, queryRows));
        put(start, joiner.rows(name.replace("attn_q", "attn_k"), kvRows(parts, queries, keys)));
        put(start, joiner.rows(name.replace("attn_q", "attn_v"), kvRows(parts, queries + keys, keys)));
    }

    private void splitGateUp(String name, List<TorchTensor> parts) {
        TorchTensor start = parts.getFirst();
        long half = start.rows() / 2;
        if (2 * half != start.rows()) {
            throw start.refuse(start.rows() + " rows", "an even number: gate and up");
        }
        put(
                start,
                joiner.rows(
                        name,
                        parts.stream().map(part -> new Rows(part, 0, half)).toList()));
        List<Rows> up = parts.stream().map(part -> new Rows(part, half, half)).toList();
        put(start, joiner.rows(name.replace("ffn_gate", "ffn_up"), up));
    }

    private int experts(TorchTensor tensor) {
        MoeConfig moe = config.moe();
        if (moe == null || tensor.rows() % moe.experts() != 0) {
            throw tensor.refuse(tensor.rows() + " rows", "a multiple of moe_args.num_experts");
        }
        return moe.experts();
    }

    private void put(TorchTensor first, CheckpointTensor tensor) {
        if (tensors.put(tensor.name(), tensor) != null) {
            throw first.refuse("two weights that are " + tensor.name(), "one");
        }
    }
}
