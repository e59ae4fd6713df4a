// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import static java.util.Objects.requireNonNull;

import io.tablecast.source.postgres.SourceTable;

/** A copy of a table of PostgreSQL whose rows become a record each. */
record RowRecords(SourceTable table, CopyRecords records) implements CopyTarget {

    RowRecords {
        requireNonNull(table, "table is null");
        requireNonNull(records, "records is null");
    }

    @Override
    public CopyTarget.Reader newReader() {
        return new RowBatches(table, records);
    }

    @Override
    public long finish() throws InterruptedException {
        return records.finish();
    }
}
