// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.lang.foreign.MemorySegment;

/**
 * A named tensor of a checkpoint.
 *
 * @param name canonical name, that of GGUF: {@code blk.0.attn_q.weight}
 * @param type how the elements are stored
 * @param shape rows and columns; three-dimensional expert tensors have their experts stacked in the rows
 * @param data exactly the stored bytes, mapped read-only from the file and valid until the checkpoint is closed
 */
public record CheckpointTensor(String name, DType type, Shape shape, MemorySegment data) {}
