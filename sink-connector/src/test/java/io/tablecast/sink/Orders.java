// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.PostgresSourceBlock;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.RowField;
import io.tablecast.contract.record.SchemaNames;
import io.tablecast.contract.record.TransactionBlock;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;

/** Change events of a small table {@code shop.orders (id bigint, code text, amount integer)}, as a source sends them. */
final class Orders {

    private final EnvelopeWriter writer;
    private final TopicLog log;
    private final String table;
    private final List<RowField> columns;
    private Instant time = Instant.EPOCH;
    private int changes;

    Orders(TopicLog log, String table) {
        this(log, table, "text");
    }

    /** The same with another type of the code. */
    Orders(TopicLog log, String table, String codeType) {
        this(log, table, typed(SchemaBuilder.string(), codeType));
    }

    /** The same with another schema of the code, which may be absent. */
    Orders(TopicLog log, String table, SchemaBuilder code) {
        this(
                log,
                table,
                List.of(
                        new RowField(
                                "id", typed(SchemaBuilder.int64(), "bigint").build()),
                        new RowField("code", code.optional().build()),
                        new RowField(
                                "amount",
                                typed(SchemaBuilder.int32(), "integer")
                                        .optional()
                                        .build())));
    }

    private Orders(TopicLog log, String table, List<RowField> columns) {
        this.log = log;
        this.table = table;
        this.columns = columns;
        writer = new EnvelopeWriter(
                log.partition().topic(),
                columns,
                List.of("id"),
                PostgresSourceBlock.SCHEMA,
                SchemaNames.NONE,
                Clock.systemUTC());
    }

    /** The table after ALTER TABLE ADD of a text. */
    Orders adding(String column) {
        List<RowField> wider = new ArrayList<>(columns);
        wider.add(new RowField(
                column, typed(SchemaBuilder.string(), "text").optional().build()));
        return new Orders(log, table, wider);
    }

    /** The table after ALTER TABLE ADD of a bigint. */
    Orders addingNumber(String column) {
        List<RowField> wider = new ArrayList<>(columns);
        wider.add(new RowField(
                column, typed(SchemaBuilder.int64(), "bigint").optional().build()));
        return new Orders(log, table, wider);
    }

    /** The table after ALTER TABLE DROP. */
    Orders dropping(String column) {
        return new Orders(
                log,
                table,
                columns.stream().filter(kept -> !kept.name().equals(column)).toList());
    }

    /** The table after ALTER TABLE RENAME. */
    Orders renaming(String from, String to) {
        return new Orders(
                log,
                table,
                columns.stream()
                        .map(column -> column.name().equals(from) ? new RowField(to, column.schema()) : column)
                        .toList());
    }

    private static SchemaBuilder typed(SchemaBuilder schema, String type) {
        return schema.parameter("tablecast.column.type", type);
    }

    EnvelopeWriter writer() {
        return writer;
    }

    /** The table's name. */
    String table() {
        return table;
    }

    Struct row(long id, String code, Integer amount) {
        return new Struct(writer.rowSchema()).put("id", id).put("code", code).put("amount", amount);
    }

    void insert(long id, String code, Integer amount) {
        insert(id, code, amount, new ConnectHeaders());
    }

    void insert(long id, String code, Integer amount, Headers headers) {
        Struct row = row(id, code, amount);
        send(writer.key(row), writer.created(row, source(), transaction()), headers);
    }

    void update(long id, String code, Integer amount) {
        update(id, code, amount, new ConnectHeaders());
    }

    void update(long id, String code, Integer amount, Headers headers) {
        Struct row = row(id, code, amount);
        send(writer.key(row), writer.updated(row, source(), transaction()), headers);
    }

    void delete(long id) {
        delete(id, new ConnectHeaders());
    }

    /** From now on changes happen at that time, and have positions of their own. */
    void at(String instant) {
        time = Instant.parse(instant);
    }

    /** The next change has the position of the one so many changes ago, as if a producer sent it again. */
    void again(int changesAgo) {
        changes -= changesAgo;
    }

    /** A delete that tells the whole old row, and its tombstone. */
    void delete(long id, String code, Integer amount) {
        Struct row = row(id, code, amount);
        send(
                writer.key(row),
                writer.deleted(row, source(), transaction()),
                new RecordHeaders().beforeIsFull().headers());
        log.send(writer.keySchema().orElseThrow(), writer.key(row), null, null, new ConnectHeaders());
    }

    /** A delete and its tombstone. */
    void delete(long id, Headers headers) {
        Struct key = writer.key(row(id, null, null));
        send(key, writer.deleted(writer.rowWithOnlyKey(key), source(), transaction()), headers);
        log.send(writer.keySchema().orElseThrow(), key, null, null, new ConnectHeaders());
    }

    void truncate() {
        send(null, writer.truncated(source(), transaction()), new ConnectHeaders());
    }

    /** A row whose primary key has changed: a delete of the old key and an insert of the new one. */
    void move(long from, long to, String code, Integer amount) {
        Struct oldKey = writer.key(row(from, null, null));
        Struct row = row(to, code, amount);
        send(
                oldKey,
                writer.deleted(writer.rowWithOnlyKey(oldKey), source(), transaction()),
                new RecordHeaders().newKey(writer.key(row)).headers());
        log.send(oldKey.schema(), oldKey, null, null, new ConnectHeaders());
        send(
                writer.key(row),
                writer.created(row, source(), transaction()),
                new RecordHeaders().oldKey(oldKey).headers());
    }

    void send(Struct key, Struct value, Headers headers) {
        log.send(key == null ? null : key.schema(), key, value.schema(), value, headers);
    }

    /** The source block of a change. */
    Struct source() {
        Struct block = new Struct(PostgresSourceBlock.SCHEMA);
        for (var field : PostgresSourceBlock.SCHEMA.fields()) {
            if (!field.schema().isOptional() && field.schema().defaultValue() == null) {
                block.put(field, field.schema().type() == Schema.Type.STRING ? "" : (Object) 0L);
            }
        }
        if (!time.equals(Instant.EPOCH)) {
            block.put("ts_ms", time.toEpochMilli())
                    .put("ts_us", time.toEpochMilli() * 1000)
                    .put("sequence", "[null,\"" + ++changes + "\"]");
        }
        block.put("name", server());
        return block.put("schema", "shop").put("table", table).put("db", "erp");
    }

    /** The first part of the topic's name, where it has several. */
    private String server() {
        String topic = log.partition().topic();
        int dot = topic.indexOf('.');
        return dot < 0 ? "erp" : topic.substring(0, dot);
    }

    static TransactionBlock transaction() {
        return new TransactionBlock("1", 1, 1);
    }
}
