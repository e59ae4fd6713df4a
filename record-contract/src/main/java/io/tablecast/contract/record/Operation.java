// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import java.util.Optional;

/** What happened to a row or table; the code is the envelope's field {@code op}. */
public enum Operation {
    /** A row read by a snapshot, a first copy or a repull. */
    READ("r"),
    CREATE("c"),
    UPDATE("u"),
    DELETE("d"),
    /** All rows of a table are gone: a TRUNCATE, or the beginning of a snapshot. */
    TRUNCATE("t");

    private final String code;

    Operation(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }

    /** The operation of a code, empty for codes that do not concern rows (Debezium's logical messages, {@code m}). */
    public static Optional<Operation> ofCode(String code) {
        for (Operation operation : values()) {
            if (operation.code.equals(code)) {
                return Optional.of(operation);
            }
        }
        return Optional.empty();
    }
}
