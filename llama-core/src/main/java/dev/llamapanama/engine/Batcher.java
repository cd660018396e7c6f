// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import static dev.llamapanama.engine.Steps.MOST_ROWS;
import static dev.llamapanama.engine.Steps.MOST_TOKENS;

import dev.llamapanama.decoder.Output;
import dev.llamapanama.engine.Steps.Part;
import dev.llamapanama.generation.ModelClosedException;
import dev.llamapanama.tensor.Plan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Continuous batching (Yu et al., Orca, OSDI 2022): what callers want to run at the same time goes into one step, and who comes later
 * joins the next. There is no thread for it: one of the callers runs the step for all, and hands that duty on when its own tokens are
 * run.
 *
 * <p>Tokens of sequences that are being generated come first, oldest first; prompts share what room is left, in turn, a part at
 * a time.
 */
final class Batcher implements AutoCloseable {
    /** Tokens of prompts in a step that others wait for: so many take about as long as the weights take to be read. */
    private static final int PROMPT_TOKENS_BESIDE = 32;

    /** Which part of the time of a step is waited for those to come back that were in it. */
    private static final int PATIENCE = 8;

    private final Steps steps;
    private final Telemetry telemetry;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition stepped = lock.newCondition();
    private final Deque<Feed> queue = new ArrayDeque<>();
    /** Those whose tokens the last step finished, and who probably will have another in a moment; and the threads that will bring it. */
    private final Map<KvSequence, Thread> leaving = new HashMap<>();

    private long lastStepNanos;
    private boolean led;
    /** Those who wait to be alone. */
    private int exclusive;

    private boolean closed;

    Batcher(Steps steps, Telemetry telemetry) {
        this.steps = steps;
        this.telemetry = telemetry;
    }

    /**
     * Runs tokens and waits until all are run.
     *
     * @throws ModelClosedException if the model is closed before that
     * @throws CancellationException if it is cancelled, or the thread is interrupted, which it stays; what was run of them by then is part of their sequences
     */
    void run(List<Feed> feeds, Cancellation cancellation) {
        lock.lock();
        try {
            requireOpen();
            queue.addAll(feeds);
            feeds.forEach(feed -> leaving.remove(feed.sequence()));
            arrived.signal();
            while (!feeds.stream().allMatch(Feed::isDone)) {
                if (mayGoOn(feeds, cancellation)) {
                    leadOrWait(cancellation);
                }
            }
        } finally {
            lock.unlock();
        }
        feeds.forEach(Feed::rethrow);
    }

    private void requireOpen() {
        if (closed) {
            throw new ModelClosedException();
        }
    }

    /** Takes feeds back that are not to be run any more. */
    private boolean mayGoOn(List<Feed> feeds, Cancellation cancellation) {
        boolean interrupted = Thread.currentThread().isInterrupted();
        if (!interrupted && !cancellation.hasCome() && !closed) {
            return true;
        }
        for (Feed feed : feeds) {
            if (!feed.isRunning() && !feed.isDone()) {
                queue.remove(feed);
                feed.fail(
                        closed
                                ? new ModelClosedException()
                                : new CancellationException(interrupted ? "interrupted" : "cancelled"));
            }
        }
        // Those in the running step: its end is near.
        while (feeds.stream().anyMatch(Feed::isRunning)) {
            stepped.awaitUninterruptibly();
        }
        return false;
    }

