// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.training.data.DataMixture;
import dev.llamapanama.training.data.DataSource;
import dev.llamapanama.training.data.TokenizedDocuments;
import dev.llamapanama.training.data.TrainingFileException;
import dev.llamapanama.training.network.Batch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a recipe says to learn and to measure.
 *
 * @param mixture is learnt
 * @param heldOut is measured: batches of the longest sequences that are trained
 */
record TrainingData(DataMixture mixture, HeldOut heldOut) {

    static TrainingData of(TrainingRecipe recipe, Tokenizer tokenizer) {
        List<DataSource> sources = new ArrayList<>();
        List<Batch> heldOut = new ArrayList<>();
        BatchStage stage = recipe.stages().getLast();
        for (SourceFile source : recipe.sources()) {
            TokenizedDocuments documents = TokenizedDocuments.of(source.documents(), tokenizer);
            if (recipe.heldOut() > 0 && documents.size() == 1) {
                throw new TrainingFileException(
                        Path.of(source.path()), "documents", 1, "two or more, one to be held out; or heldOut 0");
            }
            TokenizedDocuments.Split split = documents.split(recipe.heldOut(), recipe.seed());
            sources.add(new DataSource(source.name(), split.training(), source.weight()));
            heldOut.addAll(split.heldOut().batches(recipe.microBatchSequences(stage), stage.sequenceLength()));
        }
        return new TrainingData(new DataMixture(sources, recipe.seed()), new HeldOut(heldOut));
    }
}
