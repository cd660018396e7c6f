// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import java.nio.file.Path;

/**
 * A LoRA adapter, and how much of it is wanted.
 *
 * @param path a GGUF file with {@code general.type = adapter}, or a PEFT folder with {@code adapter_config.json} and
 *     {@code adapter_model.safetensors}, or the latter file
 * @param scale 1 for the effect it was trained for, 0 for none; finite
 */
public record AdapterFile(Path path, double scale) {
    public AdapterFile {
        if (!Double.isFinite(scale)) {
            throw new IllegalArgumentException("scale of an adapter: found " + scale + ", expected a finite number");
        }
    }
}
