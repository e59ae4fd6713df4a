// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.apply.LoadRequest;
import io.tablecast.sink.apply.WriterResult.LoadPrepared;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Snapshots whose begin was seen: first all before it is committed, then the writer prepares the table, then the begin
 * comes again. For the task's thread.
 */
final class LoadPreparations {

    private final Map<TopicPartition, Announced> announced = new HashMap<>();

    /**
     * A snapshot that has begun.
     *
     * @param offset of the record that it begins with
     * @param prepared empty until the writer has prepared its table
     */
    record Announced(
            AssignedPartition partition,
            LoadRequest request,
            String snapshotId,
            long offset,
            Optional<LoadPrepared> prepared) {

        private boolean isOf(TableId table, String otherId) {
            return request.table().equals(table) && snapshotId.equals(otherId);
        }
    }

    /** What was prepared for the snapshot; if nothing was so far, its record is turned away until it is. */
    Optional<LoadPrepared> take(AssignedPartition partition, LoadRequest request, String snapshotId, long offset) {
        Announced known = announced.get(partition.id());
        if (known != null
                && known.isOf(request.table(), snapshotId)
                && known.prepared().isPresent()
                && partition.isDrained()) {
            announced.remove(partition.id());
            return known.prepared();
        }
        announced.put(partition.id(), new Announced(partition, request, snapshotId, offset, Optional.empty()));
        partition.turnAway(offset);
        return Optional.empty();
    }

    /** A snapshot whose table the writer has to prepare, because everything before it is committed. */
    Optional<Announced> next() {
        return announced.values().stream()
                .filter(snapshot -> snapshot.prepared().isEmpty())
                .filter(snapshot -> snapshot.partition().isDrained())
                .findFirst();
    }

    void prepared(LoadPrepared result) {
        announced.replaceAll((partition, snapshot) -> snapshot.request().equals(result.request())
                ? new Announced(
                        snapshot.partition(),
                        snapshot.request(),
                        snapshot.snapshotId(),
                        snapshot.offset(),
                        Optional.of(result))
                : snapshot);
    }

    /** The snapshots for which a table could not be made ready; they are forgotten. */
    List<Announced> refused(LoadRequest request) {
        List<Announced> refused = announced.values().stream()
                .filter(snapshot -> snapshot.request().equals(request))
                .toList();
        refused.forEach(snapshot -> announced.remove(snapshot.partition().id()));
        return refused;
    }

    /** Whether the partition's next record is a begin that cannot be taken yet. */
    boolean isWaiting(AssignedPartition partition) {
        Announced snapshot = announced.get(partition.id());
        return snapshot != null && (snapshot.prepared().isEmpty() || !partition.isDrained());
    }

    boolean isEmpty() {
        return announced.isEmpty();
    }

    void close(TopicPartition partition) {
        announced.remove(partition);
    }
}
