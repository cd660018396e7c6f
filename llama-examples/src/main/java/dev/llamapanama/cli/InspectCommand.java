// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.Checkpoints;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        description =
                "Shows what a model file holds, and what it takes of this machine: configuration, memory, tokenizer, tensors.")
final class InspectCommand extends ModelCommand {
    private static final int SUGGESTIONS = 3;

    @Option(
            names = "--tensor",
            paramLabel = "NAME",
            description = "Print a digest of the decoded values of this tensor as JSON.")
    private @Nullable String tensor;

    InspectCommand(Console console) {
        super(console);
    }

    @Override
    public void run() {
        try (Checkpoint checkpoint = Checkpoints.open(model.model())) {
            if (tensor != null) {
                Json.print(out, TensorDigest.of(find(checkpoint, tensor)));
            } else if (json) {
                Json.print(out, report(checkpoint));
            } else {
                new ModelTable(out).print(report(checkpoint));
            }
        }
    }

    private ModelReport report(Checkpoint checkpoint) {
        return ModelReport.of(checkpoint, model);
    }

    private static CheckpointTensor find(Checkpoint checkpoint, String name) {
        Map<String, CheckpointTensor> tensors = ModelReport.tensors(checkpoint);
        CheckpointTensor found = tensors.get(name);
        if (found == null) {
            throw new IllegalArgumentException(checkpoint.path() + ": found no tensor " + name + "; close to it: "
                    + String.join(", ", CloseNames.to(name, tensors.keySet(), SUGGESTIONS)));
        }
        return found;
    }
}
