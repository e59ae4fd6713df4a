// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import java.util.Set;

/** The keys that only the MySQL source has. */
public final class MySqlKeys {

    public static final String SERVER_ID = "server.id";
    public static final String SSL_TRUSTSTORE = "ssl.truststore.";
    public static final String SSL_KEYSTORE = "ssl.keystore.";
    public static final String STORE_LOCATION = "location";
    public static final String STORE_PASSWORD = "password";
    public static final String STORE_TYPE = "type";
    public static final String SSL_MODE = "ssl.mode";
    public static final String SNAPSHOT_CHUNK_ROWS = "snapshot.chunk.rows";
    public static final String BIGINT_UNSIGNED_HANDLING_MODE = "bigint.unsigned.handling.mode";
    public static final String BINLOG_PURGED_POLICY = "binlog.purged.policy";
    public static final String ON_TABLE_REPLACED = "on.table.replaced";
    public static final String ZERO_DATE_HANDLING_MODE = "zero.date.handling.mode";

    /** The keys that a table may have for itself. */
    public static final Set<String> OF_TABLES = Set.of(
            SourceKeys.MODE,
            SourceKeys.COLUMNS,
            SourceKeys.CONDITION,
            SourceKeys.TOPIC,
            SourceKeys.KEY_COLUMNS,
            SourceKeys.NO_KEY_POLICY,
            SourceKeys.ON_TABLE_ERROR,
            ON_TABLE_REPLACED,
            SourceKeys.SKIP_OPERATIONS,
            SourceKeys.SNAPSHOT_MODE,
            SourceKeys.SCHEDULE,
            SourceKeys.POLL_INTERVAL_MS,
            SourceKeys.CONTROL_COLUMN,
            SourceKeys.CONTROL_TIMEZONE,
            SourceKeys.BOUNDARY,
            SourceKeys.START_VALUE,
            SourceKeys.DST_PAUSE,
            SourceKeys.BATCH_MAX_ROWS);

    private MySqlKeys() {}
}
