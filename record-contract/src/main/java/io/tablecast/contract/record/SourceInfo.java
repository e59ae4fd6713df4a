// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import io.tablecast.contract.table.TableId;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * What a record says of its origin, read on demand from its {@code source} block; everything is empty for records
 * without one. Works for Tablecast's and Debezium's blocks of PostgreSQL, MySQL and MariaDB. For use by one thread at a
 * time.
 */
public final class SourceInfo {

    /** Of records without a source block. */
    public static final SourceInfo NONE = new SourceInfo(null, Places.NONE);

    private final Struct block;
    private final Places places;
    // Asked for more than once of each record; null until then.
    private Optional<TableId> table;
    private Optional<SnapshotOrdinal> ordinal;

    /** @param places of the block's schema */
    SourceInfo(Struct block, Places places) {
        this.block = block;
        this.places = places;
    }

    /** Where the texts stand that every record is asked for, looked up once for a schema; null where one has none. */
    record Places(Field server, Field schema, Field database, Field table, Field sequence) {

        static final Places NONE = new Places(null, null, null, null, null);

        static Places in(Schema block) {
            if (block.type() != Schema.Type.STRUCT) {
                return NONE;
            }
            return new Places(
                    text(block, "name"),
                    text(block, "schema"),
                    text(block, "db"),
                    text(block, "table"),
                    text(block, "sequence"));
        }

        private static Field text(Schema block, String name) {
            Field field = block.field(name);
            return field == null || field.schema().type() != Schema.Type.STRING ? null : field;
        }
    }

    /** The source table; a MySQL database stands for the schema. */
    public Optional<TableId> table() {
        if (table == null) {
            String name = text(places.table());
            String schema = text(places.schema());
            String inner = schema == null ? text(places.database()) : schema;
            table = name == null || inner == null ? Optional.empty() : Optional.of(new TableId(inner, name));
        }
        return table;
    }

    /** What the source connector calls the server: its {@code topic.prefix}. */
    public Optional<String> server() {
        return Optional.ofNullable(text(places.server())).filter(name -> !name.isEmpty());
    }

    /** Whether another record comes from the same table of the same server. */
    public boolean isOfSameTable(SourceInfo other) {
        return other == this
                || (table().equals(other.table())
                        && Objects.equals(text(places.server()), other.text(other.places.server())));
    }

    /** The name of the source database. */
    public Optional<String> database() {
        return Optional.ofNullable(text(places.database()));
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
        return Optional.ofNullable(text(places.sequence()));
    }

    /**
     * Where in the source's changes this one stands: the same if it is sent again. Empty where the block does not tell.
     */
    public Optional<String> position() {
        return sequence().or(() -> number("lsn").map(String::valueOf)).or(this::binlogPosition);
    }

    private Optional<String> binlogPosition() {
        Field file = field("file", Schema.Type.STRING);
        Optional<Long> position = number("pos");
        String name = text(file);
        if (name == null || position.isEmpty()) {
            return Optional.empty();
        }
        Field row = field("row", Schema.Type.INT32);
        return Optional.of(
                name + ":" + position.get() + (row == null ? "" : ":" + block.getWithoutDefault(row.name())));
    }

    /** The row's place in a snapshot that Tablecast took. */
    public Optional<SnapshotOrdinal> snapshotOrdinal() {
        if (ordinal == null) {
            ordinal = sequence().flatMap(SnapshotOrdinal::ofSequence);
        }
        return ordinal;
    }

    private String text(Field place) {
        if (place == null || block == null) {
            return null;
        }
        boolean hasDefault = place.schema().defaultValue() != null;
        return (String) (hasDefault ? block.getWithoutDefault(place.name()) : block.get(place));
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
