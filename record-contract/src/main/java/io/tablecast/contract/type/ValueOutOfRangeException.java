// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import org.apache.kafka.connect.errors.DataException;

/**
 * A value in a record cannot be stored in its destination column. It concerns one record: writing it again fails again.
 */
public final class ValueOutOfRangeException extends DataException {

    private static final long serialVersionUID = 1L;

    private final String column;

    ValueOutOfRangeException(TypedColumn destination, String value) {
        super("Column \"%s\": %s does not fit its destination type %s."
                .formatted(destination.name(), value, destination.type().name()));
        this.column = destination.name();
    }

    /** The destination column's name. */
    public String column() {
        return column;
    }
}