    private void leadOrWait(Cancellation cancellation) {
        try {
            if (led || exclusive > 0) {
                cancellation.await(stepped);
                return;
            }
            led = true;
            try {
                gather();
                step();
            } finally {
                led = false;
                stepped.signalAll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits a moment for those who were in the last step, so that they don't take turns with those who weren't; but not for those who can't be
     * in the next one.
     */
    private void gather() throws InterruptedException {
        long left = lastStepNanos / PATIENCE;
        LoadedAdapter next =
                queue.isEmpty() ? null : queue.getFirst().sequence().adapter();
        leaving.entrySet()
                .removeIf(each -> each.getKey().isClosed()
                        || each.getKey().adapter() != next
                        || each.getValue() == Thread.currentThread());
        while (!leaving.isEmpty() && left > 0 && !closed) {
            left = arrived.awaitNanos(left);
        }
        leaving.clear();
    }

    private void step() {
        List<Part> parts = closed ? List.of() : pick();
        if (parts.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        try {
            handOut(parts, runUnlocked(parts));
        } catch (RuntimeException | Error e) {
            parts.forEach(part -> part.feed().fail(e));
        }
        parts.forEach(part -> end(part.feed()));
        lastStepNanos = System.nanoTime() - start;
    }

    private Plan runUnlocked(List<Part> parts) {
        int waiting = queue.size();
        lock.unlock();
        try {
            StepEvent event = new StepEvent();
            Plan plan = steps.run(parts);
            event.end(parts, waiting, telemetry);
            return plan;
        } finally {
            lock.lock();
        }
    }

    private void handOut(List<Part> parts, Plan plan) {
        int row = 0;
        for (Part part : parts) {
            int own = part.rows();
            part.feed().ran(part.count(), plan, row);
            row += own;
        }
    }

    /** What the next step has: of each sequence one part at most, and only of those that go with the oldest. */
    private List<Part> pick() {
        dismissUnusable();
        List<Part> parts = new ArrayList<>();
        if (queue.isEmpty()) {
            return parts;
        }
        Feed first = queue.getFirst();
        boolean decoding = queue.stream().anyMatch(feed -> feed.remaining() == 1);
        int rows = first.mostRows();
        for (Iterator<Feed> feeds = queue.iterator(); feeds.hasNext() && rows > 0; ) {
            Feed feed = feeds.next();
            if (feed.remaining() == 1 && begin(feed, first, feeds)) {
                parts.add(new Part(feed, 1));
                rows--;
            }
        }
        int tokens = decoding ? PROMPT_TOKENS_BESIDE : isAlone(first) ? steps.promptTokens() : MOST_TOKENS;
        for (Iterator<Feed> feeds = queue.iterator(); feeds.hasNext() && tokens > 0 && parts.size() < MOST_ROWS; ) {
            Feed feed = feeds.next();
            int count = Math.min(tokens, feed.most(rows));
            if (count > 0 && begin(feed, first, feeds)) {
                Part part = new Part(feed, count);
                parts.add(part);
                tokens -= count;
                rows -= part.rows();
            }
        }
        return parts;
    }

    private boolean isAlone(Feed feed) {
        return queue.size() == 1 && feed.output() == Output.LOGITS && feed.wanted(feed.remaining()) <= 1;
    }

    /** Those whose sequence, or its adapter, was closed meanwhile. */
    private void dismissUnusable() {
        queue.removeIf(feed -> {
            RuntimeException refusal = feed.sequence().refusal();
            if (refusal != null) {
                feed.fail(refusal);
            }
            return refusal != null;
        });
    }

    /** Takes a feed from the queue for a step, unless it needs another, or its sequence is part of it already. */
    private static boolean begin(Feed feed, Feed first, Iterator<Feed> place) {
        if (!feed.goesWith(first) || !feed.sequence().begin()) {
            return false;
        }
        place.remove();
        feed.begin();
        return true;
    }

    private void end(Feed feed) {
        feed.sequence().end();
        if (feed.isDone()) {
            leaving.put(feed.sequence(), feed.caller());
        } else {
            queue.add(feed);
        }
    }

    /** Does something while no step runs, and before the next one. */
    <T> T alone(Supplier<T> action) {
        lock.lock();
        try {
            exclusive++;
            while (led) {
                stepped.awaitUninterruptibly();
            }
            try {
                return action.get();
            } finally {
                exclusive--;
                stepped.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the running step; feeds that are left fail, as those that come later do. Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signal();
            while (led) {
                stepped.awaitUninterruptibly();
            }
            stepped.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
