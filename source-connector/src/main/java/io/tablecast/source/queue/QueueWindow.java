// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static io.tablecast.source.postgres.Identifiers.quote;
import static java.util.Objects.requireNonNull;

import io.tablecast.source.postgres.SourceTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A set of queue rows: those of the transactions that one snapshot sees and an earlier one does not, after a certain id.
 * Neither ids alone nor transaction ids would do: a transaction with low ids may commit after one with high ids.
 *
 * @param from the earlier snapshot; what it sees was sent
 * @param to the later snapshot
 * @param lastId the queue id within the window that was sent last, 0 for none
 */
record QueueWindow(PgSnapshot from, PgSnapshot to, long lastId) {

    /** The fields of {@link #query}, before the key's and the row's columns. */
    static final int ID = 0;

    static final int XID = 1;
    static final int CHANGED_AT = 2;
    static final int OPERATION = 3;

    /** Whether the row was created within the window, after all deletes. */
    static final int IS_NEW = 4;

    /** Whether the row is there now; NULL when it is not. */
    static final int PRESENT = 5;

    static final int FIRST_KEY = 6;

    /** Behind the row's columns: whether the deleted row is known (else NULL), and whether nobody has it. */
    static final int OF_STORED_ROW = 2;

    // Aliases that no table has.
    private static final String CHANGE = "\"tablecast change\"";
    private static final String ROW = "\"tablecast row\"";
    private static final String GONE = "\"tablecast gone\"";

    QueueWindow {
        requireNonNull(from, "from is null");
        requireNonNull(to, "to is null");
    }

    /**
     * The condition that a queue row's transaction is not seen by a snapshot, in a form that an index on xid answers
     * without visiting what the snapshot sees.
     */
    static String notSeenBy(PgSnapshot snapshot) {
        return "(xid >= '%d'::xid8 OR xid = ANY ('%s'::xid8[]))".formatted(snapshot.xmax(), snapshot.inProgressArray());
    }

    /**
     * Reads the window's queue rows in id order, each with the source row as it is in the transaction that runs the
     * query. Left out are writes that a later write or delete of the same key, or a later TRUNCATE, makes superfluous:
     * it follows in this window, or in the next one if this transaction sees more than the window's end.
     *
     * <p>The order of ids is right for each key, because a queue row gets its id while its writer holds the lock of the
     * source row.
     *
     * @param queue the quoted name of the queue
     * @param queueColumns the queue's columns of the record key, in key order
     * @param columns the table's columns of the record key, in key order, with their readers
     * @param storedRow how deleted rows become rows again; with it the row's columns are followed by
     *     {@link #OF_STORED_ROW} fields and the same columns of the deleted row
     */
    String query(
            SourceTable table,
            String queue,
            List<String> queueColumns,
            List<RecordKey.Part> columns,
            Optional<StoredRow> storedRow) {
        String alias = quote(table.id().name());
        List<String> keys = new ArrayList<>();
        List<String> joined = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            RecordKey.Part column = columns.get(i);
            String value = CHANGE + "." + queueColumns.get(i);
            keys.add(column.reader().selectExpression(value));
            joined.add(alias + "." + quote(column.name()) + (column.isNullable() ? " IS NOT DISTINCT FROM " : " = ")
                    + value);
        }
        // OFFSET 0 keeps the sort below the join, where rows are narrow.
        return """
            WITH unsent AS MATERIALIZED (
                SELECT id, xid, changed_at, op, %2$s%14$s,
                       lead(id) OVER of_key IS NOT NULL AS is_followed,
                       coalesce(max(id) FILTER (WHERE op = 'c') OVER of_key, 0)
                           > coalesce(max(id) FILTER (WHERE op = 'd') OVER of_key, 0) AS is_new
                FROM %1$s WHERE %3$s AND id > %4$d
                WINDOW of_key AS (PARTITION BY %2$s ORDER BY id))
            SELECT %12$s.id, %12$s.xid, %12$s.changed_at, %12$s.op::text,
                   %12$s.is_new, %13$s."tablecast present", %5$s, %6$s%15$s
            FROM (SELECT *, op <> 't' AND (is_followed
                      OR id < (SELECT coalesce(max(id), 0) FROM unsent WHERE op = 't')) AS is_outdated
                  FROM unsent WHERE pg_visible_in_snapshot(xid, '%7$s'::pg_snapshot)
                  ORDER BY id OFFSET 0) AS %12$s
            LEFT JOIN LATERAL (
                SELECT true AS "tablecast present", %8$s.* FROM %9$s AS %8$s
                WHERE %10$s AND %11$s) AS %13$s ON NOT %12$s.is_outdated AND %12$s.op IN ('c', 'u', 'd')
            %16$sWHERE NOT (%12$s.is_outdated AND %12$s.op IN ('c', 'u'))
            ORDER BY %12$s.id""".formatted(
                        queue,
                        String.join(", ", queueColumns),
                        notSeenBy(from),
                        lastId,
                        String.join(", ", keys),
                        table.selectList(ROW),
                        to,
                        alias,
                        table.quotedName(),
                        String.join(" AND ", joined),
                        table.condition(),
                        CHANGE,
                        ROW,
                        storedRow.isEmpty() ? "" : ", old_columns, old_values, lag(id) OVER of_key IS NULL AS is_first",
                        storedRow.isEmpty() ? "" : storedFields(table),
                        storedRow.map(row -> storedJoin(table, row)).orElse(""));
    }

    /**
     * A row that the condition left out when the window began is left out still when its delete is the first that happened
     * to it, and the window is read from its beginning: a row that was left out since must be deleted.
     */
    private String storedFields(SourceTable table) {
        return ", %2$s.\"tablecast known\", %3$s AND %1$s.is_first AND NOT %2$s.\"tablecast chosen\", %4$s"
                .formatted(CHANGE, GONE, lastId == 0, table.selectList(GONE));
    }

    private static String storedJoin(SourceTable table, StoredRow storedRow) {
        return "LEFT JOIN LATERAL (SELECT true AS \"tablecast known\", %1$s.* FROM (%2$s) AS %1$s) AS %1$s"
                        .formatted(GONE, storedRow.query(table, CHANGE))
                + " ON " + CHANGE + ".op = 'd' AND " + CHANGE + ".old_values IS NOT NULL\n";
    }
}
