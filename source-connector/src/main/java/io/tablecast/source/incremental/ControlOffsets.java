// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.postgres.SqlFailure;
import io.tablecast.source.postgres.TableColumns;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * Checks offsets that a user sends against the table: with one that reading could not go on at, the table would fail, or
 * be copied in disguise.
 */
public final class ControlOffsets {

    private ControlOffsets() {}

    /**
     * Why a table cannot go on at an offset; empty if it can.
     *
     * @throws UnusableControlException when its control column cannot serve
     */
    public static Optional<String> obstacle(Connection connection, SourceTable table, TableOffset.Following following)
            throws SQLException {
        ControlColumn control = ControlColumn.find(connection, table);
        if (!control.name().equals(following.column()) || control.type() != following.type()) {
            return Optional.of("its control column is \"" + control.name() + "\" of type "
                    + control.type().offsetName() + ", and the offset's is \"" + following.column() + "\" of type "
                    + following.type().offsetName());
        }
        if (!following.selection().equals(KnownTable.selectionOf(table))) {
            return Optional.of("its condition or its key has changed");
        }
        if (!TableColumns.isJson(following.columns())) {
            return Optional.of("\"" + following.columns() + "\" are not the columns of a table");
        }
        return unreadable(connection, new PageQuery(table, control), following);
    }

    private static Optional<String> unreadable(
            Connection connection, PageQuery queries, TableOffset.Following following) throws SQLException {
        ControlPosition position = following.position();
        boolean hasValue = position.kind() != ControlPosition.Kind.BEGINNING;
        if (hasValue && !following.type().reads(position.control())) {
            return Optional.of(
                    "\"" + position.control() + "\" is not " + following.type().description());
        }
        // The values of the key are read when the query is planned.
        try (Statement statement = connection.createStatement()) {
            statement.execute("EXPLAIN " + queries.page(position, UpperBound.nothing(), 1));
            return Optional.empty();
        } catch (SQLException e) {
            if (SqlFailure.of(e) == SqlFailure.RETRY) {
                throw e;
            }
            return Optional.of("the query of what follows " + position + " fails: " + e.getMessage());
        }
    }
}
