// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.PostgresSourceBlock;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.RowField;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.record.SchemaNames;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.record.TransactionBlock;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Identity;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A source table to which random things happen, one after the other, each sent to its topic. What the table holds at the
 * end, known without any cleverness, is what a destination has to hold. Now and then the last records are sent again, as a
 * producer does that had no answer.
 */
final class RandomTable {

    private static final int KEYS = 60;
    private static final String[] TYPES = {"text", "integer", "bigint"};

    private final Random random;
    private final TopicLog log;
    private final TableId id;
    private final Map<String, String> columns = new LinkedHashMap<>();
    private final Map<Long, Map<String, Object>> rows = new TreeMap<>();
    private final Map<Long, Map<String, Object>> deleted = new TreeMap<>();
    private final List<SchemaChange> pending = new ArrayList<>();
    private EnvelopeWriter writer;
    private long sendAgainFrom;
    private int names;
    private int snapshots;
    private int steps;

    RandomTable(Random random, TopicLog log, String name) {
        this.random = random;
        this.log = log;
        this.id = new TableId("shop", name);
        columns.put("id", "bigint");
        columns.put("code", "text");
        columns.put("amount", "integer");
        renew();
    }

    TopicLog log() {
        return log;
    }

    /** What is there, by the names of the source's columns, as PostgreSQL's {@code jsonb} writes it. */
    Map<Long, Map<String, Object>> rows() {
        return rows;
    }

    /** What was deleted and has not come back. */
    Map<Long, Map<String, Object>> deleted() {
        return deleted;
    }

    List<String> columns() {
        return List.copyOf(columns.keySet());
    }

    /** Lets one thing happen. */
    void step() {
        steps++;
        int kind = random.nextInt(1000);
        if (kind < 560) {
            write(random.nextInt(KEYS));
        } else if (kind < 780) {
            delete(random.nextInt(KEYS));
        } else if (kind < 880) {
            move(random.nextInt(KEYS));
        } else if (kind < 890) {
            truncate();
        } else if (kind < 910) {
            snapshot();
        } else if (kind < 930) {
            changeColumns();
        } else if (kind < 960) {
            sendAgain();
        } else {
            swap(random.nextInt(KEYS), random.nextInt(KEYS));
        }
    }

    /** Sends what the destination cannot know yet: a change of columns rides on the next record. */
    void finish() {
        if (!pending.isEmpty()) {
            write(0);
        }
    }

    private void write(long key) {
        Map<String, Object> row = randomRow(key);
        boolean isNew = rows.put(key, row) == null;
        deleted.remove(key);
        send(key, isNew ? writer.created(struct(row), source(), in()) : writer.updated(struct(row), source(), in()));
    }

    private void delete(long key) {
        Map<String, Object> row = rows.remove(key);
        if (row == null) {
            return;
        }
        deleted.put(key, row);
        boolean isFull = random.nextBoolean();
        Struct before = isFull ? struct(row) : writer.rowWithOnlyKey(key(key));
        Headers headers = isFull ? new RecordHeaders().beforeIsFull().headers() : new ConnectHeaders();
        send(key(key), writer.deleted(before, source(), in()), headers);
        log.send(writer.keySchema().orElseThrow(), key(key), null, null, new ConnectHeaders());
    }

    private void move(long from) {
        Map<String, Object> row = rows.get(from);
        long to = random.nextInt(KEYS);
        if (row == null || rows.containsKey(to)) {
            return;
        }
        delete(from);
        row = new LinkedHashMap<>(row);
        row.put("id", to);
        rows.put(to, row);
        deleted.remove(to);
        send(to, writer.created(struct(row), source(), in()));
    }

    private void swap(long one, long other) {
        write(one);
        write(other);
        write(one);
    }

    private void truncate() {
        deleted.putAll(rows);
        rows.clear();
        send(null, writer.truncated(source(), in()), new ConnectHeaders());
    }

    /** A copy, sometimes of changes that were never sent for themselves. */
    private void snapshot() {
        if (random.nextBoolean()) {
            // Nothing from before the copy may come again then: the copy would be all that takes it back.
            sendAgainFrom = log.end();
            List<Long> keys = new ArrayList<>(rows.keySet());
            keys.stream().filter(key -> random.nextInt(10) == 0).forEach(key -> deleted.put(key, rows.remove(key)));
            for (int i = 0; i < 3; i++) {
                long key = random.nextInt(KEYS);
                rows.put(key, randomRow(key));
                deleted.remove(key);
            }
        }
        if (!pending.isEmpty()) {
            write(random.nextInt(KEYS));
        }
        String name = id.name() + "-" + ++snapshots;
        RecordHeaders begin = new RecordHeaders().begin(SnapshotBegin.ofTable(name, "queue", structure()));
        if (rows.isEmpty()) {
            send(
                    null,
                    writer.emptied(source()),
                    begin.end(new SnapshotEnd(name, 0)).headers());
            return;
        }
        send(null, writer.emptied(source()), begin.headers());
        int ordinal = 0;
        for (Map<String, Object> row : rows.values()) {
            ordinal++;
            Struct struct = struct(row);
            Struct source = source().put("sequence", new SnapshotOrdinal(name, ordinal).sequence());
            Headers headers = ordinal == rows.size()
                    ? new RecordHeaders().end(new SnapshotEnd(name, ordinal)).headers()
                    : new ConnectHeaders();
            send(writer.key(struct), writer.read(struct, source), headers);
        }
    }

