// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.table.TableId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables that cannot be written, and the partitions that wait with them. The stored offset of such a partition stays
 * before what failed, so that a restart of the task begins there again. Meanwhile its records are read and passed by,
 * until a snapshot of the table begins that makes them needless; where records of other tables were passed by as well,
 * only the restart helps. For the task's thread.
 */
final class Quarantine {

    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);
    private static final long NO_BEGIN = -1;

    private final RecordReader reader;
    private final DestinationNames names;
    private final IncompleteTables incomplete;
    private final Reports reports;
    private final Map<TopicPartition, Parked> partitions = new HashMap<>();
    private final Set<TableId> tables = new HashSet<>();

    Quarantine(RecordReader reader, DestinationNames names, IncompleteTables incomplete, Reports reports) {
        this.reader = reader;
        this.names = names;
        this.incomplete = incomplete;
        this.reports = reports;
    }

    private static final class Parked {
        private final AssignedPartition partition;
        private final TableId table;
        private final String cause;
        private final long triedBegin;
        private boolean hasOthers;
        private boolean isWrittenDown;

        Parked(AssignedPartition partition, TableId table, String cause, long triedBegin, boolean hasOthers) {
            this.partition = partition;
            this.table = table;
            this.cause = cause;
            this.triedBegin = triedBegin;
            this.hasOthers = hasOthers;
        }
    }

    /** Whether a partition has records of other tables than the one that failed. */
    enum Others {
        NONE,
        SOME
    }

    boolean isEmpty() {
        return partitions.isEmpty();
    }

    boolean isParked(AssignedPartition partition) {
        return !partitions.isEmpty() && partitions.containsKey(partition.id());
    }

    boolean has(TableId table) {
        return tables.contains(table);
    }

    /** Nothing of the partition is written from now on. */
    void park(AssignedPartition partition, TableId table, Others others, Exception cause) {
        parkAtBegin(partition, table, others, cause, NO_BEGIN);
    }

    /**
     * The same of a partition that is about to read the begin of a copy again.
     *
     * @param triedBegin the offset of a begin that does not bring the table back
     */
    void parkAtBegin(AssignedPartition partition, TableId table, Others others, Exception cause, long triedBegin) {
        LOG.error(
                "Table {} is quarantined, and {}[{}] waits with it {}. Copy the table again, or correct the"
                        + " cause and restart the task",
                table,
                partition.id().topic(),
                partition.id().partition(),
                partition.place(),
                cause);
        partitions.put(
                partition.id(),
                new Parked(partition, table, String.valueOf(cause.getMessage()), triedBegin, others == Others.SOME));
        tables.add(table);
    }

    /** Has it written down of tables of which nothing more is under way: what is written later would take it back. */
    void writeDown() {
        for (Parked parked : partitions.values()) {
            if (!parked.isWrittenDown && parked.partition.isDrained()) {
                parked.isWrittenDown = true;
                reports.quarantined(parked.table);
                incomplete.quarantine(parked.table, parked.cause);
            }
        }
    }

    /** Passes a record of a parked partition by, unless it cures the partition: then it is to be accepted. */
    boolean isCuredBy(SinkRecord received, AssignedPartition partition) {
        try {
            SinkRecord sinkRecord = reader.prepared(received);
            RecordReader.Reading reading = reader.read(sinkRecord, reader.origin(received, partition.id()));
            return reading.change().isPresent()
                    && isCuredBy(sinkRecord, partition, names.of(sinkRecord, reading.source()));
        } catch (DataException e) {
            LOG.debug("Passed by a record that cannot be read", e);
            return false;
        }
    }

    private boolean isCuredBy(SinkRecord sinkRecord, AssignedPartition partition, TableId table) {
        Parked parked = partitions.get(partition.id());
        Optional<SnapshotBegin> begin = RecordHeaders.begin(sinkRecord.headers());
        boolean isOfAll = begin.isPresent() && begin.get().ranges().isEmpty();
        boolean wasTried = sinkRecord.originalKafkaOffset() == parked.triedBegin;
        if (isOfAll && !wasTried && parked.table.equals(table) && !parked.hasOthers) {
            LOG.info("{} is copied again and leaves its quarantine", table);
            partition.goOnAt(sinkRecord.originalKafkaOffset());
            partitions.remove(partition.id());
            forgetTables();
            return true;
        }
        // A tombstone does not name its table; the delete before it did.
        parked.hasOthers |= sinkRecord.value() != null && !parked.table.equals(table);
        return false;
    }

    /** Partitions are given away; their next owner tries anew. */
    void drop(Collection<TopicPartition> closed) {
        closed.forEach(partitions::remove);
        forgetTables();
    }

    private void forgetTables() {
        tables.removeIf(table -> partitions.values().stream().noneMatch(parked -> parked.table.equals(table)));
    }
}
