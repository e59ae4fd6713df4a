// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.source.config.Mode;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.CopyQuery;
import io.tablecast.source.postgres.SnapshotCheck;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.snapshot.RowReading;
import io.tablecast.source.snapshot.SnapshotPoint;
import io.tablecast.source.snapshot.TableCopy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies a table, or a range of it, in the transaction of a look, and says where following goes on. */
final class ControlCopies {

    private static final Logger LOG = LoggerFactory.getLogger(ControlCopies.class);

    private final IncrementalTable table;
    private final SourceIdentity source;
    private final RowReading reading;
    private final RecordBuffer buffer;
    private final Heartbeats heartbeats;
    private final TableMetrics metrics;
    private final Clock clock;

    ControlCopies(
            IncrementalTable table,
            SourceIdentity source,
            RowReading reading,
            RecordBuffer buffer,
            Heartbeats heartbeats,
            TableMetrics metrics,
            Clock clock) {
        this.table = table;
        this.source = source;
        this.reading = reading;
        this.buffer = buffer;
        this.heartbeats = heartbeats;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Copies all rows within a bound. */
    SentPosition ofTable(Connection connection, KnownTable now, UpperBound bound)
            throws SQLException, InterruptedException {
        Instant begun = clock.instant();
        metrics.behind();
        CopyQuery query = now.queries().firstCopy(bound);
        SnapshotCheck.lockAndCheck(connection, query.text());
        SnapshotPoint point = SnapshotPoint.of(connection);
        SentPosition finished = new SentPosition(now.following(source, bound.end()), Map.of());
        LOG.info("Copying {} as snapshot {}, then following it", table.id(), point.id());
        String mode = Mode.INCREMENTAL.configName();
        long rows = new TableCopy(
                        now.table(),
                        query,
                        point,
                        SnapshotBegin.ofTable(point.id(), mode, now.table().structure()),
                        OffsetCodec.encode(new TableOffset.Copying(source, mode, point.id())),
                        finished.offset(),
                        reading,
                        buffer,
                        metrics)
                .run(connection);
        LOG.info(
                "Copied {} as snapshot {}: {} rows in {} ms; following it from {}",
                table.id(),
                point.id(),
                rows,
                Duration.between(begun, clock.instant()).toMillis(),
                bound.end());
        return finished;
    }

    /**
     * Copies the rows of a range again.
     *
     * @param before how far the table is sent
     */
    SentPosition ofRange(Connection connection, KnownTable now, RangeCopy range, SentPosition before)
            throws SQLException, InterruptedException {
        CopyQuery query = now.queries().range(range.from(), range.upTo().condition(now.control()));
        SnapshotCheck.lockAndCheck(connection, query.text());
        SnapshotPoint point = SnapshotPoint.of(connection);
        SentPosition finished = new SentPosition(range.finished(), Map.of());
        if (isEmpty(connection, query)) {
            LOG.warn("Read {} again in {}: there are no rows, so nothing is sent", table.id(), range);
            heartbeats.sendInTransaction(table.partition(), finished.offset());
            return finished;
        }
        long rows = new TableCopy(
                        now.table(),
                        query,
                        point,
                        range.begin(point.id(), now.table().structure()),
                        before.offset(),
                        finished.offset(),
                        reading,
                        buffer,
                        metrics)
                .run(connection);
        LOG.info("Read {} again in {} as snapshot {}: {} rows", table.id(), range, point.id(), rows);
        return finished;
    }

    private static boolean isEmpty(Connection connection, CopyQuery query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT NOT EXISTS (" + query.text() + ")")) {
            result.next();
            return result.getBoolean(1);
        }
    }
}
