// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.sink.apply.Change;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.header.Headers;

/**
 * Brings the two records of a key change together: the delete of the former key, and the row under its new one that
 * follows in the same partition, whose values may be known under the former key only. For use by one thread.
 */
final class KeyMoves {

    // Sources send the two at once; one whose second half was filtered out must not hold up what follows.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Duration patience;
    private final Map<TopicPartition, Move> moves = new HashMap<>();

    /** Waits for the second record so long. */
    KeyMoves(Duration patience) {
        this.patience = patience;
    }

    private record Move(Change.Delete delete, long sinceNanos) {}

    /** Notes a delete. */
    void deleted(Headers headers, Change.Delete delete) {
        TopicPartition partition = delete.origin().partition();
        if (has(headers, RecordHeaders.NEW_KEY)) {
            moves.put(partition, new Move(delete, System.nanoTime()));
            return;
        }
        forget(partition);
    }

    /** Notes a record without a value: what deletes a flat row, or what follows a delete and says nothing new. */
    void tombstone(Headers headers, Change.Delete delete) {
        if (has(headers, RecordHeaders.NEW_KEY)) {
            moves.put(delete.origin().partition(), new Move(delete, System.nanoTime()));
        }
    }

    /** The delete by which a row that is there now has left its former key. */
    Optional<Change.Delete> written(Headers headers, TopicPartition partition) {
        Move move = moves.isEmpty() ? null : moves.remove(partition);
        return move != null && has(headers, RecordHeaders.OLD_KEY) ? Optional.of(move.delete()) : Optional.empty();
    }

    /** Whether the second half of a change is still to come: what is gathered is not to be written without it. */
    boolean isAnyHalf() {
        if (moves.isEmpty()) {
            return false;
        }
        long now = System.nanoTime();
        moves.values().removeIf(move -> now - move.sinceNanos() >= patience.toNanos());
        return !moves.isEmpty();
    }

    /** Nothing of these partitions follows. */
    void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(this::forget);
    }

    private void forget(TopicPartition partition) {
        if (!moves.isEmpty()) {
            moves.remove(partition);
        }
    }

    private static boolean has(Headers headers, String name) {
        return !headers.isEmpty() && headers.lastWithName(name) != null;
    }
}
