// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.decoder.AdapterNumbers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Tells models apart whose keys and values differ: a digest of the configuration, of names, types and shapes of all weights, and of the
 * first bytes of each, since reading all of them would take as long as the model is large.
 */
final class ModelIdentity {
    private static final long SAMPLE = 4096;

    private ModelIdentity() {}

    /** 32 bytes. */
    static byte[] of(Checkpoint checkpoint) {
        MessageDigest digest = sha256();
        add(digest, checkpoint.config().toString());
        for (CheckpointTensor tensor : checkpoint.tensors().values()) {
            add(digest, tensor.name() + " " + tensor.type() + " " + tensor.shape());
            long bytes = Math.min(SAMPLE, tensor.source().byteSize());
            tensor.source().read(0, bytes, sample -> digest.update(sample.asByteBuffer()));
        }
        return digest.digest();
    }

    /** 32 bytes for a model with an adapter. */
    static byte[] of(byte[] model, AdapterNumbers adapter) {
        MessageDigest digest = sha256();
        digest.update(model);
        adapter.addTo(digest);
        return digest.digest();
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
