// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.TablecastVersion;
import io.tablecast.contract.table.TableId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Writes the {@code source} block of one table's records of MySQL or MariaDB, field for field as Debezium's MySQL
 * connector does. Immutable.
 */
public final class MySqlSourceBlock {

    public static final Schema SCHEMA = SchemaBuilder.struct()
            .name("io.debezium.connector.mysql.Source")
            .version(1)
            .field("version", Schema.STRING_SCHEMA)
            .field("connector", Schema.STRING_SCHEMA)
            .field("name", Schema.STRING_SCHEMA)
            .field("ts_ms", Schema.INT64_SCHEMA)
            .field("snapshot", PostgresSourceBlock.SCHEMA.field("snapshot").schema())
            .field("db", Schema.STRING_SCHEMA)
            .field("sequence", Schema.OPTIONAL_STRING_SCHEMA)
            .field("ts_us", Schema.OPTIONAL_INT64_SCHEMA)
            .field("ts_ns", Schema.OPTIONAL_INT64_SCHEMA)
            .field("table", Schema.OPTIONAL_STRING_SCHEMA)
            .field("server_id", Schema.INT64_SCHEMA)
            .field("gtid", Schema.OPTIONAL_STRING_SCHEMA)
            .field("file", Schema.STRING_SCHEMA)
            .field("pos", Schema.INT64_SCHEMA)
            .field("row", Schema.INT32_SCHEMA)
            .field("thread", Schema.OPTIONAL_INT64_SCHEMA)
            .field("query", Schema.OPTIONAL_STRING_SCHEMA)
            .build();

    // Found once: a block is made for every record.
    private static final Field VERSION = SCHEMA.field("version");
    private static final Field CONNECTOR = SCHEMA.field("connector");
    private static final Field NAME = SCHEMA.field("name");
    private static final Field TS_MS = SCHEMA.field("ts_ms");
    private static final Field SNAPSHOT = SCHEMA.field("snapshot");
    private static final Field DB = SCHEMA.field("db");
    private static final Field SEQUENCE = SCHEMA.field("sequence");
    private static final Field TS_US = SCHEMA.field("ts_us");
    private static final Field TS_NS = SCHEMA.field("ts_ns");
    private static final Field TABLE = SCHEMA.field("table");
    private static final Field SERVER_ID = SCHEMA.field("server_id");
    private static final Field GTID = SCHEMA.field("gtid");
    private static final Field FILE = SCHEMA.field("file");
    private static final Field POS = SCHEMA.field("pos");
    private static final Field ROW = SCHEMA.field("row");

    private final String name;
    private final TableId table;

    /** @param name the connector's {@code topic.prefix} */
    public MySqlSourceBlock(String name, TableId table) {
        this.name = name;
        this.table = table;
    }

    /** The block of a row of a snapshot that stands at the place of the binlog. */
    public Struct snapshotRow(Place place, SnapshotOrdinal ordinal, SnapshotFlag flag) {
        return common(place, flag).put(SEQUENCE, ordinal.sequence());
    }

    /** The block of a record that belongs to a snapshot and is no row: its beginning. */
    public Struct snapshotBegin(Place place) {
        return common(place, SnapshotFlag.TRUE);
    }

    /** The block of a change. */
    public Struct change(Place place) {
        return common(place, SnapshotFlag.FALSE);
    }

    private Struct common(Place place, SnapshotFlag flag) {
        return new Struct(SCHEMA)
                .put(VERSION, TablecastVersion.version())
                .put(CONNECTOR, "mysql")
                .put(NAME, name)
                .put(TS_MS, place.time().toEpochMilli())
                .put(SNAPSHOT, flag.text())
                .put(DB, table.schema())
                .put(TS_US, ChronoUnit.MICROS.between(Instant.EPOCH, place.time()))
                .put(TS_NS, ChronoUnit.NANOS.between(Instant.EPOCH, place.time()))
                .put(TABLE, table.name())
                .put(SERVER_ID, place.serverId())
                .put(GTID, place.gtid().isEmpty() ? null : place.gtid())
                .put(FILE, place.file())
                .put(POS, place.position())
                .put(ROW, place.row());
    }

    /**
     * A place in a binlog.
     *
     * @param time when the change happened at the source
     * @param serverId the server that made the change
     * @param gtid the transaction, empty where transactions have no names
     * @param position of the event in its file
     * @param row the row's number in its event, from 0
     */
    public record Place(Instant time, long serverId, String gtid, String file, long position, int row) {
        public Place {
            requireNonNull(time, "time is null");
            requireNonNull(gtid, "gtid is null");
            requireNonNull(file, "file is null");
        }
    }
}
