// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.source.postgres.Identifiers;
import io.tablecast.source.queue.KeyColumn.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The trigger function of one queue. It runs with its owner's rights, so writers need none, and names no column of the
 * source table but the key's. Where even those are not what they were, it writes one row that asks for a repull instead
 * of failing the writer's statement.
 */
final class QueueFunction {

    /** The names of the transition tables. */
    static final String OLD_ROWS = "tablecast_old";

    static final String NEW_ROWS = "tablecast_new";

    /** The triggers' argument: the table itself, or one of its partitions or children. */
    static final String WHOLE = "whole";

    static final String PART = "part";

    private final String queue;
    private final long relation;
    private final List<KeyColumn> key;
    private final QueueContent content;
    private final WatchedColumns watched;
    private final String target;

    private QueueFunction(String queue, long relation, List<KeyColumn> key, QueueContent content) {
        this.queue = queue;
        this.relation = relation;
        this.key = key;
        this.content = content;
        this.watched = new WatchedColumns(content.watchedColumns());
        target = queue + " (op, " + String.join(", ", KeyColumn.queueColumns(key.size())) + ")";
    }

    /**
     * The statement that makes it, or makes it anew.
     *
     * @param queue the queue's quoted name with its schema, which is the function's too
     * @param relation the source table's oid
     * @param content what it stores beside keys
     */
    static String create(String queue, long relation, List<KeyColumn> key, QueueContent content) {
        return "CREATE OR REPLACE FUNCTION " + queue + "() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER\n"
                // Digits: a session that prints fewer must not make two different keys look the same.
                + "SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1"
                + (content.oldRows() == OldRows.KEPT ? OldValues.SESSION : "") + " AS "
                + QueueNames.literal(new QueueFunction(queue, relation, key, content).body());
    }

    // Key columns may have the names of variables, and a table that was renamed away keeps its triggers.
    private String body() {
        return """
            #variable_conflict use_column
            %8$sBEGIN
                IF TG_LEVEL = 'STATEMENT' AND TG_ARGV[0] = '%2$s' AND TG_RELID <> %7$d THEN
                    RETURN NULL;
                END IF;
                IF TG_OP = 'TRUNCATE' THEN
                    IF TG_ARGV[0] = '%2$s' THEN
                        INSERT INTO %1$s (op) VALUES ('t');
                    ELSIF NOT EXISTS (SELECT FROM %1$s WHERE xid = pg_current_xact_id() AND op = 't') THEN
                        INSERT INTO %1$s (op) VALUES ('p');
                    END IF;
                    RETURN NULL;
                END IF;
                IF (SELECT count(*) FROM pg_attribute
                    WHERE attrelid = TG_RELID AND NOT attisdropped
                    AND (attname, atttypid, atttypmod) IN (%3$s)) <> %4$d THEN
                    INSERT INTO %1$s (op) VALUES ('p');
                    RETURN NULL;
                END IF;
                IF TG_LEVEL = 'ROW' THEN
            %5$s    END IF;
            %6$s    RETURN NULL;
            END
            """.formatted(
                        queue,
                        WHOLE,
                        attributes(),
                        key.size(),
                        ofRow(),
                        ofStatement(),
                        relation,
                        content.oldRows() == OldRows.KEPT ? OldValues.DECLARATIONS : "");
    }

    private String attributes() {
        return key.stream()
                .map(column -> "(" + QueueNames.literal(column.name()) + ", " + column.typeId() + ", "
                        + column.typeModifier() + ")")
                .collect(Collectors.joining(", "));
    }

    private String ofRow() {
        return content.oldRows() == OldRows.KEPT ? ofRowWithOldValues() : ofRowAlone();
    }

    private String ofStatement() {
        return content.oldRows() == OldRows.KEPT ? ofStatementWithOldValues() : ofStatementAlone();
    }

    private String ofRowAlone() {
        return """
                    IF TG_OP = 'INSERT' THEN
                        INSERT INTO %1$s VALUES ('c', %2$s);
                    ELSIF TG_OP = 'DELETE' THEN
                        INSERT INTO %1$s VALUES ('d', %3$s);
                    ELSIF %4$s THEN
            %5$s            INSERT INTO %1$s VALUES ('u', %2$s);
                    ELSE
                        INSERT INTO %1$s VALUES ('d', %3$s), ('c', %2$s);
                    END IF;
                    RETURN NULL;
            """.formatted(target, values("NEW."), values("OLD."), sameKey(), watched.returnIfSame());
    }

    private String ofRowWithOldValues() {
        return """
                    IF TG_OP = 'INSERT' THEN
                        INSERT INTO %1$s VALUES ('c', %2$s);
                        RETURN NULL;
                    ELSIF TG_OP = 'UPDATE' THEN
                        IF %3$s THEN
            %6$s                INSERT INTO %1$s VALUES ('u', %2$s);
                            RETURN NULL;
                        END IF;
                    END IF;
            %4$s        EXECUTE %5$s USING OLD, tablecast_columns;
                    IF TG_OP = 'UPDATE' THEN
                        INSERT INTO %1$s VALUES ('c', %2$s);
                    END IF;
                    RETURN NULL;
            """.formatted(
                        target,
                        values("NEW."),
                        sameKey(),
                        OldValues.collect(relation),
                        inserted("(SELECT ($1).*) AS " + OldValues.ROW, "$2"),
                        watched.returnIfSame());
    }

