// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.error.Outcome;
import io.tablecast.sink.metadata.LoadRecords;
import io.tablecast.sink.offset.FencedException;
import io.tablecast.sink.snapshot.LoadBackend;
import io.tablecast.sink.snapshot.LoadFailure;
import io.tablecast.sink.snapshot.LoadRegistry;
import io.tablecast.sink.snapshot.LoadResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes one load down in the metadata schema. */
record SnapshotLedger(LoadRecords records, SnapshotBegin begin, List<String> columns) implements LoadRegistry {

    SnapshotLedger {
        columns = List.copyOf(columns);
    }

    @Override
    public Optional<LoadBackend> running(Connection connection, TableId table) throws SQLException {
        return records.running(connection, table).map(backend -> new LoadBackend(backend.pid(), backend.startedAt()));
    }

    @Override
    public void started(Connection connection, TableId table, String snapshotId, LoadBackend backend)
            throws SQLException {
        records.started(connection, table, snapshotId, new LoadRecords.Backend(backend.pid(), backend.startedAt()));
    }

    @Override
    public void finished(Connection connection, LoadResult result) throws SQLException {
        List<String> remarks = new ArrayList<>(result.remarks());
        String incomplete = result.isComplete()
                ? ""
                : "the source sent " + result.expectedRows() + " rows, and " + result.rows() + " are here";
        if (!result.isComplete()) {
            remarks.add("the source sent " + result.expectedRows() + " rows");
        }
        Optional<TableId> previous = result.previous().stream().findFirst();
        LoadRecords.Run run = new LoadRecords.Run(
                result.table(),
                result.snapshotId(),
                result.rows(),
                result.elapsed(),
                result.storage().toString(),
                previous.map(TableId::toString).orElse(""),
                String.join("; ", remarks),
                incomplete);
        if (begin.ranges().isEmpty()) {
            records.finished(connection, run, columns, begin.structure());
        } else {
            records.finishedRange(connection, run, columns);
        }
    }

    /** Writes nothing of a load that is tried again as it is, or by another task. */
    @Override
    public void failed(Connection connection, LoadFailure failure) throws SQLException {
        boolean isTransient = failure.cause() instanceof SQLException refused && Outcome.of(refused) == Outcome.RETRY;
        if (isTransient || failure.cause() instanceof FencedException) {
            return;
        }
        records.failed(
                connection,
                new LoadRecords.Run(
                        failure.table(),
                        failure.snapshotId(),
                        failure.rows(),
                        failure.elapsed(),
                        "",
                        "",
                        String.valueOf(failure.cause().getMessage()),
                        ""),
                begin.ranges().isEmpty() ? LoadRecords.Kind.SNAPSHOT : LoadRecords.Kind.RANGE);
    }
}
