// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import org.apache.kafka.connect.errors.DataException;

/** The key of a record has a NULL: no row equals it, so nothing can be replaced or deleted. It concerns one record. */
final class KeyMissingException extends DataException {

    private static final long serialVersionUID = 1L;

    private final String column;

    KeyMissingException(String column) {
        super("The record's key is NULL in column \"" + column
                + "\", and no row can be found by that. Give the records a"
                + " key of columns that are never NULL, or set apply.mode=append.");
        this.column = column;
    }

    /** The destination column's name. */
    String column() {
        return column;
    }
}
