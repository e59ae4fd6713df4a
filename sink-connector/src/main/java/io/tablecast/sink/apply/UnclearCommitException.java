// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import java.sql.SQLException;

/** The connection broke while COMMIT was under way; only the stored offsets tell whether it happened. */
final class UnclearCommitException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Written written;

    UnclearCommitException(Written written, SQLException cause) {
        super(cause);
        this.written = written;
    }

    /** What is written if it happened. */
    Written written() {
        return written;
    }

    SQLException sqlCause() {
        return (SQLException) getCause();
    }
}
