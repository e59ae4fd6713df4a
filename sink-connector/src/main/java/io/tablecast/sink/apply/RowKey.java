// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** A record's key: named fields, a single value, or nothing. */
public sealed interface RowKey {

    RowKey NONE = new None();

    /** The key of a record; a null is none, and so is a key without a schema, whose columns nobody can tell. */
    static RowKey of(Schema schema, Object key) {
        if (key instanceof Struct fields) {
            return new Fields(fields);
        }
        return key == null || schema == null ? NONE : new Single(schema, key);
    }

    /** Values with the names of their columns. */
    record Fields(Struct values) implements RowKey {
        public Fields {
            requireNonNull(values, "values is null");
        }
    }

    /** One value, which belongs to the only key column of the destination. */
    record Single(Schema schema, Object value) implements RowKey {
        public Single {
            requireNonNull(schema, "schema is null");
            requireNonNull(value, "value is null");
        }
    }

    /** No key. */
    record None() implements RowKey {}
}
