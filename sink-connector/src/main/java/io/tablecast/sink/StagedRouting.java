// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.sink.apply.Change;
import io.tablecast.sink.apply.WriterResult.LoadPrepared;
import io.tablecast.sink.metadata.StagedLoadRecords;
import io.tablecast.sink.snapshot.StagedTable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the records of staged loads go: rows of the snapshot into the table aside, changes that stand between them there
 * and into the destination, in the order of the partition, so that a later change always wins.
 */
final class StagedRouting {

    private static final Logger LOG = LoggerFactory.getLogger(StagedRouting.class);

    private final SnapshotLoads loads;

    StagedRouting(SnapshotLoads loads) {
        this.loads = loads;
    }

    /** Begins a staged load with its first record. */
    Route begin(
            SinkRecord sinkRecord, AssignedPartition partition, LoadPrepared prepared, RecordReader.Reading reading) {
        StagedLoadRecords.Note note = new StagedLoadRecords.Note(
                partition.id(),
                prepared.table(),
                (String) sinkRecord
                        .headers()
                        .lastWithName(RecordHeaders.SNAPSHOT_BEGIN)
                        .value(),
                sinkRecord.originalKafkaOffset(),
                partition.epoch(),
                prepared.isThere(),
                prepared.knownColumns(),
                0,
                0,
                // As precise as the destination keeps it.
                Instant.now().truncatedTo(ChronoUnit.MICROS));
        StagedLoad load = StagedLoad.begun(note, loads.settings(prepared.table()));
        loads.staged().put(partition.id(), load);
        LOG.info(
                "Loading snapshot {} of {} from {}@{} in batches",
                load.snapshotId(),
                load.table(),
                partition.id(),
                note.beginOffset());
        if (!SnapshotMarkers.isTruncate(reading)) {
            return route(sinkRecord, partition, Optional.of(load), reading);
        }
        // Emptying the table aside creates it.
        StagedTable stage = load.stage(SnapshotMarkers.rowSchema(sinkRecord, reading));
        return ending(sinkRecord, load, Route.aside(stage, List.of()));
    }

    /** A begin that a producer has sent again. */
    Route again(SinkRecord sinkRecord, AssignedPartition partition, StagedLoad load, RecordReader.Reading reading) {
        if (RecordHeaders.end(sinkRecord.headers()).isEmpty()) {
            return Route.PASSED_OVER;
        }
        return route(sinkRecord, partition, Optional.of(load), reading);
    }

    /** A record of a partition with staged loads. */
    Route route(
            SinkRecord sinkRecord,
            AssignedPartition partition,
            Optional<StagedLoad> ofTable,
            RecordReader.Reading reading) {
        long offset = sinkRecord.originalKafkaOffset();
        if (loads.isSwitching(partition)) {
            partition.turnAway(offset);
            return Route.LOADED;
        }
        StagedLoad load = ofTable.orElseThrow();
        load.heardOf();
        if (!load.begin().interleaved()
                && !SnapshotMarkers.mayBelong(reading)
                && endOf(load, sinkRecord).isEmpty()) {
            loads.staged().discard(partition.id(), load.table());
            loads.discarded(load.table(), load.snapshotId(), "a change of the table stands before its end");
            return Route.to(load.table());
        }
        if (!SnapshotMarkers.hasRowSchema(sinkRecord, reading)) {
            return tombstone(load);
        }
        Schema row = SnapshotMarkers.rowSchema(sinkRecord, reading);
        StagedTable stage = load.stage(row);
        if (isRestructured(sinkRecord)) {
            load.follow(row);
        }
        Optional<SnapshotOrdinal> ordinal = reading.source().snapshotOrdinal();
        if (ordinal.isPresent() && reading.change().get() instanceof Change.Write) {
            return ending(sinkRecord, load, rows(sinkRecord, load, row, ordinal.get(), 1));
        }
        if (ordinal.isPresent() && reading.change().get() instanceof Change.Rows rows) {
            long count = rows.chunk().rows().rows();
            return ending(sinkRecord, load, rows(sinkRecord, load, row, ordinal.get(), count));
        }
        Optional<SnapshotEnd> end = endOf(load, sinkRecord);
        if (end.isEmpty()) {
            if (reading.change().get() instanceof Change.Write) {
                load.follow(row);
            }
            return Route.to(load.liveTables(), stage);
        }
        if (SnapshotMarkers.isTruncate(reading)) {
            // It is no TRUNCATE: the table was empty when the snapshot ended.
            return ending(sinkRecord, load, aside(sinkRecord, load, stage));
        }
        if (load.knowsOnly(offset)) {
            // Nothing was in the table when the copy was made; the change itself has the table aside created.
            return ending(sinkRecord, load, aside(sinkRecord, load, stage));
        }
        // The change itself comes again after the switch, and then it is one like any other.
        load.end(end.get(), offset);
        partition.turnAway(offset);
        return Route.LOADED;
    }

