// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.List;

/** A loop. Each iteration has names of its own; only a {@link Namespace} carries values out of it. */
record ForLoop(
        Target target, Expression items, Expression filter, boolean recursive, Statement body, Statement otherwise)
        implements Statement {

    @Override
    public Flow execute(Scope scope, StringBuilder output) {
        return run(scope, items.evaluate(scope), output, 1);
    }

    private Flow run(Scope scope, Object iterable, StringBuilder output, int depth) {
        List<Object> chosen = new ArrayList<>();
        for (Object item : Values.items(iterable)) {
            scope.rendering().step(1);
            Scope inner = scope.inner();
            target.assign(inner, item);
            if (Values.isTrue(filter.evaluate(inner))) {
                chosen.add(item);
            }
        }
        return chosen.isEmpty() ? otherwise.execute(scope.inner(), output) : iterate(scope, chosen, output, depth);
    }

    private Flow iterate(Scope scope, List<Object> chosen, StringBuilder output, int depth) {
        Function again = (rendering, arguments) -> {
            StringBuilder inner = new StringBuilder();
            run(scope, arguments.get(0, "iterable"), inner, depth + 1);
            return inner.toString();
        };
        LoopState state = new LoopState(chosen, depth, recursive ? again : LoopState.NOT_RECURSIVE);
        for (int i = 0; i < chosen.size(); i++) {
            scope.rendering().step(1);
            Scope inner = scope.inner();
            inner.set("loop", state.at(i));
            target.assign(inner, chosen.get(i));
            if (body.execute(inner, output) == Flow.BREAK) {
                break;
            }
        }
        return Flow.GO_ON;
    }
}
