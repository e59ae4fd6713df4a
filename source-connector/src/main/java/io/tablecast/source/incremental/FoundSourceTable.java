// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.snapshot.SnapshotPoint;
import org.apache.kafka.connect.data.Struct;

/** A table of PostgreSQL at the moment of a look. */
record FoundSourceTable(SourceTable table, SnapshotPoint point) implements FoundTable {

    FoundSourceTable {
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
    public Struct foundBlock() {
        return table.sourceBlock().found(point.time(), point.lsn());
    }
}
