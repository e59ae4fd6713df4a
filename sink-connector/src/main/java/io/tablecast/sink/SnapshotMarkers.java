// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.apply.Change;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells which records belong to a snapshot that is loaded as a whole, and sends them there. */
final class SnapshotMarkers {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotMarkers.class);

    private final SnapshotLoads loads;
    private final DestinationNames names;
    private final Set<String> mentioned = new HashSet<>();

    SnapshotMarkers(SnapshotLoads loads, DestinationNames names) {
        this.loads = loads;
        this.names = names;
    }

    /** What becomes of a record. */
    enum Way {
        /** It belongs to a load and is with it, or is turned away until that is possible. */
        LOADED,
        /** It says nothing new; its offset counts as written. */
        PASSED_OVER,
        /** It is a change like any other. */
        CHANGE
    }

    /** Decides where a record goes, and hands it to its load if it has one. */
    Way take(SinkRecord sinkRecord, AssignedPartition partition, RecordReader.Reading reading) {
        Optional<SnapshotBegin> begin = RecordHeaders.begin(sinkRecord.headers());
        if (begin.isPresent() && SnapshotLoads.isLoaded(begin.get())) {
            return begin(sinkRecord, partition, reading, begin.get());
        }
        if (loads.isLoading(partition)) {
            handOver(sinkRecord, partition, reading);
            return Way.LOADED;
        }
        if (begin.isPresent() && isTruncate(reading)) {
            // It is no TRUNCATE: the rows of this snapshot are merged into what is there.
            return Way.PASSED_OVER;
        }
        return unannounced(partition, reading);
    }

    private Way unannounced(AssignedPartition partition, RecordReader.Reading reading) {
        Optional<SnapshotOrdinal> ordinal = reading.source().snapshotOrdinal();
        if (ordinal.isEmpty()) {
            return Way.CHANGE;
        }
        if (loads.isFinished(partition, ordinal.get().snapshotId())) {
            mention(ordinal.get(), "came again after its end and are passed over");
            return Way.PASSED_OVER;
        }
        mention(ordinal.get(), "have no begin here and are merged by key");
        return Way.CHANGE;
    }

    private Way begin(
            SinkRecord sinkRecord, AssignedPartition partition, RecordReader.Reading reading, SnapshotBegin begin) {
        if (loads.isFinished(partition, begin.id())) {
            return Way.PASSED_OVER;
        }
        if (loads.isSwitching(partition)) {
            partition.turnAway(sinkRecord.originalKafkaOffset());
            return Way.LOADED;
        }
        if (loads.isLoading(partition) && !loads.isOf(partition, begin.id())) {
            loads.discard(partition);
        }
        if (!loads.isLoading(partition)) {
            TableId table = names.of(sinkRecord, reading.source());
            loads.begin(partition, table, begin, rowSchema(sinkRecord, reading), sinkRecord.originalKafkaOffset());
        }
        if (loads.isLoading(partition)) {
            handOver(sinkRecord, partition, reading);
        }
        return Way.LOADED;
    }

    private void handOver(SinkRecord sinkRecord, AssignedPartition partition, RecordReader.Reading reading) {
        if (reading.change().isPresent() && reading.change().get() instanceof Change.Write row) {
            loads.row(
                    partition,
                    names.of(sinkRecord, reading.source()),
                    row,
                    reading.source().snapshotOrdinal());
        } else {
            loads.other(partition, sinkRecord.originalKafkaOffset());
        }
        Optional<SnapshotEnd> end = RecordHeaders.end(sinkRecord.headers());
        if (end.isPresent() && !partition.isSeeking()) {
            loads.end(partition, end.get(), sinkRecord.originalKafkaOffset());
        }
    }

    private static Schema rowSchema(SinkRecord sinkRecord, RecordReader.Reading reading) {
        if (reading.change().isPresent() && reading.change().get() instanceof Change.Write row) {
            return row.row().schema();
        }
        Field after = sinkRecord.valueSchema() == null
                ? null
                : sinkRecord.valueSchema().field("after");
        if (after == null) {
            throw new DataException(
                    "The record begins a snapshot, but its schema tells nothing of the rows: a transform has"
                            + " taken the envelope away. Remove the transform; this sink reads envelopes.");
        }
        return after.schema();
    }

    private static boolean isTruncate(RecordReader.Reading reading) {
        return reading.change().isPresent() && reading.change().get() instanceof Change.Truncate;
    }

    private void mention(SnapshotOrdinal ordinal, String what) {
        if (mentioned.add(ordinal.snapshotId())) {
            LOG.warn("Rows of snapshot {} {}", ordinal.snapshotId(), what);
        }
    }
}
