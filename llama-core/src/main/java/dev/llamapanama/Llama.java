// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.checkpoint.AdapterFile;
import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.engine.Cancellation;
import dev.llamapanama.engine.Completion;
import dev.llamapanama.engine.CompletionRequest;
import dev.llamapanama.engine.Drafter;
import dev.llamapanama.engine.InferenceEngine;
import dev.llamapanama.engine.LoadedAdapter;
import dev.llamapanama.engine.ModelDrafter;
import dev.llamapanama.generation.ModelClosedException;
import dev.llamapanama.tokenizers.EncodeOptions;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.chat.ChatException;
import dev.llamapanama.tokenizers.chat.ChatFormat;
import dev.llamapanama.tokenizers.chat.ChatFormats;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open Llama.
 *
 * {@snippet :
 * try (Llama llama = Llama.open(Path.of("Llama-3.2-1B-Instruct-Q8_0.gguf"))) {
 *     System.out.println(llama.generate("Once upon a time").text());
 * }
 * }
 *
 * <p>Safe for any number of threads at once; each call has its own state. The weights stay mapped from the file until
 * {@link #close}, which waits for the running step; calls that are still generating then fail with a
 * {@link ModelClosedException}.
 */
public final class Llama implements AutoCloseable {
    /** The begin token as the model wants it, and never an end token, after which there would be nothing to continue. */
    private static final EncodeOptions PROMPT = EncodeOptions.PROMPT.withEos(EncodeOptions.Boundary.NEVER);

    private final OpenModel model;

    private Llama(OpenModel model) {
        this.model = model;
    }

    /**
     * Opens a model on the best backend of this machine.
     *
     * @param path a GGUF file, a Hugging Face folder or a llama2.c checkpoint
     * @throws CheckpointException if the file can't be used, naming what is wrong with it
     */
    public static Llama open(Path path) {
        return open(path, LlamaOptions.DEFAULT);
    }

    /**
     * Opens a model.
     *
     * @param path a GGUF file, a Hugging Face folder or a llama2.c checkpoint
     * @throws CheckpointException if the file can't be used, naming what is wrong with it
     * @throws IllegalArgumentException if there is no backend of the name asked for
     * @throws IllegalStateException if the backend asked for can't be used here, with the reason
     */
    public static Llama open(Path path, LlamaOptions options) {
        long start = System.nanoTime();
        return new Llama(new OpenModel(Checkpoints.open(path), options, start));
    }

    /**
     * Opens a model whose weights come from elsewhere than a file that {@link Checkpoints} knows. Token ids are all it needs;
     * methods that take or give text also need a tokenizer, the checkpoint's or that of the options.
     *
     * @param checkpoint becomes the Llama's own: closed with it, and at once if opening fails
     * @throws CheckpointException if the model can't be run, naming what is wrong with it
     * @throws IllegalArgumentException if there is no backend of the name asked for
     * @throws IllegalStateException if the backend asked for can't be used here, with the reason
     */
    public static Llama open(Checkpoint checkpoint, LlamaOptions options) {
        return new Llama(new OpenModel(checkpoint, options, System.nanoTime()));
    }

    /** The shape of the model. */
    public LlamaConfig config() {
        return model.config();
    }

    /**
     * The tokenizer of the model.
     *
     * @throws CheckpointException if the model has none and none was given
     * @throws dev.llamapanama.tokenizers.TokenizerException if it can't be used
     */
    public Tokenizer tokenizer() {
        return model.tokenizer().get();
    }

    /** What was chosen, and why not something else. */
    public Diagnostics diagnostics() {
        return model.diagnostics();
    }

    /** Continues the prompt with the {@linkplain GenerationOptions#DEFAULT default options}. */
    public Generation generate(String prompt) {
        return generate(prompt, GenerationOptions.DEFAULT);
    }

    /**
     * Continues the prompt.
     *
     * @param prompt plain text; the spelling of a control token in it is text like any other
     * @throws IllegalArgumentException if the prompt doesn't fit into the context
     */
    public Generation generate(String prompt, GenerationOptions options) {
        return generate(prompt, options, piece -> {});
    }

    /**
     * Continues the prompt and hands out the text while it is generated. An exception of the consumer ends the generation and
     * is thrown to the caller.
     */
    public Generation generate(String prompt, GenerationOptions options, Consumer<? super TextPiece> onPiece) {
        try (GenerationStream stream = stream(prompt, options)) {
            stream.forEach(onPiece);
            return stream.result();
        }
    }

    /** Continues the prompt as the caller pulls, with the {@linkplain GenerationOptions#DEFAULT default options}. */
    public GenerationStream stream(String prompt) {
        return stream(prompt, GenerationOptions.DEFAULT);
    }

    /** Continues the prompt as the caller pulls. */
    public GenerationStream stream(String prompt, GenerationOptions options) {
        return stream(tokenizer().encode(prompt, PROMPT), options);
    }

    /**
     * Continues a prompt of token ids as the caller pulls.
     *
     * @param promptIds at least one; nothing is added to them
     */
    public GenerationStream stream(int[] promptIds, GenerationOptions options) {
        CompletionRequest request = model.requests().of(options);
        return new GenerationStream(
                new Completion(model.engine(), tokenizer(), promptIds, request), model.loadMillis());
    }

    /**
     * Continues the prompt in several ways, side by side; the prompt is read once.
     *
     * @param options a seed is that of the first, the others have those that follow it
     * @param count how many
     * @return as many, in order
     * @throws IllegalArgumentException if the prompt doesn't fit into the context
     */
    public List<Generation> generate(String prompt, GenerationOptions options, int count) {
        return new Continuations(model.engine(), model.requests(), model.loadMillis())
                .generate(tokenizer().encode(prompt, PROMPT), options, count);
    }

    /**
     * How probable the model holds continuations of a text for: the answers to a question of multiple choice, for example. The text is read once, and
     * the continuations side by side.
     *
     * @param context what comes before; may be empty where the model wants a begin token
     * @param continuations none of them empty
     * @return as many, in order. White space at the end of the context counts as part of the continuation, since most tokens begin with a space
     * @throws IllegalArgumentException if one of them adds no token, or doesn't fit into the context length
     */
    public List<Score> score(String context, List<String> continuations) {
        return score(context, continuations, null);
    }

    /**
     * The same by an adapter.
     *
     * @param adapter {@link Adapter#NONE} for the model alone, or null for what it was opened with
     * @throws dev.llamapanama.generation.AdapterClosedException if the adapter is closed
     */
    public List<Score> score(String context, List<String> continuations, @Nullable Adapter adapter) {
        return new Scoring(model.engine(), Adapter.chosen(adapter, model.engine()))
                .score(context, continuations, text -> tokenizer().encode(text, PROMPT));
    }

    /**
     * A vector that stands for a text, by which texts can be compared: the normalised mean of its tokens' states.
     *
     * @return {@code dim} numbers, the caller's own
     * @throws IllegalArgumentException if the text is longer than the context
     */
    public float[] embed(String text) {
        return embed(List.of(text), EmbeddingOptions.DEFAULT).getFirst();
    }

    /**
     * Vectors that stand for texts, computed side by side.
     *
     * @return one for each text, of {@code dim} numbers
     * @throws IllegalArgumentException if a text is longer than the context, or empty with a model without a begin token
     * @throws CheckpointException if the weights are damaged, so that one is not a number
     */
    public List<float[]> embed(List<String> texts, EmbeddingOptions options) {
        Tokenizer known = tokenizer();
        return new Embedding(model.engine(), config().dim(), options)
                .of(texts.stream().map(text -> known.encode(text, PROMPT)).toList());
    }

    /**
     * Loads a LoRA adapter beside the model, for those who choose it by their options; what runs meanwhile waits for a moment.
     *
     * @param file a GGUF adapter, or a PEFT folder
     * @return to be closed by the caller, or with the model
     * @throws CheckpointException if it can't be used, or not with this model
     */
    public Adapter adapter(Path file) {
        return adapter(List.of(new AdapterFile(file, 1)));
    }

    /**
     * Loads the sum of LoRA adapters beside the model, for those who choose it by their options.
     *
     * @param files one at least
     * @return to be closed by the caller, or with the model
     * @throws CheckpointException if one of them can't be used, or not with this model
     * @throws IllegalArgumentException if there is none
     */
    public Adapter adapter(List<AdapterFile> files) {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("adapter: found no files, expected at least one");
        }
        return new Adapter(model.engine().load(files));
    }

    /**
     * Guesses for another model.
     *
     * @param other tokenizer of that
     * @throws IllegalArgumentException if the tokens of the two differ
     */
    Drafter drafterFor(Tokenizer other, int most) {
        model.tokenizer().requireSameTokens(other);
        return new ModelDrafter(model.engine(), other.vocabularySize(), most);
    }

    /**
     * Begins a chat in the model's own format, with the {@linkplain ChatSettings#DEFAULT default settings}.
     *
     * @throws ChatException if the model has no format that is known
     */
    public Chat chat() {
        return chat(ChatSettings.DEFAULT);
    }

    /**
     * Begins a chat.
     *
     * @throws ChatException if no format is given, and the model has none that is known
     * @throws IllegalArgumentException if a tool has to be called that there isn't, or whose schema has keywords that grammars don't know
     */
    public Chat chat(ChatSettings settings) {
        ChatFormat format = settings.format();
        return new Chat(
                model.engine(), model.requests(), format == null ? chatFormat() : format, settings, model.loadMillis());
    }

    /**
     * How the model writes conversations: its own template, or the format that its control tokens tell.
     *
     * @throws ChatException if it has none that is known
     */
    public ChatFormat chatFormat() {
        return ChatFormats.of(model.tokenizer().definition())
                .orElseThrow(() -> new ChatException(model.path()
                        + ": chat format: found neither a template nor control tokens of one, expected one in the settings: "
                        + ChatFormats.names()));
    }

    /** Begins a session as long as the context. */
    public Session session() {
        return session(model.engine().contextLength());
    }

    /**
     * Begins a session, waiting for memory where others hold it.
     *
     * @param capacity tokens that may be fed in all
     */
    public Session session(int capacity) {
        return session(capacity, null);
    }

    /**
     * Begins a session with an adapter, which it and its forks keep; waits for memory where others hold it.
     *
     * @param capacity tokens that may be fed in all
     * @param adapter {@link Adapter#NONE} for the model alone, or null for what it was opened with
     * @throws dev.llamapanama.generation.AdapterClosedException if the adapter is closed
     * @throws IllegalArgumentException if it is of another model
     */
    public Session session(int capacity, @Nullable Adapter adapter) {
        LoadedAdapter chosen = Adapter.chosen(adapter, model.engine());
        return new Session(model.engine(), model.engine().newSequence(capacity, chosen, Cancellation.never()));
    }

    /**
     * Goes on with a session that {@link Session#save} has written, waiting for memory where others hold it.
     *
     * @throws CheckpointException if the file is damaged, or of another model, another adapter, another type of keys and values, or another
     *     version
     * @throws IllegalArgumentException if the session is longer than the context
     */
    public Session restore(Path file) {
        return restore(file, null);
    }

    /**
     * Goes on with a session that was saved with an adapter: the same files with the same scales.
     *
     * @param adapter {@link Adapter#NONE} for the model alone, or null for what it was opened with
     * @throws CheckpointException as above
     * @throws dev.llamapanama.generation.AdapterClosedException if the adapter is closed
     */
    public Session restore(Path file, @Nullable Adapter adapter) {
        InferenceEngine engine = model.engine();
        return new Session(engine, engine.restore(file, Adapter.chosen(adapter, engine)));
    }

    /**
     * Measures how well the model predicts a text.
     *
     * @param ids the text, with a begin token where the model wants one; at least 2
     * @param context tokens of a window, from 2 to the context length
     * @param stride tokens by which the window advances, from 1 to {@code context}
     * @param progress hears of each target
     * @throws IllegalArgumentException if an argument is out of its range
     */
    public Perplexity perplexity(int[] ids, int context, int stride, Perplexity.Progress progress) {
        StridedPerplexity perplexity = new StridedPerplexity(ids, context, stride, config().vocabSize(), progress);
        try (Session session = session(Math.min(context, ids.length))) {
            return perplexity.score(session);
        }
    }

    /** Waits for the running step, then frees threads and memory and unmaps the file. Idempotent. */
    @Override
    public void close() {
        model.close();
    }
}
