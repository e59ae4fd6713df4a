// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.connect.data.Schema;

/** A replicated column as it stands in a record: its name and its field schema, optional when it takes NULL. */
public record RowField(String name, Schema schema) {
    public RowField {
        requireNonNull(name, "name is null");
        requireNonNull(schema, "schema is null");
    }
}
