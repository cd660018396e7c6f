// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.AdapterFile;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.TestAdapter;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.checkpoint.huggingface.PeftWriter;
import dev.llamapanama.generation.AdapterClosedException;
import dev.llamapanama.generation.ModelClosedException;
import dev.llamapanama.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Adapters as users see them: who chooses which gets what it gives, and nothing of another. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AdapterTest {
    private static final int[] IDS = new Random(1).ints(37, 0, 32).toArray();

    private final TestModel model = TestModel.builder().contextLength(96).build();
    private final Path folder;
    private final Path file;
    private final Path one;
    private final Path other;

    AdapterTest(@TempDir Path folder) {
        this.folder = folder;
        file = model.writeGguf(folder);
        one = TestAdapter.of(model, 4, 4, 1).writeGguf(folder, "one.gguf");
        other = new PeftWriter(model, TestAdapter.of(model, 3, 5, 2), DType.F32).write(folder.resolve("other"));
    }

    private static float[] logits(Llama llama, @Nullable Adapter adapter) {
        try (Session session = llama.session(IDS.length, adapter)) {
            return session.feed(IDS);
        }
    }

    private static List<Integer> story(Llama llama, @Nullable Adapter adapter, int seed) {
        GenerationOptions options = GenerationOptions.builder()
                .maxTokens(12)
                .seed(seed)
                .temperature(1)
                .adapter(adapter)
                .build();
        return llama.generate("once upon a time there was a time", options).tokens();
    }

    @Test
    void atLoadItIsTheDefaultAndNoneIsTheModelAlone() {
        try (Llama plain = Llama.open(file);
                Llama adapted = Llama.open(
                        file, LlamaOptions.DEFAULT.withAdapter(one, 0.5).withAdapter(other));
                Adapter both = plain.adapter(List.of(new AdapterFile(one, 0.5), new AdapterFile(other, 1)))) {
            assertEquals(List.of(new AdapterFile(one, 0.5), new AdapterFile(other, 1)), both.files());
            assertArrayEquals(logits(plain, both), logits(adapted, null));
            assertArrayEquals(logits(plain, null), logits(adapted, Adapter.NONE));
            assertFalse(Arrays.equals(logits(plain, null), logits(adapted, null)));
            assertEquals(story(plain, both, 1), story(adapted, null, 1));
            assertEquals(story(plain, null, 1), story(adapted, Adapter.NONE, 1));
            assertEquals(
                    plain.score("once", List.of(" upon", " a"), both), adapted.score("once", List.of(" upon", " a")));
            assertNotEquals(plain.score("once", List.of(" upon")), adapted.score("once", List.of(" upon")));
        }
    }

    /** Whoever guesses, the adapter decides. */
    @Test
    void guessesChangeNothing() {
        try (Llama llama = Llama.open(file);
                Adapter adapter = llama.adapter(one)) {
            GenerationOptions.Builder builder =
                    GenerationOptions.builder().maxTokens(30).temperature(0).adapter(adapter);
            String expected =
                    llama.generate("once upon a time", builder.build()).text();
            for (Speculation way : List.of(Speculation.promptLookup(), Speculation.draftModel(llama))) {
                assertEquals(
                        expected,
                        llama.generate(
                                        "once upon a time",
                                        builder.speculation(way).build())
                                .text());
            }
        }
    }

    @Test
    void aChatKeepsTheAdapterOfItsOptions() {
        try (Llama llama = Llama.open(file);
                Adapter adapter = llama.adapter(one)) {
            assertEquals(said(llama, adapter), said(llama, adapter));
            assertNotEquals(said(llama, Adapter.NONE), said(llama, adapter));
        }
    }

    private static List<String> said(Llama llama, Adapter adapter) {
        GenerationOptions options = GenerationOptions.builder()
                .maxTokens(8)
                .temperature(0)
                .adapter(adapter)
                .build();
        ChatSettings settings =
                ChatSettings.DEFAULT.withFormat(new PlainChatFormat(false)).withGeneration(options);
        try (Chat chat = llama.chat(settings)) {
            return List.of(chat.send("once").text(), chat.send("upon a time").text());
        }
    }

    /** What is cached of one is used by the same only. */
    @Test
    void prefixesOfOneAreNotThoseOfAnother() {
        try (Llama llama = Llama.open(file);
                Llama fresh = Llama.open(file, LlamaOptions.DEFAULT.withPrefixCacheBytes(0));
                Adapter first = llama.adapter(one);
                Adapter firstFresh = fresh.adapter(one);
                Adapter secondFresh = fresh.adapter(other)) {
            Adapter second = llama.adapter(other);
            for (int round = 0; round < 3; round++) {
                assertArrayEquals(logits(fresh, firstFresh), logits(llama, first));
                assertArrayEquals(logits(fresh, null), logits(llama, null));
                assertArrayEquals(logits(fresh, secondFresh), logits(llama, second));
            }
            assertEquals(0, cached(llama, null));
            assertTrue(cached(llama, null) > 0);
            assertEquals(0, cached(llama, first));
            assertTrue(cached(llama, first) > 0);
            assertEquals(0, cached(llama, second));
            second.close();
            try (Adapter again = llama.adapter(other)) {
                assertEquals(0, cached(llama, again));
            }
            assertTrue(cached(llama, first) > 0);
        }
    }

    private static int cached(Llama llama, @Nullable Adapter adapter) {
        GenerationOptions options =
                GenerationOptions.builder().maxTokens(1).adapter(adapter).build();
        return llama.generate("once upon a time ".repeat(8), options).usage().cachedTokens();
    }

    @Test
    void sessionsAndTheirForksKeepIt() {
        try (Llama llama = Llama.open(file);
                Adapter adapter = llama.adapter(one);
                Session session = llama.session(64, adapter);
                Session plain = llama.session(64)) {
            session.feed(IDS);
            plain.feed(IDS);
            float[][] rows = Session.feedTogether(List.of(session, plain), 5, 5);
            try (Session fork = session.fork()) {
                fork.rewind(IDS.length);
                assertArrayEquals(rows[0], fork.feed(5));
            }
            plain.rewind(20);
            plain.feed(Arrays.copyOfRange(IDS, 20, IDS.length));
            assertArrayEquals(rows[1], plain.feed(5));
        }
    }

    @Test
    void aSavedSessionIsRestoredByTheSameAdapterOnly() {
        Path saved = folder.resolve("session");
        float[] expected;
        try (Llama llama = Llama.open(file, LlamaOptions.DEFAULT.withAdapter(one));
                Session session = llama.session(50)) {
            session.feed(IDS);
            session.save(saved);
            expected = session.feed(3);
        }
        Path converted = TestAdapter.of(model, 4, 4, 1).gguf(DType.F16).write(folder.resolve("converted.gguf"));
        try (Llama llama = Llama.open(file);
                Adapter same = llama.adapter(converted);
                Adapter half = llama.adapter(List.of(new AdapterFile(one, 0.5)));
                Adapter different = llama.adapter(other);
                Session restored = llama.restore(saved, same)) {
            assertArrayEquals(expected, restored.feed(3));
            for (Adapter wrong : Arrays.asList(half, different, Adapter.NONE, null)) {
                assertThrows(CheckpointException.class, () -> llama.restore(saved, wrong));
            }
        }
    }

    @Test
    void closedAndForeignOnesAreRefused() {
        try (Llama llama = Llama.open(file);
                Llama stranger = Llama.open(file);
                Adapter foreign = stranger.adapter(one)) {
            Adapter closed = llama.adapter(one);
            Session session = llama.session(40, closed);
            session.feed(IDS);
            closed.close();
            closed.close();
            assertThrows(AdapterClosedException.class, () -> session.feed(1));
            assertThrows(AdapterClosedException.class, session::fork);
            assertThrows(AdapterClosedException.class, () -> session.save(folder.resolve("session")));
            session.close();
            assertThrows(AdapterClosedException.class, () -> llama.session(9, closed));
            assertThrows(AdapterClosedException.class, () -> story(llama, closed, 1));
            assertThrows(AdapterClosedException.class, () -> llama.score("once", List.of(" a"), closed));
            assertThrows(IllegalArgumentException.class, () -> llama.session(9, foreign));
            assertThrows(IllegalArgumentException.class, () -> story(llama, foreign, 1));
            assertThrows(IllegalArgumentException.class, () -> llama.adapter(List.of()));
            Adapter.NONE.close();
        }
        Llama gone = Llama.open(file);
        Adapter left = gone.adapter(one);
        gone.close();
        left.close();
        assertThrows(ModelClosedException.class, () -> gone.adapter(one));
    }

    /** What can't be loaded leaves the model as it was. */
    @Test
    void aBadAdapterIsRefusedAndNothingIsLost() {
        TestModel larger = TestModel.builder().dim(128).build();
        Path wrong = TestAdapter.of(larger, 4, 4, 1).writeGguf(folder, "wrong.gguf");
        Path infinite = TestAdapter.of(model, 4, 4, 1, "attn_q.weight").writeGguf(folder, "infinite.gguf");
        try (Llama llama = Llama.open(file)) {
            assertThrows(CheckpointException.class, () -> llama.adapter(wrong));
            assertThrows(CheckpointException.class, () -> llama.adapter(List.of(new AdapterFile(infinite, 1e300))));
            assertArrayEquals(logits(llama, null), logits(llama, Adapter.NONE));
        }
        assertThrows(CheckpointException.class, () -> Llama.open(file, LlamaOptions.DEFAULT.withAdapter(wrong)));
    }

    /** Requests of all kinds at once, while adapters come and go. */
    @Test
    void sideBySideEachGetsItsOwn() throws Exception {
        try (Llama llama = Llama.open(file, LlamaOptions.DEFAULT.withThreads(2));
                Adapter first = llama.adapter(one);
                Adapter second = llama.adapter(other);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<@Nullable Adapter> adapters = Arrays.asList(null, first, second);
            List<List<Integer>> expected = IntStream.range(0, 12)
                    .mapToObj(seed -> story(llama, adapters.get(seed % 3), seed))
                    .toList();
            List<Future<Boolean>> calls = new ArrayList<>();
            for (int call = 0; call < 120; call++) {
                int seed = call % 12;
                calls.add(threads.submit(() -> {
                    assertEquals(expected.get(seed), story(llama, adapters.get(seed % 3), seed));
                    return true;
                }));
            }
            for (int round = 0; round < 10; round++) {
                Adapter brief = llama.adapter(round % 2 == 0 ? one : other);
                int seed = 1 + round % 2;
                calls.add(threads.submit(() -> sameUnlessClosed(expected.get(seed), llama, brief, seed)));
                calls.add(threads.submit(() -> {
                    brief.close();
                    return true;
                }));
            }
            for (Future<Boolean> call : calls) {
                assertTrue(call.get());
            }
        }
    }

    private static boolean sameUnlessClosed(List<Integer> expected, Llama llama, Adapter adapter, int seed) {
        try {
            return expected.equals(story(llama, adapter, seed));
        } catch (AdapterClosedException closed) {
            return true;
        }
    }
}
