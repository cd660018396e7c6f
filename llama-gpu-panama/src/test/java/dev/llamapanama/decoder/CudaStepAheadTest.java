// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.LargestLogits;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.TestBackends;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Steps of a greedy generation, which the device begins before they are asked for, have the bits of steps of a plan that is never asked for two
 * in a row, whatever comes between.
 */
@Tag("checked")
class CudaStepAheadTest {
    private static final int TOKENS = 40;
    private static final int PAGES = KvLayout.pagesFor(TOKENS);
    /** After so many steps the next one has been begun: two were as foreseen. */
    private static final int BEGUN = 5;

    private static final int OTHER = 7;

    @TempDir
    Path folder = Path.of("");

    /** A model on a backend, with one sequence. */
    private static final class Side implements AutoCloseable {
        private final Backend backend = TestBackends.open("cuda");
        private final Checkpoint checkpoint;
        private final DecoderWeights weights;
        private final KvPool kv;
        private final int[] pages = {2, 0, 1};
        private final boolean forgets;
        private Plan plan;

        Side(Checkpoint checkpoint, boolean forgets) {
            this.checkpoint = checkpoint;
            this.forgets = forgets;
            weights = DecoderWeights.importFrom(checkpoint, backend, LoadProgress.NONE);
            kv = backend.newKvPool(LlamaDecoder.kvLayout(checkpoint.config(), DType.F16), PAGES);
            plan = plan();
        }

        private Plan plan() {
            LlamaDecoder decoder = new LlamaDecoder(checkpoint.config(), weights, kv);
            return backend.record(new StepShape(1, 1, PAGES, 1), ops -> decoder.forward(ops, null, Output.LOGITS));
        }

        /** Returns the likeliest token. */
        int step(int token, int position) {
            if (forgets) {
                plan.close();
                plan = plan();
            }
            plan.inputs().clear();
            plan.inputs().append(new int[] {token}, 0, 1, position, pages, 1);
            plan.step();
            LargestLogits largest = Objects.requireNonNull(plan.largest(0));
            return largest.id(0);
        }

        float[] logits() {
            return plan.logits(0, 1).toArray(ValueLayout.JAVA_FLOAT);
        }

        byte[] page(int of) {
            try (Arena arena = Arena.ofShared()) {
                MemorySegment content = arena.allocate(kv.layout().pageBytes());
                kv.read(pages[of], content);
                return content.toArray(ValueLayout.JAVA_BYTE);
            }
        }

        void erase(int of) {
            try (Arena arena = Arena.ofShared()) {
                kv.write(pages[of], arena.allocate(kv.layout().pageBytes()));
            }
        }

        @Override
        public void close() {
            plan.close();
            kv.close();
            weights.close();
            backend.close();
        }
    }

    /** One that is asked as generations are, and one whose plan is new for each step. */
    private record Sides(Checkpoint checkpoint, Side asked, Side single) implements AutoCloseable {
        static Sides open(Path folder) {
            Checkpoint checkpoint = TestModel.builder().layers(1).build().open(folder);
            return new Sides(checkpoint, new Side(checkpoint, false), new Side(checkpoint, true));
        }

        int step(int token, int position) {
            int likeliest = asked.step(token, position);
            assertEquals(single.step(token, position), likeliest, "after position " + position);
            return likeliest;
        }

        /** Takes the likeliest tokens, positions from one to another. */
        int go(int token, int from, int to) {
            int next = token;
            for (int position = from; position < to; position++) {
                next = step(next, position);
            }
            return next;
        }

        void assertSameLogits() {
            assertArrayEquals(single.logits(), asked.logits());
        }

        @Override
        public void close() {
            try (checkpoint;
                    asked) {
                single.close();
            }
        }
    }

    @Test
    void generatesAcrossPages() {
        try (Sides sides = Sides.open(folder)) {
            sides.go(1, 0, TOKENS);
        }
    }

    @Test
    void beginsAStepOnceItIsTrusted() {
        try (Sides sides = Sides.open(folder)) {
            sides.asked.erase(0);
            sides.single.erase(0);
            int next = sides.go(1, 0, 2);
            assertArrayEquals(sides.single.page(0), sides.asked.page(0));
            sides.go(next, 2, BEGUN);
            assertFalse(Arrays.equals(sides.single.page(0), sides.asked.page(0)), "keys behind the end");
        }
    }

    @Test
    void anotherTokenIsRunInstead() {
        try (Sides sides = Sides.open(folder)) {
            int next = sides.go(1, 0, BEGUN);
            sides.go((next + 1) % OTHER, BEGUN, TOKENS);
        }
    }

    @Test
    void theSameTokenElsewhereIsRunInstead() {
        try (Sides sides = Sides.open(folder)) {
            int next = sides.go(1, 0, BEGUN + 1);
            sides.go(next, 2, TOKENS);
        }
    }

    @Test
    void logitsAreThoseOfTheStepThatWasAskedFor() {
        try (Sides sides = Sides.open(folder)) {
            int next = sides.go(1, 0, BEGUN);
            sides.assertSameLogits();
            next = sides.step(next, BEGUN);
            sides.assertSameLogits();
            sides.go(next, BEGUN + 1, TOKENS);
        }
    }

    @Test
    void whatIsWrittenMeanwhileIsSeen() {
        try (Sides sides = Sides.open(folder)) {
            int next = sides.go(1, 0, BEGUN);
            sides.asked.erase(0);
            sides.single.erase(0);
            sides.step(next, BEGUN);
            sides.assertSameLogits();
        }
    }
}
