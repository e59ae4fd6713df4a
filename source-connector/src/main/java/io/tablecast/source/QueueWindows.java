// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.offset.OffsetCodec;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.source.SourceRecord;

/** The windows of changes of mode {@code queue}, which each table has for itself. */
final class QueueWindows implements OpenWindows {

    private final Set<Map<String, ?>> tables = new HashSet<>();

    @Override
    public void passed(SourceRecord record) {
        if (OffsetCodec.isWithinWindow(record.sourceOffset())) {
            tables.add(record.sourcePartition());
        } else {
            tables.remove(record.sourcePartition());
        }
    }

    @Override
    public boolean isAny() {
        return !tables.isEmpty();
    }
}
