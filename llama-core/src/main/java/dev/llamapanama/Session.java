// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.engine.InferenceEngine;
import dev.llamapanama.engine.KvSequence;
import dev.llamapanama.generation.Sampler;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * Token-level access to a model: feed ids, get logits. Keys and values of what was fed are kept, so that only new tokens are
 * computed. One thread at a time; any number of sessions side by side.
 */
public final class Session implements AutoCloseable {
    /** Sessions that {@link #feedTogether} takes at most. */
    public static final int MOST_TOGETHER = InferenceEngine.MOST_TOGETHER;

    private final InferenceEngine engine;
    private final KvSequence sequence;
    /** Where a sampler sees all logits, those. */
    private float[] logits = {};

    Session(InferenceEngine engine, KvSequence sequence) {
        this.engine = engine;
        this.sequence = sequence;
    }

    /** Tokens fed so far. */
    public int length() {
        return sequence.length();
    }

    /** Tokens that may be fed in all. */
    public int capacity() {
        return sequence.capacity();
    }

    /**
     * Feeds tokens.
     *
     * @return logits of the token that follows the last of them, one for each id of the vocabulary; the caller's own
     * @throws IllegalArgumentException if there are none, too many, or one is not of the vocabulary
     */
    public float[] feed(int... ids) {
        float[] logits = new float[engine.vocabSize()];
        engine.feed(sequence, ids, logits);
        return logits;
    }

    /**
     * Feeds tokens and hands out the logits that follow each of them, in order.
     *
     * @param each takes logits, which are its own, and the index of the token in {@code ids}
     */
    public void feedAll(int[] ids, ObjIntConsumer<float[]> each) {
        engine.feedAll(sequence, ids, each);
    }

    /**
     * Feeds one token to each of several sessions in one step, which reads the weights once for all of them that have the same adapter. Each gets, to the
     * last bit, what it would get alone (on a GPU up to eight of them, nearly that beyond). One thread at a time for each of the sessions.
     *
     * @param sessions of one model, each once, from 1 to {@link #MOST_TOGETHER}
     * @param ids a token for each session
     * @return a row for each session: the logits that follow its token, one for each id of the vocabulary; the caller's own
     * @throws IllegalArgumentException if there are none or too many, one comes twice or is of another model or full, or a token
     *     is not of the vocabulary; nothing has been fed then
     */
    public static float[][] feedTogether(List<Session> sessions, int... ids) {
        return engineOf(sessions)
                .feedTogether(sessions.stream().map(session -> session.sequence).toList(), ids);
    }

    /**
     * Feeds a token and has the next one picked, which isn't fed. From a GPU only what the sampler looks at is brought.
     *
     * @param sampler of this text, begun with what was fed before; hears of the token that it picks
     * @throws IllegalArgumentException if there is no room for the token, or it is not of the vocabulary
     */
    public int next(int id, Sampler sampler) {
        return nextTogether(List.of(this), List.of(sampler), id)[0];
    }

    /**
     * Feeds one token to each of several sessions in one step, as {@link #feedTogether}, and has the next ones picked, as {@link #next}.
     *
     * @param sessions of one model, each once, from 1 to {@link #MOST_TOGETHER}
     * @param samplers one for each session
     * @param ids a token for each session
     * @return a token for each session, which isn't fed
     * @throws IllegalArgumentException as {@link #feedTogether}, or if there aren't as many samplers
     */
    public static int[] nextTogether(List<Session> sessions, List<Sampler> samplers, int... ids) {
        InferenceEngine engine = engineOf(sessions);
        if (samplers.size() != sessions.size()) {
            throw new IllegalArgumentException(
                    "samplers: found " + samplers.size() + ", expected " + sessions.size() + ", one for each session");
        }
        return engine.nextTogether(
                sessions.stream().map(session -> session.sequence).toList(),
                ids,
                samplers,
                sessions.stream().map(Session::room).toList());
    }

    private float[] room() {
        if (logits.length == 0) {
            logits = new float[engine.vocabSize()];
        }
        return logits;
    }

    private static InferenceEngine engineOf(List<Session> sessions) {
        if (sessions.isEmpty()) {
            throw new IllegalArgumentException("sessions: found none, expected at least one");
        }
        InferenceEngine engine = sessions.getFirst().engine;
        if (sessions.stream().anyMatch(session -> session.engine != engine)) {
            throw new IllegalArgumentException("sessions: found some of another model, expected all of one");
        }
        return engine;
    }

    /** Tokens fed so far, in order; a copy. */
    public int[] ids() {
        return sequence.ids();
    }

    /**
     * Another session with the same tokens, which goes its own way from here. What was computed is shared, but for the last few tokens, which are
     * run again with the next ones.
     */
    public Session fork() {
        return new Session(engine, sequence.fork());
    }

    /**
     * Writes the session to a file, its keys and values included, for {@link Llama#restore}; a file of that name is replaced when the new one is
     * whole.
     *
     * @throws dev.llamapanama.checkpoint.CheckpointException if it can't be written
     */
    public void save(Path file) {
        engine.save(sequence, file);
    }

    /** Forgets all tokens but the first so many. */
    public void rewind(int length) {
        sequence.rewind(length);
    }

    /** Gives its memory back. Idempotent. */
    @Override
    public void close() {
        sequence.close();
    }
}
