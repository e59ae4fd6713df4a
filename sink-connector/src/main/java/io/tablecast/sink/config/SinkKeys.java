// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import java.util.Set;

/** The keys of the sink's settings. */
public final class SinkKeys {

    public static final String CONNECTION_URL = "connection.url";
    public static final String CONNECTION_USER = "connection.user";
    public static final String CONNECTION_PASSWORD = "connection.password";
    /** Keys that begin so are handed to the driver. */
    public static final String CONNECTION_PROPERTIES = "connection.properties.";

    public static final String TABLE_NAME_FORMAT = "table.name.format";
    public static final String TABLE_MAPPING = "table.mapping";
    public static final String SCHEMA_MAPPING = "schema.mapping";
    public static final String IDENTIFIER_CASE = "identifier.case";

    public static final String APPLY_MODE = "apply.mode";
    public static final String DELETE_MODE = "delete.mode";
    public static final String SOFT_DELETE_COLUMN = "soft.delete.column";
    public static final String SOFT_DELETE_HISTORY = "soft.delete.history";
    public static final String TRUNCATE_MODE = "truncate.mode";

    public static final String ON_TABLE_ERROR = "on.table.error";
    public static final String NUL_MODE = "nul.mode";

    public static final String SNAPSHOT_APPLY = "snapshot.apply";
    public static final String SWAP_MODE = "swap.mode";
    public static final String SWAP_KEEP_PREVIOUS = "swap.keep.previous";
    public static final String SNAPSHOT_TRANSACTION_MAX_MS = "snapshot.transaction.max.ms";
    public static final String SNAPSHOT_IDLE_MAX_MS = "snapshot.idle.max.ms";
    public static final String TRUNCATE_CASCADE = "truncate.cascade";
    public static final String RESET_SEQUENCES = "reset.sequences";
    public static final String ANALYZE = "analyze";
    public static final String POST_SWAP_SQL = "post.swap.sql";
    public static final String GRANT_SELECT_TO = "grant.select.to";

    public static final String AUTO_CREATE = "auto.create";
    public static final String SCHEMA_EVOLUTION = "schema.evolution";
    public static final String COLUMN_DROP = "column.drop";
    public static final String INDEXES = "indexes";
    public static final String FILLFACTOR = "fillfactor";
    public static final String TYPE_OVERRIDES = "type.overrides";
    public static final String ENUM_MODE = "enum.mode";
    public static final String GEOMETRY_MODE = "geometry.mode";

    public static final String BATCH_MAX_ROWS = "batch.max.rows";
    public static final String BATCH_MAX_BYTES = "batch.max.bytes";
    public static final String BATCH_LINGER_MS = "batch.linger.ms";
    public static final String FOREIGN_KEY_WAIT_MS = "foreign.key.wait.ms";
    public static final String LOCK_TIMEOUT_MS = "lock.timeout.ms";
    public static final String METADATA_SCHEMA = "metadata.schema";
    public static final String OFFSET_NAMESPACE = "offset.namespace";
    public static final String RUN_LOG = "run.log";
    public static final String METADATA_RETENTION_MS = "metadata.retention.ms";

    /** What begins the keys of a single table: {@code table.<schema>.<table>.<key>}. */
    public static final String TABLE_PREFIX = "table.";

    /** The keys that a destination table may have for itself. */
    public static final Set<String> OF_TABLES = Set.of(
            APPLY_MODE,
            DELETE_MODE,
            SOFT_DELETE_COLUMN,
            ON_TABLE_ERROR,
            SOFT_DELETE_HISTORY,
            TRUNCATE_MODE,
            AUTO_CREATE,
            SCHEMA_EVOLUTION,
            COLUMN_DROP,
            INDEXES,
            FILLFACTOR,
            TYPE_OVERRIDES,
            ENUM_MODE,
            GEOMETRY_MODE,
            SNAPSHOT_APPLY,
            SWAP_MODE,
            SWAP_KEEP_PREVIOUS,
            TRUNCATE_CASCADE,
            RESET_SEQUENCES,
            ANALYZE,
            POST_SWAP_SQL,
            GRANT_SELECT_TO);

    private SinkKeys() {}
}
