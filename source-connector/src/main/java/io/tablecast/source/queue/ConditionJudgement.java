// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static io.tablecast.source.postgres.Identifiers.quote;

import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.postgres.SqlFailure;
import io.tablecast.source.queue.StoredRow.Judgement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what a table's condition asks, by having the server take it as the predicate of an index on an empty temporary
 * table: PostgreSQL accepts exactly those that ask nothing but the row and always give the same answer.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-createindex.html">CREATE INDEX</a>
 */
final class ConditionJudgement {

    private static final Logger LOG = LoggerFactory.getLogger(ConditionJudgement.class);

    /**
     * Whoever asks has locked the table on another connection. Somebody may wait for that lock, and this one would wait
     * behind, for ever: the server does not see that one of them waits for the other in here.
     */
    private static final String LOCK_TIMEOUT = "500ms";

    private ConditionJudgement() {}

    /**
     * Asks the server.
     *
     * @param connection one that may write, in autocommit mode; it is left so, and nothing stays behind
     * @throws SQLException with {@link SourceLock#NOT_AVAILABLE} when somebody changes the table, or waits to
     */
    static Judgement of(Connection connection, SourceTable table) throws SQLException {
        if (table.settings().condition().isEmpty()) {
            return Judgement.OF_ROW_ALONE;
        }
        String alike = quote(table.id().name());
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '" + LOCK_TIMEOUT + "'");
            statement.execute("CREATE TEMP TABLE " + alike + " (LIKE " + table.quotedName() + ")");
            statement.execute("CREATE INDEX ON pg_temp." + alike + " ((true)) WHERE " + table.condition());
            return Judgement.OF_ROW_ALONE;
        } catch (SQLException e) {
            if (SqlFailure.of(e) == SqlFailure.RETRY) {
                throw e;
            }
            LOG.info(
                    "All deletes of {} are sent, even of rows that its condition left out, because it asks for more than"
                            + " the row: {}",
                    table.id(),
                    e.getMessage());
            return Judgement.OF_MORE;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
