// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.generation.FinishReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sixty-four clients at once who end in every way there is: what they get is right, and nothing is left behind. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManyClientsTest {
    private static final int CLIENTS = 64;
    private static final int ROUNDS = 6;
    private static final int STORIES = 12;
    private static final int CONTEXT = 96;
    /** Of the longest sequences. */
    private static final int ROOM = 7;

    @AutoClose
    private final Llama llama;

    private final List<Generation> expected;

    ManyClientsTest(@TempDir Path folder) {
        Path file = TestModel.builder().contextLength(CONTEXT).build().writeGguf(folder);
        long pageBytes = 16L * 2 * 2 * 2 * 16 * Short.BYTES;
        llama = Llama.open(
                file, LlamaOptions.DEFAULT.withThreads(2).withKvCacheBytes(ROOM * (CONTEXT / 16) * pageBytes));
        expected = IntStream.range(0, STORIES)
                .mapToObj(
                        number -> llama.generate(prompt(number), options(number).build()))
                .toList();
    }

    /** Most begin alike. */
    private static String prompt(int number) {
        return "once upon a time there was " + "a ".repeat(number % 4) + "time ".repeat(number);
    }

    private static GenerationOptions.Builder options(int number) {
        return GenerationOptions.builder()
                .maxTokens(5 + 3 * number)
                .temperature(number % 3 == 0 ? 0 : 1)
                .seed(number);
    }

    @Test
    void everyEndIsAGoodEnd() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                Random random = new Random(client);
                clients.add(threads.submit(() -> {
                    int whole = 0;
                    for (int round = 0; round < ROUNDS; round++) {
                        whole += story(random) ? 1 : 0;
                    }
                    return whole;
                }));
            }
            int whole = 0;
            for (Future<Integer> client : clients) {
                whole += client.get();
            }
            assertTrue(whole > CLIENTS * ROUNDS / 4, whole + " stories have come to their own end");
        }
        allMemoryIsFree();
    }

    private boolean story(Random random) {
        int number = random.nextInt(STORIES);
        Generation all = expected.get(number);
        return switch (random.nextInt(6)) {
            case 0 -> closedEarly(number, all, random.nextInt(6));
            case 1 -> interrupted(number);
            case 2 -> outOfTime(number, all, random);
            case 3 -> failed(number);
            default -> {
                assertEquals(
                        all.tokens(),
                        llama.generate(prompt(number), options(number).build()).tokens());
                yield true;
            }
        };
    }

    private boolean closedEarly(int number, Generation all, int pieces) {
        try (GenerationStream stream =
                llama.stream(prompt(number), options(number).build())) {
            List<Integer> found = stream.stream()
                    .limit(pieces)
                    .map(TextPiece::tokenId)
                    .filter(id -> id >= 0)
                    .toList();
            assertEquals(all.tokens().subList(0, found.size()), found);
        }
        return false;
    }

    private boolean interrupted(int number) {
        try {
            llama.generate(
                    prompt(number),
                    options(number).build(),
                    piece -> Thread.currentThread().interrupt());
            return Thread.interrupted();
        } catch (CancellationException e) {
            assertTrue(Thread.interrupted());
            return false;
        }
    }

    private boolean outOfTime(int number, Generation all, Random random) {
        try {
            Generation found = llama.generate(
                    prompt(number),
                    options(number)
                            .timeout(Duration.ofNanos(1 + random.nextInt(20_000_000)))
                            .build());
            assertEquals(all.tokens().subList(0, found.tokens().size()), found.tokens());
            return found.finishReason() != FinishReason.TIMEOUT;
        } catch (CancellationException stillWaitingForMemory) {
            return false;
        }
    }

    private boolean failed(int number) {
        try {
            llama.generate(prompt(number), options(number).build(), piece -> {
                throw new ArithmeticException();
            });
            return false;
        } catch (ArithmeticException e) {
            return false;
        }
    }

    private void allMemoryIsFree() {
        List<Session> sessions =
                IntStream.range(0, ROOM).mapToObj(i -> llama.session()).toList();
        assertEquals(ROOM, sessions.size());
        sessions.forEach(Session::close);
    }
}
