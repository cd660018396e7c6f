// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The backend that was opened, and what became of every other.
 *
 * @param id name of its provider
 * @param backend open; the caller closes it
 * @param candidates all providers found, best first
 */
public record BackendSelection(String id, Backend backend, List<Candidate> candidates) {
    private static final Logger LOG = LoggerFactory.getLogger(BackendSelection.class);

    /** The choice that leaves the choice to us: the usable provider of the highest priority. */
    public static final String AUTO = "auto";

    /**
     * A provider and its verdict.
     *
     * @param id name of the provider
     * @param usability whether it can be used here, and why
     */
    public record Candidate(String id, Usability usability) {}

    /**
     * Opens the backend of the given name, or the best usable one.
     *
     * @param choice a provider's id or {@link #AUTO}
     * @throws IllegalArgumentException if no provider has this name
     * @throws IllegalStateException if the chosen one isn't usable, with its reason
     */
    public static BackendSelection open(String choice, BackendOptions options) {
        List<BackendProvider> providers = providers();
        List<Candidate> candidates =
                providers.stream().map(p -> candidate(p, choice)).toList();
        int index = choice.equals(AUTO) ? firstUsable(candidates) : named(choice, candidates);
        Backend backend = providers.get(index).open(options);
        BackendSelection selection = new BackendSelection(candidates.get(index).id(), backend, candidates);
        selection.tell(choice.equals(AUTO) && providers.get(index).priority() == 0);
        return selection;
    }

    /** A driver is only loaded where its backend may be chosen. */
    private static Candidate candidate(BackendProvider provider, String choice) {
        boolean isInQuestion = choice.equals(AUTO) || choice.equals(provider.id());
        return new Candidate(
                provider.id(),
                isInQuestion
                        ? provider.usability()
                        : Usability.unusable("wasn't looked at, since " + choice + " was asked for"));
    }

    /** What may be chosen here: {@link #AUTO}, then the names of all providers found, best first. */
    public static List<String> choices() {
        return Stream.concat(Stream.of(AUTO), providers().stream().map(BackendProvider::id))
                .toList();
    }

    /** Those that the application's class loader sees, which may have more jars than ours, then our own; each name once. */
    private static List<BackendProvider> providers() {
        Map<String, BackendProvider> found = new LinkedHashMap<>();
        ServiceLoader.load(BackendProvider.class).forEach(provider -> found.putIfAbsent(provider.id(), provider));
        ServiceLoader.load(BackendProvider.class, BackendProvider.class.getClassLoader())
                .forEach(provider -> found.putIfAbsent(provider.id(), provider));
        return found.values().stream()
                .sorted(Comparator.comparingInt(BackendProvider::priority).reversed())
                .toList();
    }

    private static int firstUsable(List<Candidate> candidates) {
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.get(i).usability().usable()) {
                return i;
            }
        }
        throw new IllegalStateException("backend: found no usable one among " + candidates);
    }

    private static int named(String choice, List<Candidate> candidates) {
        List<String> ids = candidates.stream().map(Candidate::id).toList();
        int index = ids.indexOf(choice);
        if (index < 0) {
            throw new IllegalArgumentException("backend: found " + choice + ", expected " + AUTO + " or one of " + ids);
        }
        Usability usability = candidates.get(index).usability();
        if (!usability.usable()) {
            throw new IllegalStateException("backend " + choice + " can't be used: " + usability.reason());
        }
        return index;
    }

    /** Says what was chosen: to the flight recorder, and in a log; a warning only where a better backend was to be expected. */
    private void tell(boolean isLastResort) {
        DeviceInfo info = backend.info();
        BackendEvent event = new BackendEvent();
        event.backend = id;
        event.device = info.name();
        event.threads = info.threads();
        event.others = others();
        event.commit();
        LOG.atLevel(isLastResort ? Level.WARN : Level.DEBUG)
                .log("Backend {}: {}, {} threads{}", id, info.name(), info.threads(), event.others);
    }

    private String others() {
        return candidates.stream()
                .filter(candidate -> !candidate.usability().usable())
                .map(candidate ->
                        "; not " + candidate.id() + ": " + candidate.usability().reason())
                .collect(Collectors.joining());
    }
}
