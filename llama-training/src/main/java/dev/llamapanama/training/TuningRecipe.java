// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.tokenizers.chat.ChatFormats;
import dev.llamapanama.training.data.TrainingFileException;
import dev.llamapanama.training.optimise.AdamWSettings;
import dev.llamapanama.training.tuning.DpoSettings;
import dev.llamapanama.training.tuning.LoraSettings;
import dev.llamapanama.training.tuning.PpoSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that decides about a fine-tuning. Immutable. The presets are what the papers state, without data, model and output; a JSON file names one
 * of them and says what is different.
 *
 * @param base the model that is tuned: a file or folder of any format
 * @param lora the adapter that is tuned in place of all weights, or null
 * @param optimiser constants of AdamW
 * @param clipping the bound of the gradients' norm
 * @param schedule learning rates, and with them the number of steps
 * @param epochs how often each example is seen, which makes the schedule's wave longer or shorter; or null for its own steps
 * @param warmUpShare share of all steps that warm up, where that are more than the schedule's {@code warmUpSteps}; or null for these alone
 * @param examples of a step: answers, pairs of them, or prompts to be answered
 * @param longest tokens of an example (of one answer of a pair, with its prompt) at most; longer ones are left out
 * @param microBatchTokens how many tokens go through the network at once, which memory has to be for: {@code longest} at least, twice that for
 *     pairs
 * @param recomputing whether activations are computed twice, for less memory
 * @param seed of adapters, heads, the order of examples, those held out, and answers
 * @param heldOut fraction of the examples that is measured and not learnt
 * @param evaluationSteps between measurements of held-out examples
 * @param checkpointSteps between checkpoints
 * @param chatFormat by which conversations become prompts, as {@link dev.llamapanama.tokenizers.chat.ChatFormats#named} takes it, or null for the
 *     model's own
 * @param dpo constants of {@link TuningKind#DPO}, or null for the others
 * @param ppo constants of {@link TuningKind#PPO}, or null for the others
 * @param answerTokens tokens of an answer that PPO samples, at most; or null for the others
 * @param reward the output folder of a {@link TuningKind#REWARD} that PPO asks, or null for the others
 * @param files of examples
 * @param output the folder for checkpoints, logs and the model
 */
public record TuningRecipe(
        String base,
        @Nullable LoraSettings lora,
        AdamWSettings optimiser,
        double clipping,
        RateSchedule schedule,
        @Nullable Double epochs,
        @Nullable Double warmUpShare,
        int examples,
        int longest,
        int microBatchTokens,
        boolean recomputing,
        long seed,
        double heldOut,
        long evaluationSteps,
        long checkpointSteps,
        @Nullable String chatFormat,
        @Nullable DpoSettings dpo,
        @Nullable PpoSettings ppo,
        @Nullable Integer answerTokens,
        @Nullable String reward,
        List<ExampleFile> files,
        String output) {
    private static final Set<String> OPTIONAL =
            Set.of("lora", "epochs", "warmUpShare", "chatFormat", "dpo", "ppo", "answerTokens", "reward");

    /** Supervised fine-tuning of Llama 2 (arXiv 2307.09288, 3.1). */
    public static final TuningRecipe LLAMA_2_SFT = TuningPresets.LLAMA_2_SFT;

    /** The reward models of Llama 2 (arXiv 2307.09288, 3.2.2). */
    public static final TuningRecipe LLAMA_2_REWARD = TuningPresets.LLAMA_2_REWARD;

    /** Proximal policy optimisation of Llama 2 (arXiv 2307.09288, 3.2.3). */
    public static final TuningRecipe LLAMA_2_PPO = TuningPresets.LLAMA_2_PPO;

    /** Direct preference optimisation of Llama 3 (arXiv 2407.21783, 4.1.4). */
    public static final TuningRecipe LLAMA_3_DPO = TuningPresets.LLAMA_3_DPO;

    /** Checks values, and copies the list. */
    public TuningRecipe {
        FieldException.require(clipping > 0, "clipping", clipping, "above 0");
        boolean ends = epochs == null || (epochs > 0 && epochs < Double.POSITIVE_INFINITY);
        FieldException.require(ends, "epochs", epochs, "above 0");
        boolean share = warmUpShare == null || (warmUpShare >= 0 && warmUpShare < 1);
        FieldException.require(share, "warmUpShare", warmUpShare, "0 to below 1");
        FieldException.require(examples > 0, "examples", examples, "1 or more");
        FieldException.require(longest > 1, "longest", longest, "2 or more");
        FieldException.require(
                microBatchTokens >= longest, "microBatchTokens", microBatchTokens, "longest (" + longest + ") or more");
        FieldException.require(heldOut >= 0 && heldOut < 1, "heldOut", heldOut, "0 to below 1");
        FieldException.require(evaluationSteps > 0, "evaluationSteps", evaluationSteps, "1 or more");
        FieldException.require(checkpointSteps > 0, "checkpointSteps", checkpointSteps, "1 or more");
        FieldException.require(
                chatFormat == null || ChatFormats.names().contains(chatFormat),
                "chatFormat",
                chatFormat,
                "one of " + ChatFormats.names());
        files = List.copyOf(files);
    }

    /**
     * What a JSON file says: the fields of this record, nested ones as objects and lists. Those that a {@code "preset"} (llama-2-sft, llama-2-reward,
     * llama-2-ppo or llama-3-dpo) has may be left out, as may single ones of its objects. Paths are relative to the file.
     *
     * @throws TrainingFileException where it can't be read, is not as it should be, or is not for this kind
     */
    public static TuningRecipe read(Path file, TuningKind kind) {
        TuningRecipe recipe =
                new RecipeFile<>(file, TuningRecipe.class, TuningPresets.BY_NAME, OPTIONAL).read(TuningRecipe::beside);
        try {
            recipe.requireFor(kind);
        } catch (FieldException e) {
            throw new TrainingFileException(file, e.field(), e.found(), e.expected());
        }
        return recipe;
    }

    /** This recipe as JSON. */
    public String toJson() {
        return RecipeFile.write(this);
    }

    private TuningRecipe beside(RecipeFile<TuningRecipe> file) {
        return new TuningRecipe(
                file.resolve("base", base),
                lora,
                optimiser,
                clipping,
                schedule,
                epochs,
                warmUpShare,
                examples,
                longest,
                microBatchTokens,
                recomputing,
                seed,
                heldOut,
                evaluationSteps,
                checkpointSteps,
                chatFormat,
                dpo,
                ppo,
                answerTokens,
                reward == null ? null : file.resolve("reward", reward),
                file.requireAny("files", files).stream()
                        .map(each -> each.at(file.resolve("files", each.path())))
                        .toList(),
                file.resolve("output", output));
    }

    /**
     * Refuses what a kind of tuning doesn't know, and asks for what it needs.
     *
     * @throws IllegalArgumentException if something is missing or too much
     */
    void requireFor(TuningKind kind) {
        requireOnly(kind == TuningKind.DPO, "dpo", dpo, kind);
        requireOnly(kind == TuningKind.PPO, "ppo", ppo, kind);
        requireOnly(kind == TuningKind.PPO, "answerTokens", answerTokens, kind);
        requireOnly(kind == TuningKind.PPO, "reward", reward, kind);
        boolean pairs = kind == TuningKind.DPO || kind == TuningKind.REWARD;
        FieldException.require(
                !pairs || microBatchTokens / 2 >= longest,
                "microBatchTokens",
                microBatchTokens,
                "twice longest (" + longest + ") or more, for pairs");
        FieldException.require(
                kind != TuningKind.PPO || microBatchTokens / (ppo == null ? 1 : ppo.miniBatch()) >= longest,
                "microBatchTokens",
                microBatchTokens,
                "ppo.miniBatch times longest (" + longest + ") or more");
        FieldException.require(
                answerTokens == null || (answerTokens > 0 && answerTokens < longest),
                "answerTokens",
                answerTokens,
                "1 to below longest (" + longest + ")");
        FieldException.require(
                kind != TuningKind.PPO || heldOut == 0, "heldOut", heldOut, "0: PPO measures what it samples");
        requireLikely(kind);
        FieldException.require(
                kind != TuningKind.REWARD || lora == null, "lora", lora, "none: a reward model is stored whole");
    }

    /** Texts to be avoided alone would leave the model to say anything else. */
    private void requireLikely(TuningKind kind) {
        long unlikely = files.stream().filter(file -> file.unlikely() != null).count();
        FieldException.require(
                unlikely == 0 || kind == TuningKind.SFT, "files", "unlikely ones", "none of these for " + kind);
        FieldException.require(
                unlikely == 0 || unlikely < files.size(),
                "files",
                "unlikely ones alone",
                "one that says what is likely");
    }

    private static void requireOnly(boolean wanted, String field, @Nullable Object value, TuningKind kind) {
        FieldException.require(
                wanted == (value != null),
                field,
                value == null ? "nothing" : value,
                (wanted ? "it for " : "nothing for ") + kind);
    }
}
