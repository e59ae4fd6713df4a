// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.RelationKind;
import io.tablecast.sink.structure.StructureMismatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What hangs on a table itself, not on its name, and would stay behind with it when another table takes the name. */
public final class RenameObstacles {

    private static final String QUERY = """
            SELECT 'the foreign key "' || conname || '" of ' || conrelid::regclass || ' refers to it'
            FROM pg_catalog.pg_constraint WHERE confrelid = ?::regclass AND contype = 'f' AND conrelid <> confrelid
            UNION ALL
            SELECT 'its constraint "' || conname || '" would be lost'
            FROM pg_catalog.pg_constraint WHERE conrelid = ?::regclass AND contype IN ('c', 'f', 'x')
            UNION ALL
            SELECT 'it is in the publication "' || p.pubname || '"'
            FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
            WHERE r.prrelid = ?::regclass
            UNION ALL
            SELECT 'its trigger "' || tgname || '" would be lost'
            FROM pg_catalog.pg_trigger WHERE tgrelid = ?::regclass AND NOT tgisinternal
            UNION ALL
            SELECT 'its rule "' || rulename || '" would be lost'
            FROM pg_catalog.pg_rewrite WHERE ev_class = ?::regclass AND rulename <> '_RETURN'
            UNION ALL
            SELECT 'its row level security would be lost'
            FROM pg_catalog.pg_class WHERE oid = ?::regclass AND relrowsecurity
            UNION ALL
            SELECT 'it inherits from, or passes on to, another table'
            FROM pg_catalog.pg_class t WHERE t.oid = ?::regclass
              AND EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE t.oid IN (i.inhrelid, i.inhparent))
            UNION ALL
            SELECT 'its statistics object "' || stxname || '" would be lost'
            FROM pg_catalog.pg_statistic_ext WHERE stxrelid = ?::regclass
            UNION ALL
            SELECT DISTINCT 'the function ' || objid::regprocedure || ' is bound to it'
            FROM pg_catalog.pg_depend
            WHERE refclassid = 'pg_catalog.pg_class'::regclass AND refobjid = ?::regclass
              AND classid = 'pg_catalog.pg_proc'::regclass
            UNION ALL
            SELECT DISTINCT 'the materialized view ' || c.oid::regclass || ' reads it'
            FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid
            JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind = 'm'
            WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = ?::regclass
            """;

    private static final int PARAMETERS = 10;

    private RenameObstacles() {}

    /**
     * Requires that another table can take the name without anything being lost.
     *
     * @param foreign columns of the table that do not come from the source
     * @throws StructureMismatch with all that stands in the way
     */
    public static void requireNone(Connection connection, DestinationTable table, List<String> foreign)
            throws SQLException {
        requireReplaceableKind(table);
        Object[] names =
                Collections.nCopies(PARAMETERS, Identifiers.quote(table.id())).toArray();
        List<String> obstacles = new ArrayList<>(Sql.query(connection, QUERY, row -> row.getString(1), names));
        if (!foreign.isEmpty()) {
            obstacles.add("its columns " + foreign + " do not come from the source");
        }
        if (!obstacles.isEmpty()) {
            throw refused(
                    table.id(), String.join("; ", obstacles), "Set snapshot.apply=merge, or remove what is named.");
        }
    }

    private static void requireReplaceableKind(DestinationTable table) {
        if (table.kind() != RelationKind.TABLE && !table.isSnapshotView()) {
            throw refused(
                    table.id(),
                    "it is " + table.kind().words(),
                    "Rename or drop it, or set snapshot.apply=merge if it takes rows.");
        }
    }

    private static StructureMismatch refused(TableId table, String reasons, String remedy) {
        return new StructureMismatch(table, "a new table cannot take its name: " + reasons, remedy);
    }
}
