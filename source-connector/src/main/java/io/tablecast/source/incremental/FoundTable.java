// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.record.EnvelopeWriter;
import org.apache.kafka.connect.data.Struct;

/** A table as the records of its new and changed rows need it. Immutable. */
public interface FoundTable {

    SourcePartition partition();

    String topic();

    EnvelopeWriter envelopes();

    /** The source block of the rows. */
    Struct foundBlock();
}
