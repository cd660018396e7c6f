// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import dev.llamapanama.training.kernel.Matrix;
import dev.llamapanama.training.kernel.Products;
import dev.llamapanama.training.kernel.RmsNorm;

/** A decoder block: attention, then SwiGLU, each of the normalised residual stream and added to it; and its gradients. */
final class DecoderLayer {
    private final Weights weights;
    private final Weights gradients;
    private final Operations ops;
    private final Workspace space;
    private final int rotated;

    private record Weights(Matrix attentionNorm, Matrix wqkv, Matrix wo, Matrix ffnNorm, Matrix gateUp, Matrix down) {
        static Weights of(Parameters parameters, int layer) {
            String block = "blk." + layer + ".";
            return new Weights(
                    parameters.matrix(block + "attn_norm.weight"),
                    parameters.matrix(block + "attn_q.weight", block + "attn_k.weight", block + "attn_v.weight"),
                    parameters.matrix(block + "attn_output.weight"),
                    parameters.matrix(block + "ffn_norm.weight"),
                    parameters.matrix(block + "ffn_gate.weight", block + "ffn_up.weight"),
                    parameters.matrix(block + "ffn_down.weight"));
        }
    }

    DecoderLayer(Parameters parameters, Parameters gradients, int index, Operations ops, Workspace space) {
        weights = Weights.of(parameters, index);
        this.gradients = Weights.of(gradients, index);
        this.ops = ops;
        this.space = space;
        rotated = parameters.config().queryDim() + parameters.config().kvDim();
    }

    /**
     * @param x input, which stays as it is
     * @param y takes the output
     */
    void forward(Matrix x, LayerActivations kept, Documents documents, Matrix y) {
        activate(x, kept, documents);
        int rows = documents.rows();
        Matrix hidden = space.hidden().rows(rows);
        ops.swiGlu().forward(kept.gateUp().rows(rows), hidden);
        ops.vectors().copy(kept.middle().rows(rows), y);
        ops.products().forward(hidden, weights.down, y, true);
    }

    /** Only so much of the forward pass as the backward pass needs. */
    void activate(Matrix x, LayerActivations kept, Documents documents) {
        int rows = documents.rows();
        Products products = ops.products();
        Matrix normed = space.normed().rows(rows);
        Matrix qkv = kept.qkv().rows(rows);
        Matrix attended = kept.attended().rows(rows);
        ops.norm()
                .forward(
                        x,
                        weights.attentionNorm,
                        normed,
                        kept.attentionFactors().data());
        products.forward(normed, weights.wqkv, qkv, false);
        ops.rope().forward(qkv.cols(0, rotated), documents.positions());
        ops.attention()
                .forward(qkv, documents.starts(), attended, kept.logSums().data());
        Matrix middle = kept.middle().rows(rows);
        ops.vectors().copy(x, middle);
        products.forward(attended, weights.wo, middle, true);
        ops.norm().forward(middle, weights.ffnNorm, normed, kept.ffnFactors().data());
        products.forward(normed, weights.gateUp, kept.gateUp().rows(rows), false);
    }

    /**
     * Adds the gradients of the weights.
     *
     * @param x input of the forward pass
     * @param d the gradient of the output, and then that of the input
     */
    void backward(Matrix x, LayerActivations kept, Documents documents, Matrix d) {
        feedForward(kept, documents.rows(), d);
        attention(x, kept, documents, d);
    }

    private void feedForward(LayerActivations kept, int rows, Matrix d) {
        Products products = ops.products();
        Matrix hidden = space.hidden().rows(rows);
        Matrix dGateUp = space.dGateUp().rows(rows);
        products.inputGradient(d, weights.down, hidden, false);
        ops.swiGlu().backward(kept.gateUp().rows(rows), hidden, dGateUp);
        products.weightGradient(d, hidden, gradients.down);
        throughNorm(
                kept.middle().rows(rows),
                weights.ffnNorm,
                kept.ffnFactors(),
                dGateUp,
                weights.gateUp,
                d,
                gradients.ffnNorm,
                gradients.gateUp);
    }

    private void attention(Matrix x, LayerActivations kept, Documents documents, Matrix d) {
        int rows = documents.rows();
        Products products = ops.products();
        Matrix attended = kept.attended().rows(rows);
        Matrix dAttended = space.dAttended().rows(rows);
        Matrix dQkv = space.dQkv().rows(rows);
        products.inputGradient(d, weights.wo, dAttended, false);
        products.weightGradient(d, attended, gradients.wo);
        ops.attention()
                .backward(
                        kept.qkv().rows(rows),
                        documents.starts(),
                        attended,
                        kept.logSums().data(),
                        dAttended,
                        dQkv);
        ops.rope().backward(dQkv.cols(0, rotated), documents.positions());
        throughNorm(
                x,
                weights.attentionNorm,
                kept.attentionFactors(),
                dQkv,
                weights.wqkv,
                d,
                gradients.attentionNorm,
                gradients.wqkv);
    }

    /** Back through a matrix and the norm before it. */
    private void throughNorm(
            Matrix x, Matrix norm, Buffer factors, Matrix dy, Matrix w, Matrix d, Matrix dNorm, Matrix dw) {
        Matrix normed = space.normed().rows(x.rows());
        Matrix dNormed = space.dNormed().rows(x.rows());
        RmsNorm rms = ops.norm();
        ops.products().inputGradient(dy, w, dNormed, false);
        rms.again(x, norm, normed, factors.data());
        ops.products().weightGradient(dy, normed, dw);
        rms.backward(x, norm, factors.data(), dNormed, d, dNorm);
    }
}
