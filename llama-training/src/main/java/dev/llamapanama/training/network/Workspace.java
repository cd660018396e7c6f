// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import dev.llamapanama.config.LlamaConfig;

/** What a layer needs while it computes; all layers share it. */
record Workspace(Buffer normed, Buffer hidden, Buffer dNormed, Buffer dAttended, Buffer dQkv, Buffer dGateUp) {
    static Workspace of(LlamaConfig config, int tokens) {
        return new Workspace(
                new Buffer(tokens, config.dim()),
                new Buffer(tokens, config.ffnDim()),
                new Buffer(tokens, config.dim()),
                new Buffer(tokens, config.queryDim()),
                new Buffer(tokens, config.queryDim() + 2 * config.kvDim()),
                new Buffer(tokens, 2 * config.ffnDim()));
    }
}
