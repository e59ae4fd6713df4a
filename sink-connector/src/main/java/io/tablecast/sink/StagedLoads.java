// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.apply.FlushNote;
import io.tablecast.sink.metadata.StagedLoadRecords;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** The staged loads of a task: in a partition that several tables share there may be several. For the task's thread. */
final class StagedLoads {

    private final StagedLoadRecords records;
    private final Map<TopicPartition, Map<TableId, StagedLoad>> loads = new HashMap<>();
    private final Map<TopicPartition, Set<TableId>> discarded = new HashMap<>();

    StagedLoads(StagedLoadRecords records) {
        this.records = records;
    }

    void put(TopicPartition partition, StagedLoad load) {
        discarded.getOrDefault(partition, new HashSet<>()).remove(load.table());
        loads.computeIfAbsent(partition, missing -> new HashMap<>()).put(load.table(), load);
    }

    void remove(TopicPartition partition, TableId table) {
        loads.computeIfPresent(partition, (id, ofPartition) -> {
            ofPartition.remove(table);
            // The one that is left may be another table's.
            return ofPartition.isEmpty() ? null : ofPartition;
        });
    }

    /** Gives a load up; the next flush forgets it, and the next snapshot drops its table. */
    void discard(TopicPartition partition, TableId table) {
        remove(partition, table);
        discarded.computeIfAbsent(partition, missing -> new HashSet<>()).add(table);
    }

    void close(TopicPartition partition) {
        loads.remove(partition);
        discarded.remove(partition);
    }

    boolean isIn(AssignedPartition partition) {
        return loads.containsKey(partition.id());
    }

    /** Whether no other table has one in the partition. */
    boolean areOnlyOf(TopicPartition partition, TableId table) {
        return loads.getOrDefault(partition, Map.of()).keySet().stream().allMatch(table::equals);
    }

    Optional<StagedLoad> of(AssignedPartition partition, TableId table) {
        return Optional.ofNullable(loads.getOrDefault(partition.id(), Map.of()).get(table));
    }

    /** The load of that snapshot. */
    Optional<StagedLoad> of(AssignedPartition partition, String snapshotId) {
        return loads.getOrDefault(partition.id(), Map.of()).values().stream()
                .filter(load -> load.snapshotId().equals(snapshotId))
                .findFirst();
    }

    /** The load of the partition whose end was seen; the partition's records are turned away until it is switched in. */
    Optional<StagedLoad> ended(AssignedPartition partition) {
        return loads.getOrDefault(partition.id(), Map.of()).values().stream()
                .filter(load -> load.ended().isPresent())
                .findFirst();
    }

    /** The partitions with a load whose end was seen. */
    List<TopicPartition> withEnded() {
        List<TopicPartition> partitions = new ArrayList<>();
        loads.forEach((partition, ofPartition) -> {
            if (ofPartition.values().stream().anyMatch(load -> load.ended().isPresent())) {
                partitions.add(partition);
            }
        });
        return partitions;
    }

    /** Writes down how far the partition's loads are, with all that was gathered so far. */
    Optional<FlushNote> note(TopicPartition partition) {
        List<StagedLoadRecords.Note> notes = loads.getOrDefault(partition, Map.of()).values().stream()
                .map(StagedLoad::note)
                .toList();
        Set<TableId> forgotten = Set.copyOf(discarded.getOrDefault(partition, Set.of()));
        if (notes.isEmpty() && forgotten.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Progress(partition, forgotten, notes, records));
    }

    /** How far the loads of a partition are. */
    private record Progress(
            TopicPartition partition,
            Set<TableId> forgotten,
            List<StagedLoadRecords.Note> notes,
            StagedLoadRecords records)
            implements FlushNote {

        @Override
        public void write(Connection connection) throws SQLException {
            for (TableId table : forgotten) {
                records.remove(connection, partition, table);
            }
            for (StagedLoadRecords.Note note : notes) {
                records.write(connection, note);
            }
        }

        @Override
        public boolean isWritten(Connection connection) throws SQLException {
            for (StagedLoadRecords.Note note : notes) {
                if (!records.isWritten(connection, note)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Loads for which nothing has come for too long, each told once. */
    List<StagedLoad> becomingIdle() {
        return loads.values().stream()
                .flatMap(ofPartition -> ofPartition.values().stream())
                .filter(StagedLoad::becomesIdle)
                .toList();
    }
}
