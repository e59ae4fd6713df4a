// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.table.TableId;
import org.apache.kafka.connect.errors.ConnectException;

/** A destination table does not fit its records, and may not or cannot be changed. Somebody has to act: no retry helps. */
public final class StructureMismatch extends ConnectException {

    private static final long serialVersionUID = 1L;

    public StructureMismatch(TableId table, String what, String remedy) {
        super("Cannot write to " + table + ": " + what + ". " + remedy);
    }

    public StructureMismatch(TableId table, String what, String remedy, Throwable cause) {
        super("Cannot write to " + table + ": " + what + ". " + remedy, cause);
    }
}
