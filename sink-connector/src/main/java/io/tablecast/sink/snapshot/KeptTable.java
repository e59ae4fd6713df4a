// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.FormerNames;
import io.tablecast.sink.structure.RelationKind;
import io.tablecast.sink.structure.SchemaEvolution;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.sink.structure.WrittenColumns;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A destination that stays the table it is while its rows are replaced. */
final class KeptTable {

    // Not those to itself: the rows that they mean are in the same snapshot.
    private static final String REFERENCES = """
            SELECT pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint
            WHERE conrelid = ?::regclass AND contype = 'f' AND confrelid <> conrelid
            """;

    private final LoadPlan plan;

    KeptTable(LoadPlan plan) {
        this.plan = plan;
    }

    /** The table as it is now, or empty if there is none yet. */
    Optional<DestinationTable> read(Connection connection) throws SQLException {
        Optional<DestinationTable> existing = DestinationCatalog.read(
                connection, plan.table(), plan.settings().shape().identifierCase());
        if (existing.isPresent() && !isWritable(existing.get().kind())) {
            throw new StructureMismatch(
                    plan.table(),
                    "snapshot.apply=" + plan.settings().apply().name().toLowerCase(java.util.Locale.ROOT)
                            + " replaces the rows of a table, but it is "
                            + existing.get().kind().words(),
                    "Rename or drop it, or set snapshot.apply=swap.");
        }
        return existing;
    }

    /** Adds the columns that the snapshot has and the table lacks, as {@code schema.evolution} allows. */
    DestinationTable fitted(Connection connection, DestinationTable table) throws SQLException {
        SchemaEvolution evolution = plan.settings().evolution();
        WrittenColumns written = new WrittenColumns(plan.knownColumns(), Set.of());
        return evolution.fits(table, plan.row(), written)
                ? table
                : evolution.follow(connection, table.id(), List.of(), plan.row(), written, FormerNames.NONE);
    }

    /** Creates a table that takes the same rows as this one: with its types, its CHECKs and its references to others. */
    void createAlike(Connection connection, DestinationTable table, TableId aside) throws SQLException {
        DestinationTable fitted = fitted(connection, table);
        String name = Identifiers.quote(aside);
        String like = Identifiers.quote(fitted.id());
        Sql.execute(
                connection,
                "CREATE TABLE " + name + " (LIKE " + like
                        + " INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED)");
        for (String reference : Sql.query(connection, REFERENCES, row -> row.getString(1), like)) {
            Sql.execute(connection, "ALTER TABLE " + name + " ADD " + reference);
        }
    }

    /** The columns that take the snapshot's values, which the table of these rows has. */
    List<DestinationColumn> columns(Connection connection, DestinationTable table, TableId loaded) throws SQLException {
        Set<String> filled =
                ViewColumn.of(connection, loaded).stream().map(ViewColumn::name).collect(Collectors.toSet());
        return plan.row().fields().stream()
                .map(field -> table.column(field).orElseThrow())
                .filter(column -> !column.isGenerated() && filled.contains(column.name()))
                .toList();
    }

    static String list(List<DestinationColumn> columns) {
        return columns.stream().map(column -> Identifiers.quote(column.name())).collect(Collectors.joining(", "));
    }

    static void drop(Connection connection, TableId loaded) throws SQLException {
        Sql.execute(connection, "DROP TABLE " + Identifiers.quote(loaded));
    }

    private static boolean isWritable(RelationKind kind) {
        return kind == RelationKind.TABLE || kind == RelationKind.PARTITIONED_TABLE;
    }
}
