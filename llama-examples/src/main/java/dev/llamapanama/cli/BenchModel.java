// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.convert.WeightTypes;
import dev.llamapanama.config.LlamaVariant;
import dev.llamapanama.synthetic.RandomBlocks;
import dev.llamapanama.synthetic.SyntheticCheckpoint;
import dev.llamapanama.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is measured instead of a file: a published shape with random weights. */
final class BenchModel {
    private static final int SUGGESTIONS = 3;
    private static final String USUAL_TYPE = "Q8_0";

    @Option(
            names = "--variant",
            paramLabel = "ID",
            description = "A published model such as llama3.2-1b, with random weights in place of a file.")
    private @Nullable String variant;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description =
                    "What weights of a --variant are stored as: a type for all of them, such as F16 or Q4_0, or a mix of"
                            + " llama.cpp such as Q4_K_M (default: " + USUAL_TYPE + ").")
    private @Nullable String type;

    /**
     * Opens the file, or describes random weights, which are made when the decoder asks for them.
     *
     * @param model names the file
     * @param options decide what memory is needed
     */
    Checkpoint open(ModelOptions model, BenchOptions options) {
        if (variant == null) {
            if (type != null) {
                throw new UsageException("--type: found " + type + " without --variant; a file has types of its own");
            }
            return Checkpoints.open(model.model());
        }
        if (model.named()) {
            throw new UsageException("--model and --variant exclude each other");
        }
        LlamaVariant found = find(variant);
        try {
            WeightTypes types = WeightTypes.named(known(type == null ? USUAL_TYPE : type));
            return new SyntheticCheckpoint(
                    found,
                    types,
                    bytes -> MemoryNeed.of(found.config(), bytes, options.kvBytes(found.config(), model.kvType()))
                            .requireAvailable());
        } catch (IllegalArgumentException e) {
            throw new UsageException(e);
        }
    }

    private static LlamaVariant find(String id) {
        try {
            return LlamaVariant.byId(id);
        } catch (IllegalArgumentException e) {
            throw unknown(LlamaVariant.all().stream().map(LlamaVariant::id).toList(), "--variant", id);
        }
    }

    private static String known(String type) {
        List<String> names = new ArrayList<>(WeightTypes.names());
        Arrays.stream(DType.values())
                .filter(each -> !RandomBlocks.makes(each))
                .map(DType::name)
                .forEach(names::remove);
        if (!names.contains(type)) {
            throw unknown(names, "--type", type);
        }
        return type;
    }

    private static UsageException unknown(Collection<String> names, String option, String name) {
        return new UsageException(option + ": found " + name + ", which is none; close to it: "
                + String.join(", ", CloseNames.to(name, names, SUGGESTIONS)));
    }
}
