// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.SoftDelete;
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
    private static final int MAX_KNOWN_PAIRS = 1_000;

    // Stands for an absent schema in maps; an object of its own, so that it is no schema of a record.
    private static final Schema NO_SCHEMA =
            SchemaBuilder.struct().name("io.tablecast.sink.NoSchema").build();

    private final DestinationTable table;
    private final Optional<Retirement> retirement;
    private final TableSql sql;
    private final Map<RowPlan, RowPlan> retired = new HashMap<>();
    private final Map<Shape, Plan> byShape = new HashMap<>();
    private final IdentityHashMap<Schema, IdentityHashMap<Schema, Plan>> byIdentity = new IdentityHashMap<>();
    // Their row has the schema of rows that are written, and need not fit the table.
    private final Map<Schema, Plan> deletes = new HashMap<>();
    private int pairs;
    private Schema lastRow;
    private Schema lastKey;
    private Plan lastPlan;

    TablePlans(DestinationTable table, Optional<SoftDelete> softDelete) {
        this.table = requireNonNull(table, "table is null");
        this.retirement = softDelete.map(kept -> Retirement.of(table, kept));
        this.sql = new TableSql(table, retirement);
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

    /** How deleted rows are kept; empty where they are deleted. */
    Optional<Retirement> retirement() {
        return retirement;
    }

    /** How the row is written. */
    RowPlan row(Change.WithRow change) {
        RowPlan plan = plan(change).row().orElseThrow();
        return change instanceof Change.Retired
                ? retired.computeIfAbsent(plan, live -> retirement.orElseThrow().retired(live))
                : plan;
    }

    /** What tells missing values of such rows. */
    MissingValues missing(Change.WithRow change) {
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
        if (change instanceof Change.DeleteByRow) {
            return deletes.computeIfAbsent(row, missing -> compile(change, row));
        }
        lastPlan = byIdentity
                .computeIfAbsent(row, missing -> new IdentityHashMap<>())
                .computeIfAbsent(key, missing -> byShape(change, key, row));
        lastRow = row;
        lastKey = key;
        return lastPlan;
    }

    private Plan byShape(Change.OfRow change, Schema key, Schema row) {
        if (pairs == MAX_KNOWN_PAIRS) {
            byIdentity.clear();
            pairs = 0;
        }
        pairs++;
        return byShape.computeIfAbsent(new Shape(key, row), missing -> compile(change, row));
    }

    private Plan compile(Change.OfRow change, Schema row) {
        Optional<Schema> rowSchema = row == NO_SCHEMA ? Optional.empty() : Optional.of(row);
        Optional<KeyColumns> key = KeyColumns.of(table, change.key(), rowSchema);
        if (change instanceof Change.WithRow) {
            retirement.ifPresent(kept -> kept.requireAbsentIn(table, row));
        }
        return new Plan(
                key,
                change instanceof Change.WithRow
                        ? rowSchema.map(schema -> RowPlan.of(table, schema, key))
                        : Optional.empty(),
                MissingValues.of(row));
    }

    private static Schema rowSchema(Change.OfRow change) {
        if (change instanceof Change.WithRow write) {
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
