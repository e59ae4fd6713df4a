// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.shyiko.mysql.binlog.event.EventType;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.binlog.RowsEvent;
import io.tablecast.source.mysql.binlog.TableMap;
import java.util.Optional;
import java.util.function.Predicate;

/** Events that change rows in a way that cannot be read: nobody may pass over them. */
final class UnreadEvents {

    private UnreadEvents() {}

    /** Why the tables that an event may concern cannot be read on; empty when it changes no rows. */
    static Optional<String> fault(EventType type) {
        return switch (type) {
            case UNKNOWN ->
                Optional.of("The binlog holds an event of a kind that is not known, which may have changed it. A"
                        + " MariaDB writes such with log_bin_compress=ON: set log_bin_compress=OFF.");
            case PARTIAL_UPDATE_ROWS_EVENT ->
                Optional.of("Of JSON documents, only what was changed stands in the binlog. Set"
                        + " binlog_row_value_options='', also in the sessions of the applications.");
            case EXECUTE_LOAD_QUERY, NEW_LOAD, LOAD, EXEC_LOAD ->
                Optional.of("LOAD DATA stands in the binlog as a statement and not as rows: binlog_format was not ROW"
                        + " in its session. Set binlog_format=ROW.");
            case PRE_GA_WRITE_ROWS, PRE_GA_UPDATE_ROWS, PRE_GA_DELETE_ROWS ->
                Optional.of("The binlog holds rows in a form of before MySQL 5.1.");
            case INCIDENT ->
                Optional.of("The server has lost changes before they came into its binlog (an incident event).");
            default -> Optional.empty();
        };
    }

    /** Which tables such an event may concern. */
    static Predicate<TableId> mayConcern(EventType type, byte[] body, TableMaps maps) {
        if (type == EventType.PARTIAL_UPDATE_ROWS_EVENT) {
            TableMap map = maps.of(RowsEvent.table(body));
            return table -> map != null && map.table().equals(table);
        }
        if (type == EventType.EXECUTE_LOAD_QUERY) {
            String statement = new String(body, UTF_8);
            return table -> statement.contains(table.name());
        }
        return table -> true;
    }
}