    // Old and new rows are sorted by key once: joining them could take the square of their number.
    private String ofStatementWithOldValues() {
        String named = String.join(", ", KeyColumn.queueColumns(key.size()));
        String selected = selected();
        String gone = "(SELECT *, bool_and(tablecast_is_old) OVER (PARTITION BY " + names() + ") AS tablecast_is_gone"
                + " FROM (SELECT " + selected + ", true AS tablecast_is_old, ARRAY[";
        String came = "]::text[] AS tablecast_values FROM " + OLD_ROWS + " AS " + OldValues.ROW
                + " UNION ALL SELECT " + selected + ", false, NULL FROM " + NEW_ROWS
                + ") AS tablecast_both) AS tablecast_marked WHERE tablecast_is_old AND tablecast_is_gone";
        String insertGone = "INSERT INTO " + queue + " (op, " + named + ", old_columns, old_values) SELECT 'd', "
                + named + ", $1, tablecast_values FROM " + gone;
        return """
                IF TG_OP = 'INSERT' THEN
                    INSERT INTO %1$s SELECT 'c', %2$s FROM %5$s;
                ELSIF TG_OP = 'DELETE' THEN
            %7$s        EXECUTE %8$s USING tablecast_columns;
                ELSIF NOT EXISTS (SELECT %4$s FROM %6$s EXCEPT SELECT %4$s FROM %5$s) THEN
            %11$s    ELSE
            %7$s        EXECUTE %9$s || tablecast_values || %10$s USING tablecast_columns;
                    INSERT INTO %1$s SELECT 'u', %3$s FROM (
                        SELECT %4$s FROM %5$s INTERSECT SELECT %4$s FROM %6$s) kept;
                    INSERT INTO %1$s SELECT 'c', %3$s FROM (
                        SELECT %4$s FROM %5$s EXCEPT SELECT %4$s FROM %6$s) came;
                END IF;
            """.formatted(
                        target,
                        values(""),
                        named,
                        selected,
                        NEW_ROWS,
                        OLD_ROWS,
                        OldValues.collect(relation),
                        inserted(OLD_ROWS + " AS " + OldValues.ROW, "$1"),
                        QueueNames.literal(insertGone),
                        QueueNames.literal(came),
                        updated());
    }

    /** Of rows that keep their keys. */
    private String updated() {
        String all = "INSERT INTO " + target + " SELECT 'u', " + values("") + " FROM " + NEW_ROWS + ";\n";
        return watched.insertChanged(
                all,
                "INSERT INTO " + target + " SELECT 'u', " + String.join(", ", KeyColumn.queueColumns(key.size())),
                selected());
    }

    /** An expression for the statement that stores old rows with their values. */
    private String inserted(String rows, String columns) {
        String keys = KeyColumn.queueColumns(key.size()).stream().collect(Collectors.joining(", "));
        String start = "INSERT INTO " + queue + " (op, " + keys + ", old_columns, old_values) SELECT 'd', "
                + values(OldValues.ROW + ".") + ", " + columns + ", ARRAY[";
        return QueueNames.literal(start) + " || tablecast_values || " + QueueNames.literal("]::text[] FROM " + rows);
    }

    private String sameKey() {
        return key.stream()
                .map(column -> column.compared("OLD.") + " IS NOT DISTINCT FROM " + column.compared("NEW."))
                .collect(Collectors.joining(" AND "));
    }

    // An UPDATE's old and new rows can only be paired by key: a key that is gone was deleted, a new one was created.
    private String ofStatementAlone() {
        String selected = selected();
        String named = String.join(", ", KeyColumn.queueColumns(key.size()));
        return """
                IF TG_OP = 'INSERT' THEN
                    INSERT INTO %1$s SELECT 'c', %2$s FROM %5$s;
                ELSIF TG_OP = 'DELETE' THEN
                    INSERT INTO %1$s SELECT 'd', %2$s FROM %6$s;
                ELSE
                    INSERT INTO %1$s SELECT 'd', %3$s FROM (
                        SELECT %4$s FROM %6$s EXCEPT SELECT %4$s FROM %5$s) gone;
                    IF NOT FOUND THEN
            %7$s        ELSE
                        INSERT INTO %1$s SELECT 'u', %3$s FROM (
                            SELECT %4$s FROM %5$s INTERSECT SELECT %4$s FROM %6$s) kept;
                        INSERT INTO %1$s SELECT 'c', %3$s FROM (
                            SELECT %4$s FROM %5$s EXCEPT SELECT %4$s FROM %6$s) came;
                    END IF;
                END IF;
            """.formatted(target, values(""), named, selected, NEW_ROWS, OLD_ROWS, updated());
    }

    private String values(String of) {
        return key.stream().map(column -> of + Identifiers.quote(column.name())).collect(Collectors.joining(", "));
    }

    private String names() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            names.add("k" + (i + 1));
            if (key.get(i).comparison() == Comparison.BY_TEXT) {
                names.add("t" + (i + 1));
            }
        }
        return String.join(", ", names);
    }

    /** The key under its names in the queue, and what else two rows of the same key have in common. */
    private String selected() {
        List<String> expressions = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            KeyColumn column = key.get(i);
            expressions.add(Identifiers.quote(column.name()) + " AS k" + (i + 1));
            if (column.comparison() == Comparison.BY_TEXT) {
                expressions.add(column.compared("") + " AS t" + (i + 1));
            }
        }
        return String.join(", ", expressions);
    }
}
