// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import io.tablecast.contract.TablecastVersion;
import io.tablecast.contract.table.TableId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Writes the {@code source} block of one PostgreSQL table's records, field for field as Debezium's PostgreSQL
 * connector does. Immutable.
 */
public final class PostgresSourceBlock {

    public static final Schema SCHEMA = SchemaBuilder.struct()
            .name("io.debezium.connector.postgresql.Source")
            .version(1)
            .field("version", Schema.STRING_SCHEMA)
            .field("connector", Schema.STRING_SCHEMA)
            .field("name", Schema.STRING_SCHEMA)
            .field("ts_ms", Schema.INT64_SCHEMA)
            .field("snapshot", snapshotSchema())
            .field("db", Schema.STRING_SCHEMA)
            .field("sequence", Schema.OPTIONAL_STRING_SCHEMA)
            .field("ts_us", Schema.OPTIONAL_INT64_SCHEMA)
            .field("ts_ns", Schema.OPTIONAL_INT64_SCHEMA)
            .field("schema", Schema.STRING_SCHEMA)
            .field("table", Schema.STRING_SCHEMA)
            .field("txId", Schema.OPTIONAL_INT64_SCHEMA)
            .field("lsn", Schema.OPTIONAL_INT64_SCHEMA)
            .field("xmin", Schema.OPTIONAL_INT64_SCHEMA)
            .field("origin", Schema.OPTIONAL_STRING_SCHEMA)
            .field("origin_lsn", Schema.OPTIONAL_INT64_SCHEMA)
            .build();

    private static final Field VERSION = SCHEMA.field("version");
    private static final Field CONNECTOR = SCHEMA.field("connector");
    private static final Field NAME = SCHEMA.field("name");
    private static final Field TS_MS = SCHEMA.field("ts_ms");
    private static final Field SNAPSHOT = SCHEMA.field("snapshot");
    private static final Field DB = SCHEMA.field("db");
    private static final Field SEQUENCE = SCHEMA.field("sequence");
    private static final Field TS_US = SCHEMA.field("ts_us");
    private static final Field TS_NS = SCHEMA.field("ts_ns");
    private static final Field SCHEMA_NAME = SCHEMA.field("schema");
    private static final Field TABLE = SCHEMA.field("table");
    private static final Field TX_ID = SCHEMA.field("txId");
    private static final Field LSN = SCHEMA.field("lsn");

    private final String name;
    private final String database;
    private final TableId table;

    /**
     * Fixes what all blocks of the table share.
     *
     * @param name the connector's {@code topic.prefix}
     */
    public PostgresSourceBlock(String name, String database, TableId table) {
        this.name = name;
        this.database = database;
        this.table = table;
    }

    /** The name of the source database. */
    public String database() {
        return database;
    }

    /** The block of a row of a snapshot, taken at {@code time} when the log stood at {@code lsn}. */
    public Struct snapshotRow(Instant time, long lsn, SnapshotOrdinal ordinal, SnapshotFlag flag) {
        return common(time, flag).put(SEQUENCE, ordinal.sequence()).put(LSN, lsn);
    }

    /** The block of a record that belongs to a snapshot and is no row: its beginning. */
    public Struct snapshotBegin(Instant time, long lsn) {
        return common(time, SnapshotFlag.TRUE).put(LSN, lsn);
    }

    /**
     * The block of a change.
     *
     * @param time when the change happened at the source
     * @param transactionId the transaction that made it
     * @param position counts up within the table; becomes the second element of {@code sequence}
     */
    public Struct change(Instant time, long transactionId, long position) {
        return common(time, SnapshotFlag.FALSE)
                .put(SEQUENCE, "[null,\"" + position + "\"]")
                .put(TX_ID, transactionId);
    }

    /** The block of a row that was found new or changed at {@code time}, when the log stood at {@code lsn}. */
    public Struct found(Instant time, long lsn) {
        return common(time, SnapshotFlag.FALSE).put(LSN, lsn);
    }

    private Struct common(Instant time, SnapshotFlag flag) {
        return new Struct(SCHEMA)
                .put(VERSION, TablecastVersion.version())
                .put(CONNECTOR, "postgresql")
                .put(NAME, name)
                .put(TS_MS, time.toEpochMilli())
                .put(SNAPSHOT, flag.text())
                .put(DB, database)
                .put(TS_US, ChronoUnit.MICROS.between(Instant.EPOCH, time))
                .put(TS_NS, ChronoUnit.NANOS.between(Instant.EPOCH, time))
                .put(SCHEMA_NAME, table.schema())
                .put(TABLE, table.name());
    }

    private static Schema snapshotSchema() {
        return SchemaBuilder.string()
                .name("io.debezium.data.Enum")
                .version(1)
                .parameter(
                        "allowed", "true,first,first_in_data_collection,last_in_data_collection,last,false,incremental")
                .optional()
                .defaultValue("false")
                .build();
    }
}
