// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A loop. Each iteration has names of its own; only a {@link Namespace} carries values out of it. Its condition is asked
 * when an item is needed, so that it sees what earlier iterations did.
 *
 * @param filter which items are gone through; all of them where null
 * @param otherwise what is done where no iteration came to its end: jinja2 counts none that was left or cut short
 */
record ForLoop(
        Target target,
        Expression items,
        @Nullable Expression filter,
        boolean recursive,
        Statement body,
        Statement otherwise)
        implements Statement {
    @Override
    public Flow execute(Scope scope, StringBuilder output) {
        return run(scope, items.evaluate(scope), output, 1);
    }

    private Flow run(Scope scope, Object iterable, StringBuilder output, int depth) {
        Function again = (rendering, arguments) -> {
            StringBuilder inner = new StringBuilder();
            run(scope, arguments.get(0, "iterable"), inner, depth + 1);
            return Capture.value(scope, inner.toString());
        };
        Iterator<Object> chosen =
                Values.stream(iterable).filter(item -> isChosen(scope, item)).iterator();
        LoopState state = new LoopState(chosen, depth, recursive ? again : LoopState.NOT_RECURSIVE);
        boolean completed = false;
        while (state.advance()) {
            scope.rendering().step(1);
            Scope inner = scope.inner();
            inner.set("loop", state);
            target.assign(inner, state.item());
            Flow flow = body.execute(inner, output);
            if (flow == Flow.BREAK) {
                break;
            }
            completed |= flow == Flow.GO_ON;
        }
        return completed ? Flow.GO_ON : otherwise.execute(scope.inner(), output);
    }

    private boolean isChosen(Scope scope, Object item) {
        scope.rendering().step(1);
        if (filter == null) {
            return true;
        }
        Scope inner = scope.inner();
        target.assign(inner, item);
        return Values.isTrue(filter.evaluate(inner));
    }
}
