// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a fine-tuning has come to.
 *
 * @param last its last step, or null where it was done before and its log is lost
 * @param examples that are learnt, repeated ones as often as they are
 * @param leftOut examples that were too long, or without anything to avoid in a file of those
 * @param model the model or the adapter, as a GGUF file
 */
public record TuningReport(@Nullable TrainingStep last, int examples, int leftOut, Path model) {}
