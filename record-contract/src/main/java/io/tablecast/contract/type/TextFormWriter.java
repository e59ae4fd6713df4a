// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.function.Function;

/** Writes text where only text form works: the column is staged as text and cast. */
record TextFormWriter(Function<Object, String> form) implements ValueWriter {
    @Override
    public void write(Object value, CopyBuffer out) {
        out.writeUtf8(form.apply(value));
    }

    @Override
    public String text(Object value) {
        return form.apply(value);
    }
}
