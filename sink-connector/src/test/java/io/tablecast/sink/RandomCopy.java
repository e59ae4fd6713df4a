// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.TableStructure;
import java.util.List;
import java.util.NavigableMap;

/** A copy of a {@link RandomTable} in chunks by its key, among which changes stand: how far it is. */
final class RandomCopy {

    private final String id;
    private long lastKey = -1;
    private long rows;
    private boolean isBegun;
    private boolean isRead;

    RandomCopy(String id) {
        this.id = id;
    }

    /** Has the record that gets these headers begin the copy, if none has. */
    void beginOn(RecordHeaders headers, TableStructure structure) {
        if (!isBegun) {
            headers.begin(new SnapshotBegin(id, "binlog", true, structure, List.of()));
            isBegun = true;
        }
    }

    /** Has the record that gets these headers end the copy. */
    RecordHeaders endOn(RecordHeaders headers) {
        return headers.end(new SnapshotEnd(id, rows));
    }

    /** The keys of the next chunk, as the table is now. */
    List<Long> next(NavigableMap<Long, ?> table, int most) {
        List<Long> keys =
                table.tailMap(lastKey, false).keySet().stream().limit(most).toList();
        isRead = keys.size() < most;
        keys.forEach(key -> lastKey = key);
        return keys;
    }

    SnapshotOrdinal nextOrdinal() {
        return new SnapshotOrdinal(id, ++rows);
    }

    boolean isBegun() {
        return isBegun;
    }

    /** Whether there are no more rows to be copied, so that the next record that can ends it. */
    boolean isRead() {
        return isRead;
    }
}