    /** A record that is put aside because it cannot be read: if a load ends with it, it ends without its row. */
    Route unreadable(SinkRecord sinkRecord, AssignedPartition partition) {
        Optional<SnapshotEnd> end = readableEnd(sinkRecord);
        Optional<StagedLoad> found = end.flatMap(marker -> loads.staged().of(partition, marker.id()));
        if (found.isEmpty()) {
            return Route.PASSED_OVER;
        }
        StagedLoad load = found.get();
        if (load.knownStage().isEmpty()) {
            // The first record after a restart.
            String reason = "snapshot " + load.snapshotId() + " ends with a record that cannot be read, and nothing"
                    + " else tells what its rows are like";
            loads.incomplete().mark(load.table(), reason);
            LOG.warn("{}: {}. Copy the table again", load.table(), reason);
            return Route.PASSED_OVER;
        }
        load.end(end.get(), sinkRecord.originalKafkaOffset() + 1);
        return Route.PASSED_OVER.ahead();
    }

    private static Optional<SnapshotEnd> readableEnd(SinkRecord sinkRecord) {
        try {
            return RecordHeaders.end(sinkRecord.headers());
        } catch (DataException e) {
            LOG.debug("The header is what cannot be read", e);
            return Optional.empty();
        }
    }

    // The first record after a restart may be one; the table aside has seen the delete before it.
    private static Route tombstone(StagedLoad load) {
        return new Route(
                Route.Way.GATHERED,
                load.liveTables(),
                List.of(),
                load.knownStage().map(List::of).orElse(List.of()));
    }

    private static boolean isRestructured(SinkRecord sinkRecord) {
        return !RecordHeaders.schemaChanges(sinkRecord.headers()).isEmpty();
    }

    /** The destination follows changes of columns from where they are told of, whatever else the record is. */
    private static Route aside(SinkRecord sinkRecord, StagedLoad load, StagedTable stage) {
        return Route.aside(stage, isRestructured(sinkRecord) ? load.liveTables() : List.of());
    }

    private static Route rows(SinkRecord sinkRecord, StagedLoad load, Schema row, SnapshotOrdinal first, long count) {
        if (!first.snapshotId().equals(load.snapshotId())) {
            LOG.warn("Passed over a row of snapshot {} while {} is loaded", first.snapshotId(), load.snapshotId());
            return Route.PASSED_OVER;
        }
        if (load.isRepeat(first, count)) {
            return Route.PASSED_OVER;
        }
        load.follow(row);
        return aside(sinkRecord, load, load.stage(row));
    }

    private static Route ending(SinkRecord sinkRecord, StagedLoad load, Route route) {
        Optional<SnapshotEnd> end = endOf(load, sinkRecord);
        if (end.isEmpty()) {
            return route;
        }
        load.end(end.get(), sinkRecord.originalKafkaOffset() + 1);
        return route.ahead();
    }

    private static Optional<SnapshotEnd> endOf(StagedLoad load, SinkRecord sinkRecord) {
        Optional<SnapshotEnd> end = RecordHeaders.end(sinkRecord.headers());
        if (end.isPresent() && !end.get().id().equals(load.snapshotId())) {
            LOG.warn(
                    "Passed over the end of snapshot {} while {} is loaded",
                    end.get().id(),
                    load.snapshotId());
            return Optional.empty();
        }
        return end;
    }
}
