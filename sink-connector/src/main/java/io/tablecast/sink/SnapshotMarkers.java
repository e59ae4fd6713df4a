// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.apply.Change;
import io.tablecast.sink.apply.LoadRequest;
import io.tablecast.sink.apply.WriterResult.LoadPrepared;
import io.tablecast.sink.metadata.SourceTable;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells which records belong to a snapshot that is loaded as a whole, and sends every record where it belongs. */
final class SnapshotMarkers {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotMarkers.class);

    private final SnapshotLoads loads;
    private final LoadFeed feed;
    private final StagedRouting staging;
    private final Set<String> mentioned = new HashSet<>();

    SnapshotMarkers(SnapshotLoads loads, LoadFeed feed) {
        this.loads = loads;
        this.feed = feed;
        this.staging = new StagedRouting(loads);
    }

    /** Decides where a record of a table goes, and hands it to its load if it has one of its own. */
    Route route(SinkRecord sinkRecord, AssignedPartition partition, TableId table, RecordReader.Reading reading) {
        Optional<SnapshotBegin> begin = RecordHeaders.begin(sinkRecord.headers());
        if (begin.isPresent()) {
            return begin(sinkRecord, partition, table, reading, begin.get());
        }
        if (!loads.concern(partition)) {
            return unannounced(sinkRecord, table, reading);
        }
        if (loads.wakeUp(partition)) {
            return Route.LOADED;
        }
        if (loads.isLoading(partition)) {
            if (!mayBelong(reading) && !loads.isSwitching(partition) && loads.isOfTable(partition, table)) {
                loads.discard(partition, "a change of the table stands before its end");
                return unannounced(sinkRecord, table, reading);
            }
            handOver(sinkRecord, partition, table, reading);
            return Route.LOADED;
        }
        Optional<StagedLoad> load = loads.staged().of(partition, table);
        if (loads.isSwitching(partition) || load.isPresent()) {
            return staging.route(sinkRecord, partition, load, reading);
        }
        return unannounced(sinkRecord, table, reading);
    }

    /** Decides where a record goes that concerns no row, such as a tombstone. */
    Route routeOfNothing(AssignedPartition partition, long offset) {
        if (loads.wakeUp(partition)) {
            return Route.LOADED;
        }
        if (loads.isSwitching(partition)) {
            partition.turnAway(offset);
            return Route.LOADED;
        }
        if (loads.isLoading(partition)) {
            feed.nothing(partition, offset);
            return Route.LOADED;
        }
        return Route.PASSED_OVER;
    }

    /** Decides where a record goes that cannot be read: a copy may end with it all the same. */
    Route routeOfUnreadable(SinkRecord sinkRecord, AssignedPartition partition) {
        return loads.staged().isIn(partition) ? staging.unreadable(sinkRecord, partition) : Route.PASSED_OVER;
    }

    private Route unannounced(SinkRecord sinkRecord, TableId table, RecordReader.Reading reading) {
        Optional<SnapshotEnd> end = RecordHeaders.end(sinkRecord.headers());
        if (end.isPresent() && isTruncate(reading)) {
            // It is no TRUNCATE, whatever it is the end of.
            if (!loads.isFinished(table, end.get().id())) {
                mention(table, end.get().id(), "the end", "it is passed over");
            }
            return Route.PASSED_OVER;
        }
        Optional<SnapshotOrdinal> ordinal = reading.source().snapshotOrdinal();
        if (ordinal.isEmpty()) {
            return Route.to(table);
        }
        String id = ordinal.get().snapshotId();
        if (loads.isFinished(table, id)) {
            LOG.debug("Passed over a row of snapshot {} of {}, which is finished", id, table);
            return Route.PASSED_OVER;
        }
        boolean isMerged = loads.settings(table).isMerged();
        mention(table, id, "rows", isMerged ? "they are merged into the table" : "they are passed over");
        return isMerged ? Route.to(table) : Route.PASSED_OVER;
    }

    private Route begin(
            SinkRecord sinkRecord,
            AssignedPartition partition,
            TableId table,
            RecordReader.Reading reading,
            SnapshotBegin begin) {
        if (loads.isSwitching(partition)) {
            partition.turnAway(sinkRecord.originalKafkaOffset());
            return Route.LOADED;
        }
        if (loads.isLoading(partition)) {
            return whileLoading(sinkRecord, partition, table, reading, begin);
        }
        // Also one that is finished: changes before it have come again as well, perhaps, and it undoes them.
        if (loads.suspended().isOf(partition, begin.id()) && loads.wakeUp(partition)) {
            return Route.LOADED;
        }
        var unusedLoad = loads.suspended().remove(partition.id());
        Optional<StagedLoad> load = loads.staged().of(partition, table);
        if (load.isPresent() && load.get().snapshotId().equals(begin.id())) {
            return isTruncate(reading)
                    ? staging.again(sinkRecord, partition, load.get(), reading)
                    : staging.route(sinkRecord, partition, load, reading);
        }
        long offset = sinkRecord.originalKafkaOffset();
        LoadRequest request = new LoadRequest(
                table,
                SourceTable.of(reading.source(), partition.id().topic()),
                loads.leaveTheTable(table, begin)
                        ? reading.change().flatMap(change -> Gathering.announced(change, sinkRecord))
                        : Optional.empty());
        Optional<LoadPrepared> prepared = loads.preparations().take(partition, request, begin.id(), offset);
        if (prepared.isEmpty()) {
            return Route.LOADED;
        }
        if (loads.isToBeStaged(partition, begin, prepared.get())) {
            return staging.begin(sinkRecord, partition, prepared.get(), reading);
        }
        loads.begin(partition, prepared.get(), begin, rowSchema(sinkRecord, reading), offset);
        handOver(sinkRecord, partition, table, reading);
        return Route.LOADED;
    }

    private Route whileLoading(
            SinkRecord sinkRecord,
            AssignedPartition partition,
            TableId table,
            RecordReader.Reading reading,
            SnapshotBegin begin) {
        if (loads.isFinished(table, begin.id())) {
            // Sent again. The stored offset stays at the begin of the load that runs.
            feed.nothing(partition, sinkRecord.originalKafkaOffset());
            return Route.LOADED;
        }
        if (loads.isOf(partition, table, begin.id())) {
            handOver(sinkRecord, partition, table, reading);
            return Route.LOADED;
        }
        if (loads.isOfTable(partition, table)) {
            loads.discard(partition, "another snapshot of the table begins before its end");
            return begin(sinkRecord, partition, table, reading, begin);
        }
        loads.stageInstead(partition, "a snapshot of " + table + " begins before its end");
        return Route.LOADED;
    }

    private void handOver(
            SinkRecord sinkRecord, AssignedPartition partition, TableId table, RecordReader.Reading reading) {
        if (reading.change().isPresent() && reading.change().get() instanceof Change.Write row) {
            feed.row(partition, table, row, reading.source().snapshotOrdinal());
        } else if (reading.change().isPresent() && reading.change().get() instanceof Change.Rows rows) {
            feed.rows(partition, table, rows);
        } else {
            feed.other(partition, table, sinkRecord.originalKafkaOffset());
        }
        Optional<SnapshotEnd> end = RecordHeaders.end(sinkRecord.headers());
        if (end.isPresent() && !partition.isSeeking()) {
            feed.end(partition, end.get(), sinkRecord.originalKafkaOffset());
        }
    }

    /** Whether a record's schema tells what the rows of its table are like. */
    static boolean hasRowSchema(SinkRecord sinkRecord, RecordReader.Reading reading) {
        return sinkRecord.valueSchema() != null || reading.chunk().isPresent();
    }

    /** The schema of the rows that a record's envelope holds or would hold. */
    static Schema rowSchema(SinkRecord sinkRecord, RecordReader.Reading reading) {
        if (reading.chunk().isPresent()) {
            return reading.chunk().get().rowSchema();
        }
        if (reading.change().isPresent() && reading.change().get() instanceof Change.Write row) {
            return row.row().schema();
        }
        Field after = sinkRecord.valueSchema() == null
                ? null
                : sinkRecord.valueSchema().field("after");
        if (after == null) {
            throw new DataException(
                    "The record belongs to a snapshot, but its schema tells nothing of the rows: a transform has"
                            + " taken the envelope away. Remove the transform; this sink reads envelopes.");
        }
        return after.schema();
    }

    /** Whether a record may stand among the rows of a snapshot: a row of one, or what says nothing of its source. */
    static boolean mayBelong(RecordReader.Reading reading) {
        boolean isRow = reading.change().isPresent()
                && (reading.change().get() instanceof Change.Write
                        || reading.change().get() instanceof Change.Rows);
        return reading.source().table().isEmpty()
                || (isRow && reading.source().snapshotOrdinal().isPresent());
    }

    static boolean isTruncate(RecordReader.Reading reading) {
        return reading.change().isPresent() && reading.change().get() instanceof Change.Truncate;
    }

    private void mention(TableId table, String snapshotId, String what, String outcome) {
        if (mentioned.add(table + " " + snapshotId)) {
            String reason = what + " of snapshot " + snapshotId + " came, whose begin was never seen; " + outcome;
            loads.incomplete().mark(table, reason);
            LOG.warn("{}: {}. Copy the table again to have all of its rows", table, reason);
        }
    }
}
