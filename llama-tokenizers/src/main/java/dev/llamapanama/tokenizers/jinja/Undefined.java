// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/**
 * What a name stands for that nothing was given to: prints nothing, counts as false and as empty; anything else that is
 * done with it fails.
 *
 * @param why what to say then
 */
record Undefined(String why) {

    static Undefined name(String name) {
        return new Undefined("'" + name + "' is undefined");
    }

    JinjaException failure() {
        return new JinjaException(why);
    }
}
