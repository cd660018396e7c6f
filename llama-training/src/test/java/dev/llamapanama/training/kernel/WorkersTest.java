// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void doEachPartOnce(int threads) {
        try (Workers workers = new Workers(threads)) {
            for (int round = 0; round < 200; round++) {
                AtomicIntegerArray done = new AtomicIntegerArray(round);
                workers.run(round, (part, worker) -> {
                    assertTrue(worker < threads);
                    done.incrementAndGet(part);
                });
                for (int part = 0; part < round; part++) {
                    assertEquals(1, done.get(part));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void tellOfFailuresAndGoOn(int threads) {
        try (Workers workers = new Workers(threads)) {
            IllegalStateException thrown = assertThrows(
                    IllegalStateException.class,
                    () -> workers.run(50, (part, worker) -> {
                        if (part == 7) {
                            throw new IllegalStateException("seven");
                        }
                    }));
            assertEquals("seven", thrown.getMessage());
            AtomicInteger done = new AtomicInteger();
            workers.run(50, (part, worker) -> done.incrementAndGet());
            assertEquals(50, done.get());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void refuseWorkAfterClose(int threads) {
        Workers workers = new Workers(threads);
        workers.close();
        assertThrows(IllegalStateException.class, () -> workers.run(2, (part, worker) -> {}));
    }
}
