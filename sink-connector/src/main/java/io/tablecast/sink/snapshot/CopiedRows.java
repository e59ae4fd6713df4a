// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.TableCreator;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Rows that one COPY writes in the transaction that also switches. They are frozen, so that nobody is waited for. */
final class CopiedRows implements RowsAside {

    private final LoadPlan plan;
    private final RowQueue queue;
    private final long beginNanos = System.nanoTime();

    CopiedRows(LoadPlan plan, RowQueue queue) {
        this.plan = plan;
        this.queue = queue;
    }

    @Override
    public void awaitVisibility(Connection connection) {
        // Nothing is committed yet.
    }

    @Override
    public Filled fill(Connection connection, LoadTransaction.Progress progress)
            throws SQLException, InterruptedException {
        SnapshotTable table = SnapshotTable.design(connection, plan);
        TableCreator.createEmpty(connection, table.design(), table.id());
        RowCopy copy = new RowCopy(
                connection,
                DestinationCatalog.read(
                                connection, table.id(), plan.settings().shape().identifierCase())
                        .orElseThrow(),
                plan.row(),
                queue);
        progress.copying(copy);
        copy.run();
        return new Filled(
                table, copy.rows(), copy.repeats(), copy.remark().map(List::of).orElse(List.of()));
    }

    @Override
    public Duration sinceBegin() {
        return Duration.ofNanos(System.nanoTime() - beginNanos);
    }
}
