// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import io.tablecast.contract.table.TableId;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * What a record says of its origin, read on demand from its {@code source} block; everything is empty for records
 * without one. Works for Tablecast's and Debezium's blocks of PostgreSQL, MySQL and MariaDB.
 */
public final class SourceInfo {

    /** Of records without a source block. */
    public static final SourceInfo NONE = new SourceInfo(null);

    private final Struct block;

    SourceInfo(Struct block) {
        this.block = block;
    }

    /** The source table; a MySQL database stands for the schema. */
    public Optional<TableId> table() {
        Optional<String> name = text("table");
        Optional<String> schema = text("schema").or(() -> text("db"));
        return name.isPresent() && schema.isPresent()
                ? Optional.of(new TableId(schema.get(), name.get()))
                : Optional.empty();
    }

    /** The name of the source database. */
    public Optional<String> database() {
        return text("db");
    }

    /** When the change happened at the source, to the microsecond where it is given. */
    public Optional<Instant> time() {
        return number("ts_us")
                .filter(micros -> micros != 0)
                .map(micros -> Instant.ofEpochSecond(
                        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000))
                .or(() -> number("ts_ms").filter(millis -> millis != 0).map(Instant::ofEpochMilli));
    }

    /** Debezium's position text, or Tablecast's. */
    public Optional<String> sequence() {
        return text("sequence");
    }

    /**
     * Where in the source's changes this one stands: the same if it is sent again. Empty where the block does not tell.
     */
    public Optional<String> position() {
        return sequence().or(() -> number("lsn").map(String::valueOf)).or(this::binlogPosition);
    }

    private Optional<String> binlogPosition() {
        Optional<String> file = text("file");
        Optional<Long> position = number("pos");
        if (file.isEmpty() || position.isEmpty()) {
            return Optional.empty();
        }
        Field row = field("row", Schema.Type.INT32);
        return Optional.of(
                file.get() + ":" + position.get() + (row == null ? "" : ":" + block.getWithoutDefault(row.name())));
    }

    /** The row's place in a snapshot that Tablecast took. */
    public Optional<SnapshotOrdinal> snapshotOrdinal() {
        return text("sequence").flatMap(SnapshotOrdinal::ofSequence);
    }

    private Optional<String> text(String name) {
        Field field = field(name, Schema.Type.STRING);
        return field == null ? Optional.empty() : Optional.ofNullable((String) block.getWithoutDefault(name));
    }

    private Optional<Long> number(String name) {
        Field field = field(name, Schema.Type.INT64);
        return field == null ? Optional.empty() : Optional.ofNullable((Long) block.getWithoutDefault(name));
    }

    private Field field(String name, Schema.Type type) {
        Field field = block == null ? null : block.schema().field(name);
        return field == null || field.schema().type() != type ? null : field;
    }
}
