// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

/**
 * A statement of XA as the binlog holds it.
 *
 * @param xid as the server writes it, which it does alike in all statements of a transaction
 */
record XaStatement(Kind kind, String xid) {

    XaStatement {
        requireNonNull(kind, "kind is null");
        requireNonNull(xid, "xid is null");
    }

    static XaStatement of(String sql) {
        String statement = sql.strip();
        for (Kind kind : Kind.values()) {
            if (!kind.words.isEmpty() && statement.startsWith(kind.words)) {
                return new XaStatement(
                        kind, statement.substring(kind.words.length()).strip());
            }
        }
        return new XaStatement(Kind.OTHER, "");
    }

    /** What it does. */
    enum Kind {
        START("XA START "),
        END("XA END "),
        COMMIT("XA COMMIT "),
        ROLLBACK("XA ROLLBACK "),
        OTHER("");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }
}
