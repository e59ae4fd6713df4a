// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.PostgresSourceBlock;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.RowField;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.record.SchemaNames;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Identity;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.testing.Database;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names and values of a source that would be statements if anybody took them for SQL are names and values. */
class HostileNamesIT {

    private static final String DROP = "'\"`; DROP TABLE shop.victim; --$$\\";
    private static final TableId TABLE = new TableId("s" + DROP, "t$do$" + DROP);
    private static final String KEY = "k" + DROP;
    private static final String NOTE = "é".repeat(31);
    private static final String LABEL = "l" + DROP;
    private static final String VALUE = "v" + DROP + "\n/*\t\\.";

    private final TopicLog log = new TopicLog("erp.s.t", 0);

    @ParameterizedTest
    @CsvSource({"swap, view, hard", "swap, rename, soft", "truncate, auto, hard", "merge, auto, soft"})
    void namesAndValuesAreData(String apply, String swapMode, String deletes) {
        try (Destination destination = Destination.create()) {
            Database database = destination.database();
            database.execute("CREATE SCHEMA shop", "CREATE TABLE shop.victim (id int)");
            copy("c" + DROP, NOTE);
            change(2, NOTE, new ConnectHeaders());
            try (DrivenTask task = destination.task(
                    "snapshot.apply",
                    apply,
                    "swap.mode",
                    swapMode,
                    "schema.evolution",
                    "full",
                    "enum.mode",
                    "type",
                    "delete.mode",
                    deletes.equals("soft") ? "soft" : "delete",
                    "soft.delete.history",
                    String.valueOf(deletes.equals("soft")))) {
                task.open(log);
                task.drain();
                assertThat(rows(database, NOTE))
                        .containsExactly("1:" + VALUE + ":" + LABEL, "2:" + VALUE + ":" + LABEL);

                String renamed = "r" + DROP;
                change(
                        3,
                        renamed,
                        new RecordHeaders()
                                .schemaChange(List.of(
                                        new SchemaChange.Rename(NOTE, renamed),
                                        new SchemaChange.Add(new Column(
                                                "n" + DROP,
                                                "text",
                                                true,
                                                "'" + VALUE.replace("'", "''") + "'::text",
                                                Identity.NONE,
                                                "",
                                                "",
                                                VALUE))))
                                .headers());
                delete(1, renamed);
                copy("d" + DROP, renamed);
                change(2, renamed, new ConnectHeaders());
                task.drain();
                assertThat(rows(database, renamed)).contains("1:" + VALUE + ":" + LABEL, "2:" + VALUE + ":" + LABEL);
            }

            assertThat(database.number("SELECT count(*) FROM shop.victim")).isZero();
            assertThat(database.column("SELECT DISTINCT table_name FROM tablecast.table_state"))
                    .containsExactly(TABLE.name());
        }
    }

    private static List<String> rows(Database database, String note) {
        return database.column("SELECT concat_ws(':', " + Database.quote(KEY) + ", " + Database.quote(note)
                + ", label) FROM " + Database.quote(TABLE.schema()) + "." + Database.quote(TABLE.name())
                + " ORDER BY " + Database.quote(KEY));
    }

    private EnvelopeWriter writer(String note) {
        return new EnvelopeWriter(
                log.partition().topic(),
                List.of(
                        new RowField(KEY, typed(SchemaBuilder.int64(), "bigint").build()),
                        new RowField(
                                note,
                                typed(SchemaBuilder.string(), "text").optional().build()),
                        new RowField(
                                "label",
                                typed(SchemaBuilder.string().name("io.debezium.data.Enum"), "e")
                                        .parameter("allowed", LABEL)
                                        .optional()
                                        .build())),
                List.of(KEY),
                PostgresSourceBlock.SCHEMA,
                SchemaNames.NONE,
                Clock.systemUTC());
    }

    private static SchemaBuilder typed(SchemaBuilder schema, String type) {
        return schema.parameter("tablecast.column.type", type);
    }

    /** One row, with all that a structure may name. */
    private void copy(String id, String note) {
        EnvelopeWriter writer = writer(note);
        TableStructure structure = new TableStructure(
                TABLE,
                TableStructure.DatabaseKind.POSTGRESQL,
                List.of(
                        Column.of(KEY, "bigint", Column.Nullability.NOT_NULL),
                        Column.of(note, "text", Column.Nullability.NULLABLE),
                        Column.of("label", "e", Column.Nullability.NULLABLE)),
                List.of(KEY),
                List.of(
                        new Index("p" + DROP, Index.Kind.PRIMARY, false, false, List.of(KEY), List.of(KEY), ""),
                        new Index(
                                "i" + DROP,
                                Index.Kind.PLAIN,
                                false,
                                false,
                                List.of(note),
                                List.of(note),
                                "USING btree (" + Database.quote(note) + ")")),
                List.of(),
                List.of(),
                VALUE);
        send(
                null,
                writer.emptied(source()),
                new RecordHeaders()
                        .begin(SnapshotBegin.ofTable(id, "queue", structure))
                        .headers());
        Struct row = row(writer, 1, note);
        send(
                writer.key(row),
                writer.read(row, source().put("sequence", new SnapshotOrdinal(id, 1).sequence())),
                new RecordHeaders().end(new SnapshotEnd(id, 1)).headers());
    }

    private void change(long key, String note, Headers headers) {
        EnvelopeWriter writer = writer(note);
        Struct row = row(writer, key, note);
        send(writer.key(row), writer.updated(row, source(), Orders.transaction()), headers);
    }

    private void delete(long key, String note) {
        EnvelopeWriter writer = writer(note);
        Struct row = row(writer, key, note);
        send(
                writer.key(row),
                writer.deleted(row, source(), Orders.transaction()),
                new RecordHeaders().beforeIsFull().headers());
    }

    private static Struct row(EnvelopeWriter writer, long key, String note) {
        return new Struct(writer.rowSchema()).put(KEY, key).put(note, VALUE).put("label", LABEL);
    }

    private Struct source() {
        return new Orders(log, TABLE.name()).source().put("schema", TABLE.schema());
    }

    private void send(Struct key, Struct value, Headers headers) {
        Schema keySchema = key == null ? null : key.schema();
        log.send(keySchema, key, value.schema(), value, headers);
    }
}
