// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.generation.Sampler;
import dev.llamapanama.generation.Sampling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

    /** Any of them, in any order, each at a position of its own. */
    @Test
    void togetherEqualsAlone() {
        Random random = new Random(11);
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            sessions.add(llama.session(ids.length));
            sessions.getLast().feed(Arrays.copyOf(ids, 1 + 3 * i));
        }
        for (int step = 0; step < 40; step++) {
            Collections.shuffle(sessions, random);
            List<Session> some = sessions.subList(0, 1 + random.nextInt(sessions.size()));
            int[] at = some.stream().mapToInt(Session::length).toArray();
            if (Arrays.stream(at).max().orElseThrow() == ids.length) {
                some.forEach(session -> session.rewind(1 + random.nextInt(session.length())));
                continue;
            }
            float[][] logits = Session.feedTogether(
                    some, Arrays.stream(at).map(t -> ids[t]).toArray());
            for (int i = 0; i < at.length; i++) {
                assertArrayEquals(expected[at[i]], logits[i]);
                assertEquals(at[i] + 1, some.get(i).length());
            }
        }
        sessions.forEach(Session::close);
    }

    /** Whatever a sampler looks at, it is what feeding returns; and it hears of what it has picked. */
    @Test
    void nextIsPickedOfTheLogits() {
        List<Integer> heard = new ArrayList<>();
        Sampler least = new Sampler() {
            @Override
            public void process(float[] logits) {
                logits[3] = -1e9f;
            }

            @Override
            public int sample(float[] logits) {
                return IntStream.range(0, logits.length)
                        .boxed()
                        .min(Comparator.comparingDouble(id -> logits[id]))
                        .orElseThrow();
            }

            @Override
            public void accept(int token) {
                heard.add(token);
            }
        };
        Sampler greedy = Sampling.builder().temperature(0).build().newSampler();
        List<Session> two = sessions(2);
        assertArrayEquals(
                new int[] {3, Sampler.argmax(expected[0])},
                Session.nextTogether(two, List.of(least, greedy), ids[0], ids[0]));
        assertEquals(Sampler.argmax(expected[1]), two.getLast().next(ids[1], greedy));
        assertEquals(List.of(3), heard);
        assertEquals(2, two.getLast().length());
        assertThrows(IllegalArgumentException.class, () -> Session.nextTogether(two, List.of(greedy), 0, 0));
        two.forEach(Session::close);
    }

    @Test
    void asManyTogetherAsOneStepTakes() {
        List<Session> sessions = sessions(Session.MOST_TOGETHER);
        int[] same = new int[sessions.size()];
        Arrays.fill(same, ids[0]);

        float[][] logits = Session.feedTogether(sessions, same);

        assertEquals(sessions.size(), logits.length);
        for (float[] row : logits) {
            assertArrayEquals(expected[0], row);
        }
        sessions.forEach(Session::close);
    }

    @Test
    void refusesSessionsThatCannotGoTogether(@TempDir Path folder) {
        List<Session> two = sessions(2);
        Session first = two.getFirst();
        assertRefused("sessions: found none", List.of());
        assertRefused("sessions: found 33, expected at most 32", sessions(33), new int[33]);
        assertRefused("token ids: found 1, expected one for each of 2 sessions", two, 0);
        assertRefused("token ids: found 3, expected one for each of 2 sessions", two, 0, 0, 0);
        assertRefused("token id: found -1", two, 0, -1);
        assertRefused("sessions: found one of them twice", List.of(first, first), 0, 0);
        try (Llama other = Llama.open(TestModel.builder().build().writeLlama2c(folder));
                Session foreign = other.session(2)) {
            assertRefused("sessions: found some of another model", List.of(first, foreign), 0, 0);
        }
        first.feed(1, 2);
        assertRefused("token ids: found 1, expected at most 0 more positions", two, 0, 0);
        first.close();
        first.rewind(0);
        assertThrows(IllegalStateException.class, () -> Session.feedTogether(two, 0, 0));
        assertEquals(0, two.getLast().length(), "nothing of what was refused has been run");
    }

    private List<Session> sessions(int count) {
        return Stream.generate(() -> llama.session(2)).limit(count).toList();
    }

    private static void assertRefused(String message, List<Session> sessions, int... ids) {
        String found =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> Session.feedTogether(sessions, ids))
                        .getMessage());
        assertTrue(found.startsWith(message), found);
    }
}
