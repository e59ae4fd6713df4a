// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.PostgresSourceBlock;
import io.tablecast.contract.record.RowLayout;
import io.tablecast.contract.table.KeyChoice;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.contract.type.ColumnReader;
import io.tablecast.contract.type.TypeModes;
import io.tablecast.source.config.TableSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * A captured table as the catalog showed it at one moment: all that does not change from row to row. Immutable; a table
 * whose structure changes is read anew.
 *
 * @param oid the table's OID
 * @param structure only the replicated columns, in the table's order
 * @param readers one for each column of the structure, in the same order
 * @param estimatedRows what the planner believes; -1 when it does not know
 * @param partition the source partition of its offsets
 * @param types which forms the readers give to values
 */
public record SourceTable(
        TableId id,
        long oid,
        RelationKind kind,
        TableStructure structure,
        List<ColumnReader> readers,
        KeyChoice key,
        TableSettings settings,
        long estimatedRows,
        String topic,
        SourcePartition partition,
        EnvelopeWriter envelopes,
        PostgresSourceBlock sourceBlock,
        TypeModes types) {

    public SourceTable {
        requireNonNull(id, "id is null");
        requireNonNull(kind, "kind is null");
        requireNonNull(structure, "structure is null");
        requireNonNull(key, "key is null");
        requireNonNull(settings, "settings is null");
        requireNonNull(topic, "topic is null");
        requireNonNull(partition, "partition is null");
        requireNonNull(envelopes, "envelopes is null");
        requireNonNull(sourceBlock, "sourceBlock is null");
        requireNonNull(types, "types is null");
        readers = List.copyOf(readers);
    }

    public boolean hasKey() {
        return !key.columns().isEmpty();
    }

    /** The table's quoted, qualified name. */
    public String quotedName() {
        return Identifiers.quote(id);
    }

    /**
     * The select list that {@link #readers} understand.
     *
     * @param alias the quoted alias of the table in the query, or its quoted name
     */
    public String selectList(String alias) {
        StringJoiner list = new StringJoiner(", ");
        for (int i = 0; i < readers.size(); i++) {
            String column =
                    alias + "." + Identifiers.quote(structure.columns().get(i).name());
            list.add(readers.get(i).selectExpression(column));
        }
        return list.toString();
    }

    /** The table's condition in parentheses, or {@code true} when it has none. */
    public String condition() {
        // A comment at the condition's end must not swallow the parenthesis.
        return settings.condition().isEmpty() ? "true" : "(" + settings.condition() + "\n)";
    }

    /**
     * The query of all rows that are to be replicated, to be read as a whole or in parts. Conditions see the table under
     * its own name.
     */
    public CopyQuery copyQuery() {
        String alias = Identifiers.quote(id.name());
        return new CopyQuery(
                "SELECT " + selectList(alias) + " FROM " + quotedName() + " AS " + alias, condition(), alias);
    }

    /** All rows that are to be replicated. */
    public String query() {
        return copyQuery().text();
    }

    /** What the rows of {@link #copyQuery} are like, as the server sends them. */
    public RowLayout layout() {
        return RowLayout.of(sourceBlock.database(), id, readers, key.columns(), types);
    }

    /** A text that is the same only while records of the table look the same and are chosen in the same way. */
    public String fingerprint() {
        List<Object> parts = new ArrayList<>();
        for (int i = 0; i < readers.size(); i++) {
            parts.add(structure.columns().get(i));
            parts.add(readers.get(i).fieldSchema().parameters());
        }
        parts.add(structure.indexes());
        parts.add(structure.foreignKeys());
        parts.add(structure.comment());
        parts.add(query());
        parts.add(key.columns());
        parts.add(topic);
        return Hashes.text(parts.toString());
    }
}
