// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.events.GenerationEnded;
import dev.llamapanama.events.LlamaListener;
import dev.llamapanama.events.MemoryAwaited;
import dev.llamapanama.events.ModelOpened;
import dev.llamapanama.events.PromptRead;
import dev.llamapanama.events.StepRun;
import dev.llamapanama.generation.FinishReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What listeners and the flight recorder see of a model at work. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventsTest {
    private static final GenerationOptions FIVE = GenerationOptions.builder()
            .maxTokens(5)
            .temperature(0)
            .ignoreEnd(true)
            .build();

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void write() {
        model = TestModel.builder().layers(1).contextLength(64).build().writeGguf(folder);
    }

    private static final class Heard implements LlamaListener {
        private final List<ModelOpened> opened = new ArrayList<>();
        private final List<PromptRead> prompts = new ArrayList<>();
        private final List<StepRun> steps = new ArrayList<>();
        private final List<GenerationEnded> ended = new ArrayList<>();

        @Override
        public synchronized void modelOpened(ModelOpened event) {
            opened.add(event);
        }

        @Override
        public synchronized void promptRead(PromptRead event) {
            prompts.add(event);
        }

        @Override
        public synchronized void stepRun(StepRun event) {
            steps.add(event);
        }

        @Override
        public synchronized void generationEnded(GenerationEnded event) {
            ended.add(event);
        }
    }

    @Test
    void aListenerHearsEverything() {
        Heard heard = new Heard();
        Generation generation;
        try (Llama llama = Llama.open(model, LlamaOptions.DEFAULT.withListener(heard))) {
            generation = llama.generate("once upon", FIVE);
            Diagnostics said = llama.diagnostics();
            ModelOpened opened = heard.opened.getFirst();
            assertEquals(
                    List.of(said.file(), said.format(), said.backend(), said.device(), said.threads(), 64),
                    List.of(
                            opened.model(),
                            opened.format(),
                            opened.backend(),
                            opened.device(),
                            opened.threads(),
                            opened.contextLength()));
        }
        int prompt = generation.usage().promptTokens();
        assertEquals(1, heard.opened.size());
        assertEquals(
                List.of(prompt, 0),
                List.of(
                        heard.prompts.getFirst().tokens(),
                        heard.prompts.getFirst().cachedTokens()));
        assertEquals(
                List.of(prompt, 1, 1, 1, 1),
                heard.steps.stream().map(StepRun::tokens).toList());
        assertTrue(heard.steps.stream().allMatch(step -> step.sequences() == 1 && step.logits() == 1));
        assertTrue(heard.steps.stream().noneMatch(step -> step.took().isZero()));
        assertEquals(1, heard.ended.size());
        assertEquals(FinishReason.LENGTH, heard.ended.getFirst().reason());
        assertEquals(generation.usage(), heard.ended.getFirst().usage());
    }

    @Test
    void aListenerThatFailsChangesNothing() {
        LlamaListener failing = new LlamaListener() {
            @Override
            public void stepRun(StepRun event) {
                throw new IllegalStateException("listener");
            }

            @Override
            public void generationEnded(GenerationEnded event) {
                throw new IllegalStateException("listener");
            }
        };
        try (Llama silent = Llama.open(model);
                Llama llama = Llama.open(model, LlamaOptions.DEFAULT.withListener(failing))) {
            assertEquals(
                    silent.generate("once", FIVE).tokens(),
                    llama.generate("once", FIVE).tokens());
        }
    }

    @Test
    void waitingForMemoryIsHeard() throws Exception {
        CountDownLatch free = new CountDownLatch(1);
        List<MemoryAwaited> heard = new ArrayList<>();
        LlamaListener listener = new LlamaListener() {
            @Override
            public void memoryAwaited(MemoryAwaited event) {
                heard.add(event);
            }
        };
        long onePage = 1;
        LlamaOptions options = LlamaOptions.DEFAULT
                .withContextLength(16)
                .withKvCacheBytes(onePage)
                .withListener(listener);
        try (Llama llama = Llama.open(model, options)) {
            Session holder = llama.session();
            FutureTask<Integer> waiting = new FutureTask<>(() -> {
                free.countDown();
                try (Session session = llama.session()) {
                    return session.length();
                }
            });
            Thread thread = Thread.ofPlatform().start(waiting);
            free.await();
            while (thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            holder.close();
            assertEquals(0, waiting.get());
        }
        assertEquals(1, heard.size());
        assertEquals(
                List.of(1, true),
                List.of(heard.getFirst().pages(), heard.getFirst().granted()));
    }

    @Test
    void theFlightRecorderHasIt() throws IOException {
        Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            try (Llama llama = Llama.open(model)) {
                var _ = llama.generate("once upon", FIVE);
            }
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.llamapanama."))
                .toList();
        assertEquals(5, named("Step", events).size());
        assertEquals(model.toString(), named("ModelLoad", events).getFirst().getString("model"));
        assertTrue(
                named("BackendChoice", events).getFirst().getString("backend").startsWith("cpu-"));
        assertTrue(named("Prefill", events).getFirst().getInt("tokens") > 1);
        assertEquals("LENGTH", named("Generation", events).getFirst().getString("finishReason"));
        assertEquals(5, named("Generation", events).getFirst().getInt("completionTokens"));
        List<RecordedEvent> pool = named("KvPool", events);
        assertTrue(pool.getFirst().getInt("free") < pool.getLast().getInt("free"));
    }

    private static List<RecordedEvent> named(String name, List<RecordedEvent> events) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.llamapanama." + name))
                .toList();
    }
}
