// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.structure.StructureMismatch;
import java.sql.SQLException;
import org.apache.kafka.connect.errors.DataException;

/** A snapshot that cannot be loaded until somebody acts. */
record FailedLoad(AssignedPartition partition, TableId table, RuntimeException failure) {

    FailedLoad {
        requireNonNull(partition, "partition is null");
        requireNonNull(table, "table is null");
        requireNonNull(failure, "failure is null");
    }

    /** Whether the failure says nothing against other tables. */
    boolean isOfTable() {
        return failure instanceof StructureMismatch
                || failure instanceof DataException
                || failure.getCause() instanceof SQLException;
    }
}
