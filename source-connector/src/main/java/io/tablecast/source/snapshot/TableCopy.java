// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.CopyQuery;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.reading.RecordBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** One copy of a table, or of chosen rows of it, between its markers. Used once. */
public final class TableCopy {

    private final SourceTable table;
    private final CopyQuery query;
    private final RowReading reading;
    private final CopyTarget target;
    private final TableMetrics metrics;

    /**
     * Prepares a copy of a whole table.
     *
     * @param mode as the begin marker names it
     * @param point the moment of the transaction in which {@link #run} will read
     * @param copyingOffset what is stored while the copy is under way
     * @param finishedOffset what is stored with its last record
     */
    public TableCopy(
            SourceTable table,
            String mode,
            SnapshotPoint point,
            Map<String, ?> copyingOffset,
            Map<String, ?> finishedOffset,
            RowReading reading,
            RecordBuffer buffer,
            TableMetrics metrics) {
        this(
                table,
                table.copyQuery(),
                point,
                SnapshotBegin.ofTable(point.id(), mode, table.structure()),
                copyingOffset,
                finishedOffset,
                reading,
                buffer,
                metrics);
    }

    /**
     * Prepares a copy of chosen rows. A copy of a range has no record of its own to begin with, so it must have a row.
     *
     * @param query chooses among the rows of {@link SourceTable#query()}
     * @param begin what the copy is of
     */
    public TableCopy(
            SourceTable table,
            CopyQuery query,
            SnapshotPoint point,
            SnapshotBegin begin,
            Map<String, ?> copyingOffset,
            Map<String, ?> finishedOffset,
            RowReading reading,
            RecordBuffer buffer,
            TableMetrics metrics) {
        this.table = table;
        this.query = query;
        this.reading = reading;
        this.target = table.settings().isCopiedInBinary()
                ? new ChunkRecords(table, point, begin, copyingOffset, finishedOffset, buffer, metrics)
                : new RowRecords(
                        table,
                        new CopyRecords(
                                new CopiedSourceTable(table, point),
                                begin,
                                copyingOffset,
                                finishedOffset,
                                buffer,
                                metrics));
        this.metrics = metrics;
    }

    /**
     * Reads all rows and puts them into the buffer. Nothing more is put into it when it throws.
     *
     * @param connection its transaction is open, is the one of the copy's {@link SnapshotPoint}, and has locked the table
     * @return how many rows there were
     */
    public long run(Connection connection) throws SQLException, InterruptedException {
        metrics.copyStarted(table.estimatedRows());
        reading.read(connection, table, query, target);
        long rows = target.finish();
        metrics.copyFinished();
        return rows;
    }
}
