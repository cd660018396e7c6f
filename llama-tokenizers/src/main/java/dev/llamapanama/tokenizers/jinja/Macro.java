// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A function that a template defines: it gives what it writes. It sees the names around its definition. It takes further
 * arguments, or a caller, only if its body names {@code varargs}, {@code kwargs}, or {@code caller}.
 *
 * @param name what it is called
 * @param mentioned the names in its body
 */
record Macro(String name, List<Parameter> parameters, Set<String> mentioned, Statement body, Scope definition)
        implements Function {
    private static final String CALLER = "caller";

    /**
     * @param otherwise its value where none is given
     * @param optional whether the template states that value
     */
    record Parameter(String name, Expression otherwise, boolean optional) {}

    Object get(String attribute) {
        return switch (attribute) {
            case "name" -> name;
            case "arguments" ->
                new Tuple(parameters.stream().<Object>map(Parameter::name).toList());
            case "catch_varargs" -> mentioned.contains("varargs");
            case "catch_kwargs" -> mentioned.contains("kwargs");
            case CALLER -> mentioned.contains(CALLER);
            default -> Attributes.none("Macro", attribute);
        };
    }

    @Override
    public Object call(Rendering rendering, Arguments arguments) {
        Scope scope = definition.inner();
        Map<String, Object> further = new LinkedHashMap<>(arguments.named());
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            Object value = i < arguments.count() ? arguments.positional().get(i) : further.remove(parameter.name());
            scope.set(parameter.name(), value == null ? parameter.otherwise().evaluate(scope) : value);
        }
        if (mentioned.contains(CALLER)
                && parameters.stream().noneMatch(each -> each.name().equals(CALLER))) {
            Object caller = further.remove(CALLER);
            scope.set(CALLER, caller == null ? new Undefined("No caller defined") : caller);
        }
        setFurther(scope, arguments, further);
        return Capture.value(body, scope);
    }

    private void setFurther(Scope scope, Arguments arguments, Map<String, Object> named) {
        if (mentioned.contains("kwargs")) {
            scope.set("kwargs", new LinkedHashMap<Object, Object>(named));
        } else if (!named.isEmpty()) {
            throw new JinjaException("macro '" + name + "' takes no keyword argument "
                    + named.keySet().iterator().next());
        }
        if (mentioned.contains("varargs")) {
            scope.set("varargs", new Tuple(arguments.skip(parameters.size()).positional()));
        } else if (arguments.count() > parameters.size()) {
            throw new JinjaException("macro '" + name + "' takes not more than " + parameters.size() + " argument(s)");
        }
    }
}
