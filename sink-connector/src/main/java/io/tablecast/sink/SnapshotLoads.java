// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.apply.Change;
import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.error.Backoff;
import io.tablecast.sink.error.Outcome;
import io.tablecast.sink.error.StopReasons;
import io.tablecast.sink.metadata.LoadRecords;
import io.tablecast.sink.metadata.MetadataSchema;
import io.tablecast.sink.offset.SinkOffsets;
import io.tablecast.sink.postgres.Connections;
import io.tablecast.sink.snapshot.LoadPlan;
import io.tablecast.sink.snapshot.LoadResult;
import io.tablecast.sink.snapshot.LoadRow;
import io.tablecast.sink.snapshot.LoadState;
import io.tablecast.sink.snapshot.SnapshotLoad;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots that are being loaded, at most one for each partition. A load begins when all that came before it is
 * committed, takes the partition's records until its end, and moves the partition's offset in its own transaction. For the
 * task's thread.
 */
final class SnapshotLoads {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotLoads.class);

    private final SinkSettings settings;
    private final Connections connections;
    private final SinkOffsets offsets;
    private final LoadRecords records;
    private final Map<TopicPartition, Load> loads = new HashMap<>();
    private final Map<TopicPartition, Announced> announced = new HashMap<>();
    private final Map<TopicPartition, String> finished = new HashMap<>();
    private final Map<TopicPartition, Retry> retries = new HashMap<>();

    SnapshotLoads(SinkSettings settings, Connections connections, SinkOffsets offsets) {
        this.settings = settings;
        this.connections = connections;
        this.offsets = offsets;
        this.records = new LoadRecords(
                new MetadataSchema(settings.metadataSchema()),
                settings.connection().connector());
    }

    /** A load under way, and where its partition goes on when it has ended. */
    private static final class Load {
        private final SnapshotLoad running;
        private final AssignedPartition partition;
        private final TableId table;
        private final long beginOffset;
        private boolean hasEnded;

        Load(SnapshotLoad running, AssignedPartition partition, TableId table, long beginOffset) {
            this.running = running;
            this.partition = partition;
            this.table = table;
            this.beginOffset = beginOffset;
        }
    }

    /** A snapshot whose begin was seen: first all before it is committed, then its table is prepared. */
    private record Announced(
            AssignedPartition partition, TableId table, String id, Optional<Set<String>> knownColumns) {}

    private record Retry(int failures, long notBeforeNanos) {
        boolean isWaiting() {
            return System.nanoTime() - notBeforeNanos < 0;
        }
    }

    /** Whether the partition's records are rows of a snapshot now. */
    boolean isLoading(AssignedPartition partition) {
        return loads.containsKey(partition.id());
    }

    /** Whether all of the partition's snapshot is there and readers are switched to it now. */
    boolean isSwitching(AssignedPartition partition) {
        Load load = loads.get(partition.id());
        return load != null && load.hasEnded;
    }

    /** Whether a begin is for a load; others are merged into the table row by row. */
    static boolean isLoaded(SnapshotBegin begin) {
        return !begin.interleaved() && begin.ranges().isEmpty();
    }

    /** Begins a load, or turns its first record away until that is possible. */
    void begin(AssignedPartition partition, TableId table, SnapshotBegin begin, Schema row, long offset) {
        Announced known = announced.get(partition.id());
        boolean isPrepared = known != null
                && known.id().equals(begin.id())
                && known.table().equals(table)
                && known.knownColumns().isPresent()
                && partition.isDrained();
        if (!isPrepared) {
            announced.put(partition.id(), new Announced(partition, table, begin.id(), Optional.empty()));
            partition.turnAway(offset);
            return;
        }
        announced.remove(partition.id());
        SnapshotLedger ledger = new SnapshotLedger(
                records, begin, row.fields().stream().map(Field::name).toList());
        LoadPlan plan = new LoadPlan(
                table,
                begin,
                row,
                partition.epoch(),
                known.knownColumns().get(),
                settings.of(table).snapshots());
        SnapshotLoad load = SnapshotLoad.start(
                plan,
                connections::open,
                ledger,
                (connection, next) -> offsets.advance(connection, List.of(partition.advanceTo(next))));
        loads.put(partition.id(), new Load(load, partition, table, offset));
        partition.load(offset);
        LOG.info("Loading snapshot {} of {} from {}@{}", begin.id(), table, partition.id(), offset);
    }

    /** Hands a row to the partition's load. */
    void row(AssignedPartition partition, TableId table, Change.Write row, Optional<SnapshotOrdinal> ordinal) {
        Load load = loads.get(partition.id());
        if (load.hasEnded) {
            partition.turnAway(row.origin().offset());
            return;
        }
        requireOfLoad(load, table, row);
        boolean isOfOther = ordinal.isPresent() && !ordinal.get().snapshotId().equals(load.running.snapshotId());
        if (isOfOther) {
            LOG.warn(
                    "Passed over {}, a row of snapshot {} while {} is loaded",
                    row.origin().text(),
                    ordinal.get().snapshotId(),
                    load.running.snapshotId());
        } else {
            load.running.add(new LoadRow(
                    row.row(),
                    ordinal.map(SnapshotOrdinal::ordinal).orElse(LoadRow.NO_ORDINAL),
                    row.origin().offset()));
        }
        partition.load(row.origin().offset());
    }

    private static void requireOfLoad(Load load, TableId table, Change change) {
        if (!table.equals(load.table)) {
            throw new ConnectException(
                    "Cannot load the snapshot of " + load.table + ": a record of " + table + " stands at "
                            + change.origin().text()
                            + " before its end. Give each table a topic of its own (remove the transform"
                            + " that merges topics), or set table." + load.table
                            + ".snapshot.apply for tables that share one.");
        }
    }

    /** A record that is no row came while the partition's snapshot is loaded. */
    void other(AssignedPartition partition, long offset) {
        if (loads.get(partition.id()).hasEnded) {
            partition.turnAway(offset);
            return;
        }
        partition.load(offset);
    }

    /** The snapshot's last record was handed over. */
    void end(AssignedPartition partition, SnapshotEnd end, long offset) {
        Load load = loads.get(partition.id());
        if (!load.running.snapshotId().equals(end.id())) {
            LOG.warn("Passed over the end of snapshot {} while {} is loaded", end.id(), load.running.snapshotId());
            return;
        }
        load.hasEnded = true;
        load.running.end(end, offset + 1);
    }

    /** A new begin discards what was loaded since the last one. */
    void discard(AssignedPartition partition) {
        Load load = loads.remove(partition.id());
        load.running.close();
        LOG.warn("Discarded the unfinished snapshot {} of {}", load.running.snapshotId(), load.table);
    }

    /** Whether that snapshot is finished: what comes of it now comes again, as a producer that sends again makes it. */
    boolean isFinished(AssignedPartition partition, String snapshotId) {
        return snapshotId.equals(finished.get(partition.id()));
    }

    /** Whether it is that snapshot which is loaded. */
    boolean isOf(AssignedPartition partition, String snapshotId) {
        return loads.get(partition.id()).running.snapshotId().equals(snapshotId);
    }

    /** A table that the writer has to prepare, because everything before its snapshot is committed. */
    Optional<TableId> tableToPrepare() {
        return announced.values().stream()
                .filter(snapshot -> snapshot.knownColumns().isEmpty())
                .filter(snapshot -> snapshot.partition().isDrained())
                .map(Announced::table)
                .findFirst();
    }

    void prepared(TableId table, Set<String> knownColumns) {
        announced.replaceAll((partition, snapshot) -> snapshot.table().equals(table)
                ? new Announced(snapshot.partition(), table, snapshot.id(), Optional.of(knownColumns))
                : snapshot);
    }

    /** Whether no more of the partition should come for now. */
    boolean shouldPause(AssignedPartition partition) {
        Announced snapshot = announced.get(partition.id());
        if (snapshot != null && (snapshot.knownColumns().isEmpty() || !partition.isDrained())) {
            return true;
        }
        Retry retry = retries.get(partition.id());
        if (retry != null && retry.isWaiting()) {
            return true;
        }
        Load load = loads.get(partition.id());
        return load != null && (load.hasEnded || load.running.isQueueFull());
    }

    boolean isAnyUnderWay() {
        return !loads.isEmpty()
                || !announced.isEmpty()
                || retries.values().stream().anyMatch(Retry::isWaiting);
    }

    /** Takes note of loads that have ended since the last call, and returns those that are committed. */
    List<LoadResult> collect() {
        List<LoadResult> done = new ArrayList<>();
        for (Iterator<Load> all = loads.values().iterator(); all.hasNext(); ) {
            Load load = all.next();
            if (load.running.state() == LoadState.DONE) {
                all.remove();
                load.partition.commitLoad();
                finished.put(load.partition.id(), load.running.snapshotId());
                retries.remove(load.partition.id());
                load.running.result().ifPresent(done::add);
            } else if (load.running.state() == LoadState.FAILED) {
                all.remove();
                failed(load);
            }
        }
        return done;
    }

    private void failed(Load load) {
        Exception cause = load.running.failure().orElseThrow();
        if (cause instanceof SQLException refused && Outcome.of(refused) == Outcome.RETRY) {
            Retry before = retries.getOrDefault(load.partition.id(), new Retry(0, 0));
            int failures = before.failures() + 1;
            retries.put(
                    load.partition.id(),
                    new Retry(
                            failures,
                            System.nanoTime() + Backoff.after(failures).toNanos()));
            LOG.warn("The load of {} is tried again: {}", load.table, refused.getMessage());
            // Its COMMIT may have happened: the claim reads where the partition stands.
            load.partition.unclaim(load.beginOffset);
            return;
        }
        if (cause instanceof SQLException refused) {
            throw StopReasons.of(refused, connections.target());
        }
        throw cause instanceof RuntimeException unchecked ? unchecked : new ConnectException(cause);
    }

    /** Abandons what is under way for a partition; its next owner begins again. */
    void close(TopicPartition partition) {
        announced.remove(partition);
        finished.remove(partition);
        retries.remove(partition);
        Load load = loads.remove(partition);
        if (load != null) {
            load.running.close();
        }
    }

    void closeAll() {
        List.copyOf(loads.keySet()).forEach(this::close);
    }
}
