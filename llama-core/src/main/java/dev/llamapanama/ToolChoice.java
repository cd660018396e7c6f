// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

/**
 * Whether an answer calls a tool. A call of a tool in JSON, {@code {"name": …, "parameters": …}}, is valid by the schema of the tool's parameters
 * whatever the weights say, but for {@link #FREE}.
 */
public sealed interface ToolChoice {
    /**
     * The model decides: what begins like a call in JSON is one. Where a schema has keywords that grammars don't know, the parameters are any JSON
     * object. Calls in Python's syntax, and what follows a control token, are as the model writes them.
     */
    ToolChoice AUTO = Mode.AUTO;

    /** One of the tools is called. */
    ToolChoice REQUIRED = Mode.REQUIRED;

    /** The model may see the tools, but doesn't call one in JSON or by a control token. */
    ToolChoice NONE = Mode.NONE;

    /** The model writes what it likes. */
    ToolChoice FREE = Mode.FREE;

    /** This tool is called. */
    static ToolChoice of(String name) {
        return new Named(name);
    }

    /** A choice that names no tool. */
    enum Mode implements ToolChoice {
        /** {@link ToolChoice#AUTO}. */
        AUTO,
        /** {@link ToolChoice#REQUIRED}. */
        REQUIRED,
        /** {@link ToolChoice#NONE}. */
        NONE,
        /** {@link ToolChoice#FREE}. */
        FREE
    }

    /** {@link ToolChoice#of}. */
    record Named(String name) implements ToolChoice {}
}
