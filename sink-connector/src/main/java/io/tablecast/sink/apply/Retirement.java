// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.type.ColumnWriter;
import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.SoftDelete;
import io.tablecast.sink.structure.StructureMismatch;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * How a table keeps deleted rows: marked with the time of their deletion.
 *
 * @param column takes the time
 */
record Retirement(StagedColumn column, SoftDelete softDelete) {

    private static final Schema TIME =
            SchemaBuilder.string().name("io.debezium.time.ZonedTimestamp").build();

    Retirement {
        requireNonNull(column, "column is null");
        requireNonNull(softDelete, "softDelete is null");
    }

    /** Of a table that has the column. */
    static Retirement of(DestinationTable table, SoftDelete softDelete) {
        DestinationColumn column = table.named(softDelete.column()).orElseThrow();
        return new Retirement(new StagedColumn(column, ColumnWriter.create(TIME, column.typed())), softDelete);
    }

    /** The plan for rows that are deleted, made of the one for rows that are there. */
    RowPlan retired(RowPlan live) {
        return live.with(column, change -> ((Change.Retired) change).deletion().timeText());
    }

    /** Refuses rows that bring such a column themselves. */
    void requireAbsentIn(DestinationTable table, Schema row) {
        if (row.field(softDelete.column()) != null) {
            throw new StructureMismatch(
                    table.id(),
                    "its records have a column \"" + softDelete.column() + "\" of their own",
                    "Name another one in soft.delete.column.");
        }
    }
}
