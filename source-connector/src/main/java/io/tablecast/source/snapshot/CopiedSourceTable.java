// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.Operation;
import io.tablecast.contract.record.SnapshotFlag;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.source.postgres.SourceTable;
import org.apache.kafka.connect.data.Struct;

/** A table of PostgreSQL at the moment of its copy. */
record CopiedSourceTable(SourceTable table, SnapshotPoint point) implements CopiedTable {

    CopiedSourceTable {
        requireNonNull(table, "table is null");
        requireNonNull(point, "point is null");
    }

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
        return table.envelopes();
    }

    @Override
    public boolean skipsTruncates() {
        return table.settings().skips(Operation.TRUNCATE);
    }

    @Override
    public Struct beginBlock() {
        return table.sourceBlock().snapshotBegin(point.time(), point.lsn());
    }

    @Override
    public Struct rowBlock(SnapshotOrdinal ordinal, SnapshotFlag flag) {
        return table.sourceBlock().snapshotRow(point.time(), point.lsn(), ordinal, flag);
    }
}
