// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.engine.EngineOptions;
import dev.llamapanama.engine.InferenceEngine;
import dev.llamapanama.engine.ModelEvent;
import dev.llamapanama.events.ModelOpened;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.BackendSelection;
import dev.llamapanama.tensor.DeviceInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a {@link Llama} stands on: opened in order, of which nothing stays open if a part of it fails, and closed in the reverse order. */
final class OpenModel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Llama.class);

    private final Checkpoint checkpoint;
    private final BackendSelection selection;
    private final InferenceEngine engine;
    private final LazyTokenizer tokenizer;
    private final double loadMillis;

    /**
     * @param checkpoint becomes its own
     * @param start when opening began, in nanoseconds
     */
    OpenModel(Checkpoint checkpoint, LlamaOptions options, long start) {
        ModelEvent event = new ModelEvent();
        this.checkpoint = checkpoint;
        try {
            selection = BackendSelection.open(
                    options.backend(),
                    new BackendOptions(options.threads(), options.keepStored(), options.roundPrompts()));
        } catch (RuntimeException | Error e) {
            closeAfter(e, checkpoint);
            throw e;
        }
        try {
            tokenizer = new LazyTokenizer(checkpoint, options.tokenizer());
            engine = newEngine(options);
        } catch (RuntimeException | Error e) {
            closeAfter(e, selection.backend());
            closeAfter(e, checkpoint);
            throw e;
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        loadMillis = took.toNanos() / 1e6;
        tell(event, took);
    }

    /** What fails on the way out doesn't hide why. */
    private static void closeAfter(Throwable failure, AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }

    private InferenceEngine newEngine(LlamaOptions options) {
        InferenceEngine made = new InferenceEngine(
                checkpoint,
                selection.backend(),
                new EngineOptions(
                        contextLength(options),
                        options.kvCacheBytes(),
                        options.prefixCacheBytes(),
                        options.kvType(),
                        options.progress(),
                        options.listener(),
                        options.adapters()));
        if (options.contextLength() > made.contextLength()) {
            made.close();
            throw new IllegalArgumentException("contextLength: found " + options.contextLength() + ", which takes "
                    + made.kvBytes(options.contextLength()) + " bytes of keys and values, expected at most "
                    + made.contextLength() + ", which is what kvCacheBytes of " + made.kvBytes() + " has room for");
        }
        return made;
    }

    private int contextLength(LlamaOptions options) {
        return options.contextLength() > 0 ? options.contextLength() : config().contextLength();
    }

    private void tell(ModelEvent event, Duration took) {
        DeviceInfo device = selection.backend().info();
        ModelOpened opened = new ModelOpened(
                checkpoint.path().toString(),
                checkpoint.format(),
                selection.id(),
                device.name(),
                device.threads(),
                engine.contextLength(),
                took);
        event.end(opened);
        engine.telemetry().tell(listener -> listener.modelOpened(opened));
        LOG.info(
                "Opened {} ({}) in {} ms: {}, {}, {} threads, context of {}{}",
                opened.model(),
                opened.format(),
                took.toMillis(),
                opened.backend(),
                opened.device(),
                opened.threads(),
                opened.contextLength(),
                device.advice().isEmpty() ? "" : "; " + device.advice());
    }

    Path path() {
        return checkpoint.path();
    }

    LlamaConfig config() {
        return checkpoint.config();
    }

    InferenceEngine engine() {
        return engine;
    }

    LazyTokenizer tokenizer() {
        return tokenizer;
    }

    double loadMillis() {
        return loadMillis;
    }

    /** Ends where the tokenizer says, and where the model says besides. */
    Requests requests() {
        Set<Integer> ends = new HashSet<>(checkpoint.endTokens());
        ends.addAll(tokenizer.get().specialTokens().endOfGeneration());
        return new Requests(engine, tokenizer.get(), tokenizer::grammarVocabulary, ends);
    }

    Diagnostics diagnostics() {
        DeviceInfo device = selection.backend().info();
        return new Diagnostics(
                checkpoint.path().toString(),
                checkpoint.format(),
                selection.id(),
                device.name(),
                device.threads(),
                engine.contextLength(),
                loadMillis,
                selection.candidates());
    }

    /** Waits for others that close it. Idempotent. */
    @Override
    public synchronized void close() {
        engine.close();
        selection.backend().close();
        checkpoint.close();
    }
}
