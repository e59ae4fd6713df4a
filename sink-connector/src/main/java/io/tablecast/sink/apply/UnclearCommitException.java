// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import java.sql.SQLException;

/** The connection broke while COMMIT was under way; only the stored offsets tell whether it happened. */
final class UnclearCommitException extends Exception {

    private static final long serialVersionUID = 1L;

    UnclearCommitException(SQLException cause) {
        super(cause);
    }

    SQLException sqlCause() {
        return (SQLException) getCause();
    }
}