    private void changeColumns() {
        switch (random.nextInt(4)) {
            case 0 -> add();
            case 1 -> drop();
            case 2 -> rename();
            default -> retype();
        }
        renew();
    }

    private void add() {
        String name = freshName();
        String type = TYPES[random.nextInt(TYPES.length)];
        boolean hasDefault = random.nextBoolean();
        Object value = type.equals("text") ? "seven" : 7;
        String literal = type.equals("text") ? "'seven'::text" : "7";
        columns.put(name, type);
        rows.values().forEach(row -> row.put(name, hasDefault ? value : null));
        pending.add(new SchemaChange.Add(
                new Column(name, type, true, hasDefault ? literal : "", Identity.NONE, "", "", "")));
    }

    private void drop() {
        String name = anyColumn();
        if (columns.size() > 3) {
            columns.remove(name);
            rows.values().forEach(row -> row.remove(name));
            pending.add(new SchemaChange.Drop(name));
        }
    }

    private void rename() {
        String from = anyColumn();
        String to = freshName();
        columns.put(to, columns.remove(from));
        rows.values().forEach(row -> row.put(to, row.remove(from)));
        pending.add(new SchemaChange.Rename(from, to));
    }

    private void retype() {
        String name = anyColumn();
        String type = columns.get(name).equals("integer") ? "bigint" : "text";
        columns.put(name, type);
        if (type.equals("text")) {
            rows.values().forEach(row -> row.computeIfPresent(name, (same, value) -> String.valueOf(value)));
        }
        pending.add(new SchemaChange.Type(Column.of(name, type, Column.Nullability.NULLABLE)));
    }

    private String anyColumn() {
        List<String> names = new ArrayList<>(columns.keySet());
        return names.get(1 + random.nextInt(names.size() - 1));
    }

    // A name that was used before would mean something else in records that are sent again.
    private String freshName() {
        return "c" + ++names;
    }

    private void sendAgain() {
        long from = Math.max(sendAgainFrom, log.end() - 1 - random.nextInt(40));
        List<SinkRecord> last = log.from(from, Integer.MAX_VALUE);
        last.forEach(log::sendAgain);
    }

    private Map<String, Object> randomRow(long key) {
        Map<String, Object> row = new LinkedHashMap<>();
        columns.forEach((name, type) -> row.put(name, name.equals("id") ? (Object) key : value(type)));
        return row;
    }

    private Object value(String type) {
        if (random.nextInt(8) == 0) {
            return null;
        }
        return type.equals("text") ? "v" + steps : (Object) random.nextInt(1000);
    }

    private void renew() {
        List<RowField> fields = new ArrayList<>();
        columns.forEach((name, type) -> fields.add(new RowField(name, schema(name, type))));
        writer = new EnvelopeWriter(
                log.partition().topic(),
                fields,
                List.of("id"),
                PostgresSourceBlock.SCHEMA,
                SchemaNames.NONE,
                Clock.systemUTC());
    }

    private static Schema schema(String name, String type) {
        SchemaBuilder schema = switch (type) {
            case "text" -> SchemaBuilder.string();
            case "integer" -> SchemaBuilder.int32();
            default -> SchemaBuilder.int64();
        };
        schema.parameter("tablecast.column.type", type);
        return name.equals("id") ? schema.build() : schema.optional().build();
    }

    private Struct struct(Map<String, Object> row) {
        Struct struct = new Struct(writer.rowSchema());
        row.forEach((name, value) -> struct.put(name, typed(value, columns.get(name))));
        return struct;
    }

    private static Object typed(Object value, String type) {
        return value instanceof Number number && type.equals("bigint") ? (Object) number.longValue() : value;
    }

    private Struct key(long key) {
        return new Struct(writer.keySchema().orElseThrow()).put("id", key);
    }

    private void send(long key, Struct value) {
        send(key(key), value, new ConnectHeaders());
    }

    private void send(Struct key, Struct value, Headers headers) {
        if (!pending.isEmpty()) {
            new RecordHeaders().schemaChange(pending).headers().forEach(headers::add);
            pending.clear();
        }
        log.send(key == null ? null : key.schema(), key, value.schema(), value, headers);
    }

    private Struct source() {
        Struct block = new Struct(PostgresSourceBlock.SCHEMA);
        for (var field : PostgresSourceBlock.SCHEMA.fields()) {
            if (!field.schema().isOptional() && field.schema().defaultValue() == null) {
                block.put(field, field.schema().type() == Schema.Type.STRING ? "" : (Object) 0L);
            }
        }
        return block.put("schema", id.schema())
                .put("table", id.name())
                .put("db", "erp")
                .put("ts_ms", 1_000_000L + steps)
                .put("sequence", "[null,\"" + steps + "\"]");
    }

    private static TransactionBlock in() {
        return new TransactionBlock("1", 1, 1);
    }

    private TableStructure structure() {
        List<Column> described = new ArrayList<>();
        columns.forEach((name, type) -> described.add(
                Column.of(name, type, name.equals("id") ? Column.Nullability.NOT_NULL : Column.Nullability.NULLABLE)));
        return new TableStructure(
                id,
                TableStructure.DatabaseKind.POSTGRESQL,
                described,
                List.of("id"),
                List.of(new Index(
                        id.name() + "_pkey", Index.Kind.PRIMARY, false, false, List.of("id"), List.of("id"), "")),
                List.of(),
                List.of(),
                "");
    }
}
