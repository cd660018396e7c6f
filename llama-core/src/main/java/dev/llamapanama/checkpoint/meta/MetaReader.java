// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointReader;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.WeightLayout;
import dev.llamapanama.checkpoint.mapped.MappedCheckpoint;
import dev.llamapanama.checkpoint.mapped.MappedFiles;
import dev.llamapanama.checkpoint.meta.ShardJoiner.Rows;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads folders as Meta distributes models: {@code params.json} and {@code consolidated.NN.pth}, which torch.save has
 * written. Queries and keys have the interleaved layout of RoPE, as ours have. The tokenizer stands in a file of its
 * own.
 */
public final class MetaReader implements CheckpointReader {
    private static final String EMBEDDING = "tok_embeddings.weight";
    private static final String HEAD = "output.weight";
    private static final String ATTENTION_OUTPUT = "layers.0.attention.wo.weight";

    @Override
    public String format() {
        return "a folder of Meta with params.json and consolidated.NN.pth";
    }

    @Override
    public boolean recognises(Path path, byte[] start) {
        return MetaFolder.isMetaPath(path);
    }

    @Override
    public Checkpoint read(Path path) {
        MetaFolder folder = MetaFolder.of(path);
        MetaParams params = MetaParams.read(folder.params());
        return MappedFiles.open(files -> describe(path, params, files, MetaShards.map(files, folder.shards())));
    }

    @Override
    public @Nullable TokenizerDefinition readTokenizer(Path path) {
        return null;
    }

    private static Checkpoint describe(Path path, MetaParams params, MappedFiles files, MetaShards shards) {
        checkCount(path, params, shards);
        boolean tied = shards.ending(HEAD).isEmpty();
        LlamaConfig config = params.config(KvCopies.heads(params, shards), embedded(path, params, shards), tied);
        ShardJoiner joiner = new ShardJoiner(files);
        SequencedMap<String, CheckpointTensor> tensors = new MetaWeights(shards, config, joiner).join();
        WeightLayout.check(path, config, tensors);
        String format = shards.count() == 1 ? "Meta, 1 shard" : "Meta, " + shards.count() + " shards";
        return new MappedCheckpoint(path, files::close, format, config, params.metadata(), tensors, null)
                .withOtherTensors(forImages(shards, joiner));
    }

    /** Every shard has as many columns of the attention's output as its heads are wide. */
    private static void checkCount(Path path, MetaParams params, MetaShards shards) {
        List<TorchTensor> output = shards.ending(ATTENTION_OUTPUT);
        if (output.isEmpty()) {
            throw new CheckpointException(path, ATTENTION_OUTPUT, "no such tensor", "one");
        }
        long columns = output.getFirst().cols();
        if (columns * shards.count() != params.queryDim()) {
            throw new CheckpointException(
                    path,
                    "shards",
                    shards.count() + " with " + columns + " columns of wo",
                    "as many as make " + params.queryDim() + " together");
        }
    }

    /** Where there are several shards, a name begins with that of the file, since how the parts belong together isn't known. */
    private static SequencedMap<String, CheckpointTensor> forImages(MetaShards shards, ShardJoiner joiner) {
        SequencedMap<String, CheckpointTensor> tensors = new LinkedHashMap<>();
        for (TorchTensor part : shards.forImages()) {
            String file = shards.count() == 1 ? "" : part.file().path().getFileName() + ":";
            String name = file + part.name();
            tensors.put(name, joiner.rows(name, List.of(Rows.all(part))));
        }
        return tensors;
    }

    private static long embedded(Path path, MetaParams params, MetaShards shards) {
        List<TorchTensor> embedding = shards.ending(EMBEDDING);
        if (embedding.isEmpty()) {
            throw new CheckpointException(path, EMBEDDING, "no such tensor", "one");
        }
        TorchTensor first = embedding.getFirst();
        return first.cols() == params.dim() ? Math.multiplyExact(first.rows(), (long) shards.count()) : first.rows();
    }
}
