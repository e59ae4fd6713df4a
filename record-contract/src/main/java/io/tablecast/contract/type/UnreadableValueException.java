// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import org.apache.kafka.connect.errors.DataException;

/** A value in a source column has no form in the records that the settings ask for. The message names the remedy. */
public final class UnreadableValueException extends DataException {

    private static final long serialVersionUID = 1L;

    private final String column;

    UnreadableValueException(TypedColumn source, String value, String remedy) {
        super("Column \"%s\" of type %s: cannot carry %s. %s"
                .formatted(source.name(), source.type().name(), value, remedy));
        this.column = source.name();
    }

    /** The source column's name. */
    public String column() {
        return column;
    }
}
