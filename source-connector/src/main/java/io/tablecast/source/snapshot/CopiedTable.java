// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.SnapshotFlag;
import io.tablecast.contract.record.SnapshotOrdinal;
import org.apache.kafka.connect.data.Struct;

/** A table as the records of one of its copies need it. Immutable and thread-safe. */
public interface CopiedTable {

    SourcePartition partition();

    String topic();

    EnvelopeWriter envelopes();

    /** Whether a copy begins on its first row instead of a truncate. */
    boolean skipsTruncates();

    /** The source block of the copy's beginning. */
    Struct beginBlock();

    /** The source block of a row. */
    Struct rowBlock(SnapshotOrdinal ordinal, SnapshotFlag flag);
}
