// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.MySqlSourceBlock;
import io.tablecast.contract.record.MySqlSourceBlock.Place;
import io.tablecast.contract.record.Operation;
import io.tablecast.contract.record.SnapshotFlag;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.source.snapshot.CopiedTable;
import java.time.Instant;
import org.apache.kafka.connect.data.Struct;

/** A table at the moment of its copy. Without the right to ask for a place in the binlog, its records name none. */
record SnapshotCopy(BinlogTable table, TableLayout layout, MySqlSourceBlock sourceBlock, Instant time, long serverId)
        implements CopiedTable {

    @Override
    public SourcePartition partition() {
        return table.partition();
    }

    @Override
    public String topic() {
        return table.topic();
    }

    @Override
    public EnvelopeWriter envelopes() {
        return layout.envelopes();
    }

    @Override
    public boolean skipsTruncates() {
        return table.settings().skips(Operation.TRUNCATE);
    }

    @Override
    public Struct beginBlock() {
        return sourceBlock.snapshotBegin(place());
    }

    @Override
    public Struct rowBlock(SnapshotOrdinal ordinal, SnapshotFlag flag) {
        return sourceBlock.snapshotRow(place(), ordinal, flag);
    }

    private Place place() {
        return new Place(time, serverId, "", "", 0, 0);
    }
}
