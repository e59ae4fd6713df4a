// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.function.Function;

/** Writes text: into types whose binary form is their text, and as the text form of all others. */
record TextWriter(Function<Object, String> form) implements ValueWriter {
    @Override
    public void write(Object value, CopyBuffer out) {
        out.writeUtf8(form.apply(value));
    }

    @Override
    public String text(Object value) {
        return form.apply(value);
    }
}
