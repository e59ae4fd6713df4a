// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static io.tablecast.source.postgres.Identifiers.quote;
import static io.tablecast.source.queue.QueueNames.literal;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.queue.QueueTarget.Level;
import io.tablecast.source.queue.QueueTarget.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The SQL that sets up one queue, whether a connector runs it or an administrator does. Statements only create what is
 * missing and replace what differs; all of them belong into one transaction.
 */
final class QueueScript {

    private final QueueRegistry registry;
    private final QueueTarget target;
    private final String name;
    private final QueueContent content;
    private final String queue;
    private final List<String> statements = new ArrayList<>();

    private QueueScript(QueueRegistry registry, QueueTarget target, String name, QueueContent content) {
        this.registry = registry;
        this.target = target;
        this.name = name;
        this.content = content;
        this.queue = registry.queueTable(name);
    }

    /** The statements for a queue that is not there yet. */
    static List<String> create(QueueRegistry registry, QueueTarget target, String name, QueueContent content) {
        QueueScript script = new QueueScript(registry, target, name, content);
        script.createQueue();
        script.createTriggers();
        script.register();
        return List.copyOf(script.statements);
    }

    /**
     * The statements that make a queue whole again, for the key columns it has and maybe further ones. A queue table that
     * is not as it was made is made anew.
     */
    static List<String> renew(
            QueueRegistry registry, QueueTarget target, InstalledQueue installed, QueueContent content) {
        QueueScript script = new QueueScript(registry, target, installed.name(), content);
        // First the source table's lock, then the queue's, as writers take them.
        script.createTriggers();
        if (installed.hasItsTable()) {
            for (int i = 0; i < target.key().size(); i++) {
                script.adjustColumn(i, installed.keyTypes());
            }
            script.addOldColumns(installed);
        } else {
            script.statements.add("DROP TABLE IF EXISTS " + script.queue);
            script.createQueue();
        }
        script.statements.add("UPDATE " + registry.queues() + " SET relation = " + target.relation()
                // Somebody may have dropped the function, and this is another one.
                + ", function = " + literal(script.queue + "()") + "::regprocedure, key_columns = "
                + array(target.keyNames()) + " WHERE " + ofTable(target.table()));
        script.noteFunction();
        return List.copyOf(script.statements);
    }

    /** The statements that replace the function of a queue whose triggers are whole. */
    static List<String> renewFunction(
            QueueRegistry registry, QueueTarget target, InstalledQueue installed, QueueContent content) {
        QueueScript script = new QueueScript(registry, target, installed.name(), content);
        script.addOldColumns(installed);
        script.createFunction();
        script.noteFunction();
        return List.copyOf(script.statements);
    }

    /** The statement that notes how the triggers are now. */
    static String noteMembers(QueueRegistry registry, TableId table) {
        return "UPDATE " + registry.queues() + " q SET members = " + registry.members("q") + " WHERE " + ofTable(table);
    }

    /**
     * The statement that makes every consumer copy the table again. Generations grow with the clock, so that none comes
     * back after a queue was removed and set up again.
     */
    static String nextGeneration(QueueRegistry registry, TableId table) {
        return "UPDATE " + registry.queues() + " SET generation = greatest(generation + 1, " + clock() + ") WHERE "
                + ofTable(table);
    }

    /** The statements that remove a queue with its triggers. */
    static List<String> drop(QueueRegistry registry, InstalledQueue installed) {
        String queue = registry.queueTable(installed.name());
        return List.of(
                "DELETE FROM " + registry.queues() + " WHERE " + ofTable(installed.table()),
                // CASCADE drops the triggers, which DROP TRIGGER would only do for the table's owner.
                "DROP FUNCTION IF EXISTS " + queue + "() CASCADE",
                "DROP TABLE IF EXISTS " + queue);
    }

    /** The statements that end a consumer's reading; the last one takes the queue along, the last queue the registry. */
    static List<String> leave(QueueRegistry registry, String consumer, InstalledQueue installed) {
        String ofTable = registry.consumers() + " WHERE " + ofTable(installed.table());
        return List.of(
                "DELETE FROM " + ofTable + " AND consumer = " + literal(consumer),
                // Looks when it is run: others may have come since it was printed.
                "DO " + literal("""
                        BEGIN
                            IF NOT EXISTS (SELECT FROM %s) THEN
                                %s;
                            END IF;
                        END""".formatted(ofTable, String.join(";\n        ", drop(registry, installed)))),
                registry.dropIfUnused());
    }

    static String ofTable(TableId table) {
        return "(table_schema, table_name) = (" + literal(table.schema()) + ", " + literal(table.name()) + ")";
    }

