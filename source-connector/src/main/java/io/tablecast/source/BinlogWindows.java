// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.offset.BinlogOffset;
import io.tablecast.contract.offset.OffsetCodec;
import org.apache.kafka.connect.source.SourceRecord;

/** The transactions of a binlog, which come one after the other whatever tables they concern. */
final class BinlogWindows implements OpenWindows {

    private boolean isWithin;

    @Override
    public void passed(SourceRecord record) {
        // Rows of tables in other modes come in between.
        if (BinlogOffset.MODE.equals(record.sourceOffset().get(OffsetCodec.MODE))) {
            isWithin = BinlogOffset.isWithinTransaction(record.sourceOffset());
        }
    }

    @Override
    public boolean isAny() {
        return isWithin;
    }
}
