// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.checkpoint.TestModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionTest {
    @AutoClose
    private final Llama llama;

    private final int[] ids;
    private final float[][] expected;

    /** Logits of each token, computed in a fresh session token by token. */
    SessionTest(@TempDir Path folder) {
        llama = Llama.open(TestModel.builder().build().writeGguf(folder));
        ids = new Random(9).ints(60, 0, llama.config().vocabSize()).toArray();
        expected = new float[ids.length][];
        try (Session session = llama.session(ids.length)) {
            for (int t = 0; t < ids.length; t++) {
                expected[t] = session.feed(ids[t]);
            }
        }
    }

    @Test
    void anyRandomWalkEqualsFreshComputation() {
        Random random = new Random(10);
        try (Session session = llama.session(ids.length)) {
            for (int step = 0; step < 200; step++) {
                int at = session.length();
                if (at == ids.length || random.nextInt(4) == 0) {
                    session.rewind(random.nextInt(at + 1));
                    continue;
                }
                int count = 1 + random.nextInt(Math.min(20, ids.length - at));
                int[] next = Arrays.copyOfRange(ids, at, at + count);
                if (random.nextBoolean()) {
                    assertArrayEquals(expected[at + count - 1], session.feed(next));
                } else {
                    session.feedAll(next, (logits, index) -> assertArrayEquals(expected[at + index], logits));
                }
                assertEquals(at + count, session.length());
            }
        }
    }

    @Test
    void logitsBelongToTheCaller() {
        try (Session session = llama.session(2)) {
            float[] first = session.feed(ids[0]);
            assertNotSame(first, session.feed(ids[1]));
            assertArrayEquals(expected[0], first);
        }
    }

    @Test
    void sessionsSideBySideDoNotMix() {
        try (Session one = llama.session(60);
                Session two = llama.session(60)) {
            for (int t = 0; t < 40; t++) {
                assertArrayEquals(expected[t], one.feed(ids[t]));
                two.feed(ids[59 - t]);
            }
        }
    }

    @Test
    void aSessionIsAsLongAsTheContextUnlessSaidOtherwise() {
        try (Session session = llama.session()) {
            assertEquals(128, session.capacity());
            assertEquals(0, session.length());
        }
        assertThrows(IllegalArgumentException.class, () -> llama.session(129));
        assertThrows(IllegalArgumentException.class, () -> llama.session(0));
    }

    @Test
    void anExceptionOfTheConsumerLeavesTheSessionUsable() {
        try (Session session = llama.session(60)) {
            assertThrows(
                    ArithmeticException.class,
                    () -> session.feedAll(Arrays.copyOf(ids, 5), (logits, index) -> {
                        throw new ArithmeticException();
                    }));
            session.rewind(0);
            assertArrayEquals(expected[4], session.feed(Arrays.copyOf(ids, 5)));
        }
    }
}
