// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import java.util.Set;

/** The keys of the source's settings. */
public final class SourceKeys {

    public static final String CONNECTION_URL = "connection.url";
    public static final String CONNECTION_USER = "connection.user";
    public static final String CONNECTION_PASSWORD = "connection.password";
    /** Keys that begin so are handed to the driver. */
    public static final String CONNECTION_PROPERTIES = "connection.properties.";

    public static final String TOPIC_PREFIX = "topic.prefix";
    public static final String MODE = "mode";
    public static final String TABLE_INCLUDE_LIST = "table.include.list";
    public static final String TABLE_EXCLUDE_LIST = "table.exclude.list";
    public static final String COLUMNS = "columns";
    public static final String CONDITION = "condition";
    public static final String TOPIC = "topic";
    public static final String KEY_COLUMNS = "key.columns";
    public static final String NO_KEY_POLICY = "no.key.policy";
    public static final String ON_TABLE_ERROR = "on.table.error";
    public static final String SKIP_OPERATIONS = "skip.operations";

    public static final String SNAPSHOT_MODE = "snapshot.mode";
    public static final String SNAPSHOT_SKIP_UNCHANGED = "snapshot.skip.unchanged";
    public static final String SNAPSHOT_FORMAT = "snapshot.format";
    public static final String SNAPSHOT_MAX_THREADS = "snapshot.max.threads";
    public static final String SNAPSHOT_CHUNK_ROWS = "snapshot.chunk.rows";
    public static final String POLL_INTERVAL_MS = "poll.interval.ms";
    public static final String SCHEDULE = "schedule";

    public static final String CONTROL_COLUMN = "control.column";
    public static final String CONTROL_TIMEZONE = "control.timezone";
    public static final String BOUNDARY = "boundary";
    public static final String START_VALUE = "start.value";
    public static final String DST_PAUSE = "dst.pause";
    public static final String LATE_ROWS_CHECK_INTERVAL_MS = "late.rows.check.interval.ms";

    public static final String QUEUE_SCHEMA = "queue.schema";
    public static final String QUEUE_SETUP = "queue.setup";
    public static final String QUEUE_OLD_ROWS = "queue.old.rows";
    public static final String QUEUE_CONSUMER_MAX_AGE_MS = "queue.consumer.max.age.ms";
    public static final String BATCH_MAX_ROWS = "batch.max.rows";

    public static final String TOMBSTONES_ON_DELETE = "tombstones.on.delete";
    public static final String HEARTBEAT_INTERVAL_MS = "heartbeat.interval.ms";
    public static final String EXACTLY_ONCE_COMMIT_MS = "exactly.once.commit.ms";
    public static final String DECIMAL_HANDLING_MODE = "decimal.handling.mode";
    public static final String INTERVAL_HANDLING_MODE = "interval.handling.mode";
    public static final String BINARY_HANDLING_MODE = "binary.handling.mode";
    public static final String ARRAY_HANDLING_MODE = "array.handling.mode";
    /** The name that Debezium gives this setting. */
    public static final String COLUMN_PROPAGATE_SOURCE_TYPE = "column.propagate.source.type";

    public static final String SCHEMA_NAME_ADJUSTMENT_MODE = "schema.name.adjustment.mode";

    /** What begins the keys of a single table: {@code table.<schema>.<table>.<key>}. */
    public static final String TABLE_PREFIX = "table.";

    /** The keys that a table may have for itself. */
    public static final Set<String> OF_TABLES = Set.of(
            MODE,
            COLUMNS,
            CONDITION,
            TOPIC,
            KEY_COLUMNS,
            NO_KEY_POLICY,
            ON_TABLE_ERROR,
            SKIP_OPERATIONS,
            SNAPSHOT_MODE,
            SNAPSHOT_SKIP_UNCHANGED,
            SNAPSHOT_FORMAT,
            POLL_INTERVAL_MS,
            SCHEDULE,
            CONTROL_COLUMN,
            CONTROL_TIMEZONE,
            BOUNDARY,
            START_VALUE,
            DST_PAUSE,
            LATE_ROWS_CHECK_INTERVAL_MS,
            QUEUE_OLD_ROWS,
            BATCH_MAX_ROWS);

    private SourceKeys() {}
}
