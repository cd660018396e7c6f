// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A function that a template defines: it gives what it writes. It sees the names around its definition. */
final class Macro implements Function {
    private final String name;
    private final List<Parameter> parameters;
    private final Statement body;
    private final Scope definition;
    private final @Nullable Macro caller;

    /** @param otherwise its value where none is given */
    record Parameter(String name, Expression otherwise) {}

    Macro(String name, List<Parameter> parameters, Statement body, Scope definition) {
        this(name, parameters, body, definition, null);
    }

    private Macro(String name, List<Parameter> parameters, Statement body, Scope definition, @Nullable Macro caller) {
        this.name = name;
        this.parameters = parameters;
        this.body = body;
        this.definition = definition;
        this.caller = caller;
    }

    Macro withCaller(Macro other) {
        return new Macro(name, parameters, body, definition, other);
    }

    String name() {
        return name;
    }

    @Override
    public Object call(Rendering rendering, Arguments arguments) {
        Scope scope = definition.inner();
        if (caller != null) {
            scope.set("caller", caller);
        }
        Map<String, Object> further = new LinkedHashMap<>(arguments.named());
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            Object given = further.remove(parameter.name());
            Object value = i < arguments.count() ? arguments.positional().get(i) : given;
            scope.set(parameter.name(), value == null ? parameter.otherwise().evaluate(scope) : value);
        }
        scope.set("varargs", new Tuple(arguments.skip(parameters.size()).positional()));
        scope.set("kwargs", new LinkedHashMap<Object, Object>(further));
        return Capture.text(body, scope);
    }
}
