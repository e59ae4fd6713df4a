// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.sink.structure.DestinationTable;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.errors.DataException;

/** The compiled plans for one table while its columns stay the same. Not thread-safe. */
final class TablePlans {

    // Converters cache their schemas; one that does not must not fill the heap here.
    private static final int MAX_KNOWN_SCHEMAS = 1_000;

    // Stands for an absent schema in maps; an object of its own, so that it is no schema of a record.
    private static final Schema NO_SCHEMA =
            SchemaBuilder.struct().name("io.tablecast.sink.NoSchema").build();

    private final DestinationTable table;
    private final TableSql sql;
    private final Map<Shape, Plan> byShape = new HashMap<>();
    private final IdentityHashMap<Schema, IdentityHashMap<Schema, Plan>> byIdentity = new IdentityHashMap<>();
    private Schema lastRow;
    private Schema lastKey;
    private Plan lastPlan;

    TablePlans(DestinationTable table) {
        this.table = requireNonNull(table, "table is null");
        this.sql = new TableSql(table);
    }

    private record Shape(Schema key, Schema row) {}

    /** What is known of records with one pair of schemas. */
    record Plan(Optional<KeyColumns> key, Optional<RowPlan> row, MissingValues missing) {}

    DestinationTable table() {
        return table;
    }

    TableSql sql() {
        return sql;
    }

    /** The columns that identify a row; empty when neither record nor table tells. */
    Optional<KeyColumns> key(Change.OfRow change) {
        return plan(change).key();
    }

    /** How the row is written. */
    RowPlan row(Change.Write change) {
        return plan(change).row().orElseThrow();
    }

    /** What tells missing values of such rows. */
    MissingValues missing(Change.Write change) {
        return plan(change).missing();
    }

    /** The columns that identify the row of a delete. */
    KeyColumns keyOfDelete(Change.OfRow change) {
        return key(change)
                .orElseThrow(() -> new DataException("The record deletes a row without naming its key, and "
                        + table.id() + " has no primary key whose columns the record holds."
                        + " Give the topic's records a key, or set delete.mode=ignore."));
    }

    private Plan plan(Change.OfRow change) {
        Schema row = rowSchema(change);
        Schema key = keySchema(change.key());
        if (row == lastRow && key == lastKey) {
            return lastPlan;
        }
        lastPlan = byIdentity
                .computeIfAbsent(row, missing -> new IdentityHashMap<>())
                .computeIfAbsent(key, missing -> byShape(change, key, row));
        lastRow = row;
        lastKey = key;
        return lastPlan;
    }

    private Plan byShape(Change.OfRow change, Schema key, Schema row) {
        if (byIdentity.size() > MAX_KNOWN_SCHEMAS) {
            byIdentity.clear();
        }
        return byShape.computeIfAbsent(new Shape(key, row), missing -> compile(change, row));
    }

    private Plan compile(Change.OfRow change, Schema row) {
        Optional<Schema> rowSchema = row == NO_SCHEMA ? Optional.empty() : Optional.of(row);
        Optional<KeyColumns> key = KeyColumns.of(table, change.key(), rowSchema);
        return new Plan(
                key,
                change instanceof Change.Write
                        ? rowSchema.map(schema -> RowPlan.of(table, schema, key))
                        : Optional.empty(),
                MissingValues.of(row));
    }

    private static Schema rowSchema(Change.OfRow change) {
        if (change instanceof Change.Write write) {
            return write.row().schema();
        }
        return change instanceof Change.DeleteByRow delete ? delete.row().schema() : NO_SCHEMA;
    }

    private static Schema keySchema(RowKey key) {
        if (key instanceof RowKey.Fields fields) {
            return fields.values().schema();
        }
        return key instanceof RowKey.Single single ? single.schema() : NO_SCHEMA;
    }
}
