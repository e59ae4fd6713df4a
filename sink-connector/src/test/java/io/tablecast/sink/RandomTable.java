// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.PostgresSourceBlock;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.record.SchemaNames;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.record.TransactionBlock;
import io.tablecast.contract.table.TableId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Schema;
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
    private static final int MOST_PER_CHUNK = 15;

    private final Random random;
    private final TopicLog log;
    private final TableId id;
    private final RandomColumns columns;
    private final NavigableMap<Long, Map<String, Object>> rows = new TreeMap<>();
    private final Map<Long, Map<String, Object>> deleted = new TreeMap<>();
    /** Rows that came without being sent: only a copy tells of them. */
    private final Set<Long> unsent = new HashSet<>();

    private final List<SchemaChange> pending = new ArrayList<>();
    private EnvelopeWriter writer;
    private Optional<RandomCopy> copy = Optional.empty();
    private long sendAgainFrom;
    private int snapshots;
    private int steps;

    RandomTable(Random random, TopicLog log, String name) {
        this.random = random;
        this.log = log;
        this.id = new TableId("shop", name);
        this.columns = new RandomColumns(random);
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
        return columns.names();
    }

    /** Lets a copy be the first thing that is sent: a name that rows have made a table of never becomes a view. */
    void copyFirst() {
        if (random.nextBoolean()) {
            snapshot();
        } else {
            beginCopy();
        }
    }

    /** Lets one thing happen. */
    void step() {
        steps++;
        if (copy.isPresent() && random.nextInt(6) == 0) {
            copyChunk();
            return;
        }
        int kind = random.nextInt(1000);
        if (kind < 560) {
            write(random.nextInt(KEYS));
        } else if (kind < 780) {
            delete(random.nextInt(KEYS));
        } else if (kind < 880) {
            move(random.nextInt(KEYS));
        } else if (kind < 890) {
            truncate();
        } else if (kind < 900) {
            snapshot();
        } else if (kind < 910) {
            beginCopy();
        } else if (kind < 930) {
            changeColumns();
        } else if (kind < 960) {
            sendAgain();
        } else {
            swap(random.nextInt(KEYS), random.nextInt(KEYS));
        }
    }

    /** Sends what the destination cannot know yet: the rest of a copy, and a change of columns, which rides on a record. */
    void finish() {
        while (copy.isPresent()) {
            copyChunk();
        }
        if (!pending.isEmpty()) {
            write(0);
        }
    }

    private void write(long key) {
        Map<String, Object> row = randomRow(key);
        boolean isNew = rows.put(key, row) == null;
        deleted.remove(key);
        unsent.remove(key);
        change(
                key(key),
                isNew ? writer.created(struct(row), source(), in()) : writer.updated(struct(row), source(), in()),
                new ConnectHeaders());
    }

    private void delete(long key) {
        if (unsent.contains(key) || !rows.containsKey(key)) {
            return;
        }
        Map<String, Object> row = rows.remove(key);
        deleted.put(key, row);
        boolean isFull = random.nextBoolean();
        Struct before = isFull ? struct(row) : writer.rowWithOnlyKey(key(key));
        Headers headers = isFull ? new RecordHeaders().beforeIsFull().headers() : new ConnectHeaders();
        change(key(key), writer.deleted(before, source(), in()), headers);
        log.send(writer.keySchema().orElseThrow(), key(key), null, null, new ConnectHeaders());
    }

    private void move(long from) {
        Map<String, Object> row = rows.get(from);
        long to = random.nextInt(KEYS);
        if (row == null || unsent.contains(from) || rows.containsKey(to)) {
            return;
        }
        delete(from);
        row = new LinkedHashMap<>(row);
        row.put("id", to);
        rows.put(to, row);
        deleted.remove(to);
        change(key(to), writer.created(struct(row), source(), in()), new ConnectHeaders());
    }

    private void swap(long one, long other) {
        write(one);
        write(other);
        write(one);
    }

    private void truncate() {
        if (copy.isPresent() && !copy.get().isBegun()) {
            // A truncate event that begins a copy would be no TRUNCATE.
            send(null, writer.emptied(source()), new ConnectHeaders());
        }
        rows.keySet().removeAll(unsent);
        unsent.clear();
        deleted.putAll(rows);
        rows.clear();
        send(null, writer.truncated(source(), in()), new ConnectHeaders());
    }

    /** A copy of all rows in one go. */
    private void snapshot() {
        changeUnsent();
        if (!pending.isEmpty()) {
            write(random.nextInt(KEYS));
        }
        // One that is under way is given up.
        copy = Optional.empty();
        unsent.clear();
        String name = nextSnapshot();
        RecordHeaders begin = new RecordHeaders().begin(SnapshotBegin.ofTable(name, "queue", columns.structure(id)));
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
            Headers headers = ordinal == rows.size()
                    ? new RecordHeaders().end(new SnapshotEnd(name, ordinal)).headers()
                    : new ConnectHeaders();
            copied(row, new SnapshotOrdinal(name, ordinal), headers);
        }
    }

    /** Begins a copy among whose rows changes go on; sometimes with the next record, whatever it is. */
    private void beginCopy() {
        changeUnsent();
        copy = Optional.of(new RandomCopy(nextSnapshot()));
        if (random.nextBoolean()) {
            send(null, writer.emptied(source()), new ConnectHeaders());
        }
    }

    private String nextSnapshot() {
        return id.name() + "-" + ++snapshots;
    }

    /** Changes that are never sent for themselves, sometimes, before a copy that tells of them. */
    private void changeUnsent() {
        if (random.nextBoolean()) {
            return;
        }
        // Nothing from before the copy may come again then: the copy would be all that takes it back.
        sendAgainFrom = log.end();
        List<Long> keys = new ArrayList<>(rows.keySet());
        keys.stream().filter(key -> random.nextInt(10) == 0).forEach(key -> {
            Map<String, Object> row = rows.remove(key);
            if (!unsent.remove(key)) {
                deleted.put(key, row);
            }
        });
        for (int i = 0; i < 3; i++) {
            long key = random.nextInt(KEYS);
            // The destination may keep what was deleted, and a copy that is given up would not revive it.
            if (!deleted.containsKey(key) && rows.put(key, randomRow(key)) == null) {
                unsent.add(key);
            }
        }
    }

    private void copyChunk() {
        RandomCopy current = copy.orElseThrow();
        if (current.isRead()) {
            endWithoutChange(current);
            return;
        }
        List<Long> keys = current.next(rows, 1 + random.nextInt(MOST_PER_CHUNK));
        for (int i = 0; i < keys.size(); i++) {
            boolean isLast = current.isRead() && i == keys.size() - 1;
            copied(current, keys.get(i), isLast);
        }
    }

    /** Nothing has changed for a while after the last chunk was found empty. */
    private void endWithoutChange(RandomCopy current) {
        if (!rows.isEmpty()) {
            copied(current, rows.firstKey(), true);
            return;
        }
        send(null, writer.emptied(source()), ended(current, new RecordHeaders()).headers());
    }

    private void copied(RandomCopy current, long key, boolean isLast) {
        SnapshotOrdinal ordinal = current.nextOrdinal();
        RecordHeaders headers = new RecordHeaders();
        current.beginOn(headers, columns.structure(id));
        copied(rows.get(key), ordinal, isLast ? ended(current, headers).headers() : headers.headers());
    }

    private void copied(Map<String, Object> row, SnapshotOrdinal ordinal, Headers headers) {
        Struct struct = struct(row);
        send(writer.key(struct), writer.read(struct, source().put("sequence", ordinal.sequence())), headers);
    }

    private RecordHeaders ended(RandomCopy current, RecordHeaders headers) {
        current.beginOn(headers, columns.structure(id));
        copy = Optional.empty();
        unsent.clear();
        return current.endOn(headers);
    }

    private void changeColumns() {
        columns.alter(rows.values()).ifPresent(pending::add);
        renew();
    }

    private void sendAgain() {
        long from = Math.max(sendAgainFrom, log.end() - 1 - random.nextInt(40));
        List<SinkRecord> last = log.from(from, Integer.MAX_VALUE);
        last.forEach(log::sendAgain);
    }

    private Map<String, Object> randomRow(long key) {
        return columns.row(key, steps);
    }

    private void renew() {
        writer = new EnvelopeWriter(
                log.partition().topic(),
                columns.fields(),
                List.of("id"),
                PostgresSourceBlock.SCHEMA,
                SchemaNames.NONE,
                Clock.systemUTC());
    }

    private Struct struct(Map<String, Object> row) {
        return columns.struct(writer.rowSchema(), row);
    }

    private Struct key(long key) {
        return new Struct(writer.keySchema().orElseThrow()).put("id", key);
    }

    /** Sends what became of a row; a copy that is only waiting for its end ends with it. */
    private void change(Struct key, Struct value, Headers headers) {
        copy.filter(RandomCopy::isRead)
                .ifPresent(
                        current -> ended(current, new RecordHeaders()).headers().forEach(headers::add));
        send(key, value, headers);
    }

    private void send(Struct key, Struct value, Headers headers) {
        RecordHeaders riding = new RecordHeaders();
        if (!pending.isEmpty()) {
            riding.schemaChange(pending);
            pending.clear();
        }
        copy.ifPresent(current -> current.beginOn(riding, columns.structure(id)));
        riding.headers().forEach(headers::add);
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
}
