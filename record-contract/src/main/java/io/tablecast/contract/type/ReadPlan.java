// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * How a column is read: what records show, what the query selects, and what decodes it.
 *
 * @param select makes the select-list expression from the quoted column
 * @param decoder makes the reader from the finished schema, which struct values must carry
 */
record ReadPlan(SchemaBuilder schema, UnaryOperator<String> select, Function<Schema, ValueReader> decoder) {

    /** Selects the column as it is. */
    static ReadPlan of(SchemaBuilder schema, ValueReader reader) {
        return new ReadPlan(schema, UnaryOperator.identity(), finished -> reader);
    }

    /** Selects the column as it is; the reader needs the finished schema. */
    static ReadPlan bound(SchemaBuilder schema, Function<Schema, ValueReader> decoder) {
        return new ReadPlan(schema, UnaryOperator.identity(), decoder);
    }

    /** Selects the column cast to another type. */
    ReadPlan castTo(String type) {
        return new ReadPlan(schema, column -> column + "::" + type, decoder);
    }
}
