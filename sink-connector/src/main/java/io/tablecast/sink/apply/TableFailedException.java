// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.table.TableId;
import org.apache.kafka.connect.errors.ConnectException;

/** One table cannot be written until somebody acts; nothing is said against the others. */
final class TableFailedException extends ConnectException {

    private static final long serialVersionUID = 1L;

    private final transient TableId table;

    TableFailedException(TableId table, ConnectException cause) {
        super(cause.getMessage(), cause);
        this.table = table;
    }

    TableId table() {
        return table;
    }

    /** What has failed. */
    ConnectException failure() {
        return (ConnectException) getCause();
    }
}
