// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import dev.llamapanama.checkpoint.LowRank;
import dev.llamapanama.checkpoint.convert.HuggingFaceExport;
import dev.llamapanama.training.kernel.Products;
import dev.llamapanama.training.kernel.Workers;
import dev.llamapanama.training.network.DecoderNetwork;
import dev.llamapanama.training.network.ParameterTensor;
import dev.llamapanama.training.optimise.AdamWSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * LoRA (arXiv 2106.09685): of each adapted matrix W only {@code s B A} is learnt, which begins with 0. The network always has the sum, so that any loss
 * trains adapters; their gradients are {@code dB = s dW Aᵀ} and {@code dA = s Bᵀ dW}. The network's own weights are there again after
 * {@link #unmerge}.
 */
public final class LoraTuning implements Trainable {
    private final DecoderNetwork network;
    private final LoraSettings settings;
    private final List<LoraPair> pairs = new ArrayList<>();
    /** What the adapted matrices were, in the order of pairs. */
    private final List<float[]> base = new ArrayList<>();

    private final float[] factors;
    private final float[] gradients;
    private final float[] scaled;
    private final FlatAdamW adamW;
    private final Workers workers;
    private final Products products;

    /**
     * @param network remains the caller's, whose parameters nobody else may change meanwhile
     * @param seed of the first numbers in A
     * @param threads that compute; results don't depend on it
     */
    public LoraTuning(DecoderNetwork network, LoraSettings settings, AdamWSettings adamW, long seed, int threads) {
        this.network = network;
        this.settings = settings;
        int size = 0;
        for (ParameterTensor tensor : network.parameters().tensors().values()) {
            String[] name = tensor.name().split("\\.", -1);
            if (name[0].equals("blk") && settings.matrices().contains(name[2])) {
                LoraPair pair = new LoraPair(tensor, settings.rank(), size);
                size = Math.addExact(size, pair.size());
                pairs.add(pair);
                base.add(Arrays.copyOfRange(
                        network.parameters().values(), tensor.offset(), tensor.offset() + tensor.size()));
            }
        }
        factors = new float[size];
        gradients = new float[size];
        scaled = new float[size];
        this.adamW = new FlatAdamW(factors, gradients, adamW);
        initialise(new Random(seed));
        workers = new Workers(threads);
        products = new Products(workers);
    }

    /** As PEFT does: A uniform (Kaiming with √5), B zero. */
    private void initialise(Random random) {
        for (LoraPair pair : pairs) {
            double bound = 1 / Math.sqrt(pair.inputs());
            for (int i = pair.offset(); i < pair.offsetOfB(); i++) {
                factors[i] = (float) (bound * (2 * random.nextDouble() - 1));
            }
        }
    }

    @Override
    public void clearGradients() {
        network.clearGradients();
    }

    @Override
    public double gradientNorm() {
        project();
        return adamW.gradientNorm();
    }

    @Override
    public void step(double learningRate, double gradientFactor) {
        project();
        adamW.step(learningRate, gradientFactor);
        merge();
    }

    /** The gradients of the factors. */
    private void project() {
        float[] ofWeights = network.gradients().values();
        Arrays.fill(gradients, 0);
        for (LoraPair pair : pairs) {
            products.forward(pair.of(ofWeights), pair.a(factors), pair.b(gradients), false);
            products.weightGradient(pair.b(factors), pair.of(ofWeights), pair.a(gradients));
        }
        multiply(gradients, gradients);
    }

    @Override
    public List<float[]> state() {
        return adamW.state();
    }

    @Override
    public void resumeAfter(long steps) {
        adamW.resumeAfter(steps);
        merge();
    }

    private void merge() {
        multiply(factors, scaled);
        unmerge();
        float[] weights = network.parameters().values();
        for (LoraPair pair : pairs) {
            products.inputGradient(pair.b(scaled), pair.a(factors), pair.of(weights), true);
        }
    }

    private void multiply(float[] from, float[] to) {
        float scale = (float) settings.scale();
        for (int i = 0; i < from.length; i++) {
            to[i] = scale * from[i];
        }
    }

    /** Gives the network the weights that it had; the next step adds the adapter again. */
    public void unmerge() {
        for (int i = 0; i < base.size(); i++) {
            float[] weight = base.get(i);
            System.arraycopy(
                    weight,
                    0,
                    network.parameters().values(),
                    pairs.get(i).tensor().offset(),
                    weight.length);
        }
    }

    /** All A and B, matrix by matrix: the array itself. */
    float[] factors() {
        return factors;
    }

    /** Their gradients, as they were when last asked for. */
    float[] gradients() {
        return gradients;
    }

    List<LoraPair> pairs() {
        return pairs;
    }

    /**
     * Writes the adapter for the engine and for llama.cpp.
     *
     * @param file is replaced: GGUF in F32
     */
    public void write(Path file) throws IOException {
        GgufAdapterWriter.write(file, settings.alpha(), pairs, factors);
    }

    /**
     * Writes the adapter for PEFT, and for the engine, which reads that too.
     *
     * @param folder is made if it isn't there: {@code adapter_config.json} and {@code adapter_model.safetensors} in F32
     */
    public void writePeft(Path folder) {
        Map<String, LowRank> stored = new LinkedHashMap<>();
        for (LoraPair pair : pairs) {
            stored.put(pair.tensor().name(), pair.stored(factors, settings.scale()));
        }
        HuggingFaceExport.writeAdapter(folder, network.parameters().config(), settings.alpha(), stored);
    }

    @Override
    public void close() {
        workers.close();
    }
}
