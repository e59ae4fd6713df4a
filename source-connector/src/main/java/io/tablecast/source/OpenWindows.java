// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.offset.BinlogOffset;
import io.tablecast.contract.offset.OffsetCodec;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.source.SourceRecord;

/** Whether records have passed of which the rest, that belongs to them at the source, is still to come. */
interface OpenWindows {

    /** A record has passed. */
    void passed(SourceRecord record);

    boolean isAny();

    /** The windows of changes of mode {@code queue}, which each table has for itself. */
    final class OfTables implements OpenWindows {

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

    /** The transactions of a binlog, which come one after the other whatever tables they concern. */
    final class OfBinlog implements OpenWindows {

        private boolean isWithin;

        @Override
        public void passed(SourceRecord record) {
            isWithin = BinlogOffset.isWithinTransaction(record.sourceOffset());
        }

        @Override
        public boolean isAny() {
            return isWithin;
        }
    }
}