    private void createQueue() {
        StringBuilder keyColumns = new StringBuilder();
        List<String> names = KeyColumn.queueColumns(target.key().size());
        for (int i = 0; i < names.size(); i++) {
            keyColumns
                    .append(",\n    ")
                    .append(names.get(i))
                    .append(' ')
                    .append(target.key().get(i).queueType());
        }
        statements.add("""
                CREATE TABLE %s (
                    id bigint GENERATED ALWAYS AS IDENTITY,
                    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
                    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                    op "char" NOT NULL%s,
                    old_columns int2[],
                    old_values text[])
                WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
                      autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 0,
                      autovacuum_analyze_threshold = 1000000000)""".formatted(queue, keyColumns));
        statements.add("COMMENT ON TABLE " + queue + " IS "
                + literal("Changes of " + target.table() + " that Tablecast has not sent to all its consumers yet"));
        // A publication FOR ALL TABLES takes the queue in, and refuses deletes from tables without an identity.
        statements.add("ALTER TABLE " + queue + " REPLICA IDENTITY FULL");
        // The only index: windows and cleaning look for transactions, and sort what they find by id.
        statements.add("CREATE INDEX ON " + queue + " (xid)");
        // Fails here, not in a writer's statement, when the key's types cannot be compared or sorted.
        String keys = String.join(", ", names);
        statements.add("SELECT " + keys + " FROM " + queue + " EXCEPT SELECT " + keys + " FROM " + queue + " ORDER BY "
                + keys);
    }

    private void adjustColumn(int index, List<String> queueTypes) {
        String type = target.key().get(index).queueType();
        String column = KeyColumn.queueColumns(index + 1).get(index);
        if (index >= queueTypes.size()) {
            statements.add("ALTER TABLE " + queue + " ADD COLUMN " + column + " " + type);
        } else if (!type.equals(queueTypes.get(index))) {
            // All consumers copy the table again, so nobody needs the values.
            statements.add("ALTER TABLE " + queue + " ALTER COLUMN " + column + " TYPE " + type + " USING NULL");
        }
    }

    // Only where they are missing: a lock on the queue waits for all its writers.
    private void addOldColumns(InstalledQueue installed) {
        if (installed.format() >= QueueRegistry.WITH_OLD_ROWS) {
            return;
        }
        statements.add("ALTER TABLE " + queue
                + " ADD COLUMN IF NOT EXISTS old_columns int2[], ADD COLUMN IF NOT EXISTS old_values text[]");
    }

    private void createFunction() {
        statements.add(QueueFunction.create(queue, target.relation(), target.key(), content));
        statements.add("REVOKE ALL ON FUNCTION " + queue + "() FROM PUBLIC");
    }

    private void noteFunction() {
        statements.add("UPDATE " + registry.queues() + " SET old_rows = "
                + (content.oldRows() == OldRows.KEPT) + ", watched_columns = " + array(content.watchedColumns())
                + ", format = " + QueueRegistry.VERSION + " WHERE " + ofTable(target.table()));
    }

    // CREATE OR REPLACE locks the table against writers even if nothing changes: whoever wrote before has committed.
    private void createTriggers() {
        createFunction();
        for (Member member : target.members()) {
            truncateTrigger(member);
            if (target.level() == Level.STATEMENT) {
                statementTriggers(member);
            } else if (!member.clones()) {
                trigger(member, "row", "AFTER INSERT OR UPDATE OR DELETE", "", "FOR EACH ROW");
            }
        }
    }

    private void statementTriggers(Member member) {
        String newRows = "REFERENCING NEW TABLE AS " + QueueFunction.NEW_ROWS;
        String oldRows = "REFERENCING OLD TABLE AS " + QueueFunction.OLD_ROWS;
        trigger(member, "insert", "AFTER INSERT", newRows, "FOR EACH STATEMENT");
        trigger(
                member,
                "update",
                "AFTER UPDATE",
                oldRows + " NEW TABLE AS " + QueueFunction.NEW_ROWS,
                "FOR EACH STATEMENT");
        trigger(member, "delete", "AFTER DELETE", oldRows, "FOR EACH STATEMENT");
    }

    // BEFORE: rows that another trigger of the same TRUNCATE inserts then come after it in the queue.
    private void truncateTrigger(Member member) {
        trigger(member, "truncate", "BEFORE TRUNCATE", "", "FOR EACH STATEMENT");
    }

    private void trigger(Member member, String suffix, String event, String transition, String forEach) {
        String trigger = quote(QueueNames.trigger(registry.schema(), suffix));
        String argument = member.relation() == target.relation() ? QueueFunction.WHOLE : QueueFunction.PART;
        statements.add("CREATE OR REPLACE TRIGGER " + trigger + " " + event + " ON " + quote(member.table()) + " "
                + transition + " " + forEach + " EXECUTE FUNCTION " + queue + "('" + argument + "')");
        if (member.owned()) {
            // Writers with session_replication_role=replica are seen too; only the table's owner may say so.
            statements.add("ALTER TABLE " + quote(member.table()) + " ENABLE ALWAYS TRIGGER " + trigger);
        }
    }

    private void register() {
        statements.add("""
                INSERT INTO %s (table_schema, table_name, queue_name, relation, function, key_columns, generation, members,
                                old_rows, watched_columns, format)
                VALUES (%s, %s, %s, %d, %s::regprocedure, %s, %s, '{}', %s, %s, %d)""".formatted(
                        registry.queues(),
                        literal(target.table().schema()),
                        literal(target.table().name()),
                        literal(name),
                        target.relation(),
                        literal(queue + "()"),
                        array(target.keyNames()),
                        clock(),
                        content.oldRows() == OldRows.KEPT,
                        array(content.watchedColumns()),
                        QueueRegistry.VERSION));
    }

    private static String clock() {
        return "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
    }

    private static String array(List<String> texts) {
        return texts.stream().map(QueueNames::literal).collect(Collectors.joining(", ", "ARRAY[", "]::text[]"));
    }
}
