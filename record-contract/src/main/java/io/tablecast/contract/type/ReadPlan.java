// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * How a column is read: what records show, what the query selects, and what decodes it.
 *
 * @param cast the type that the query casts the column to, or empty if it selects the column as it is
 * @param decoder makes the reader from the finished schema, which struct values must carry
 */
record ReadPlan(SchemaBuilder schema, String cast, Function<Schema, ValueReader> decoder) {

    /** Selects the column as it is. */
    static ReadPlan of(SchemaBuilder schema, ValueReader reader) {
        return new ReadPlan(schema, "", finished -> reader);
    }

    /** Selects the column as it is; the reader needs the finished schema. */
    static ReadPlan bound(SchemaBuilder schema, Function<Schema, ValueReader> decoder) {
        return new ReadPlan(schema, "", decoder);
    }

    /** Selects the column's text form. */
    static ReadPlan text(SchemaBuilder schema) {
        return of(schema, TextFamily::read).castTo("text");
    }

    /** Selects the column cast to another type. */
    ReadPlan castTo(String type) {
        return new ReadPlan(schema, type, decoder);
    }
}
