// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.reading.FailureMeaning;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * What failures of queries mean.
 *
 * @see <a href="https://dev.mysql.com/doc/mysql-errors/9.7/en/server-error-reference.html">Server errors</a>
 */
record MySqlMeaning(MySqlConnections source) implements FailureMeaning {

    MySqlMeaning {
        requireNonNull(source, "source is null");
    }

    @Override
    public String target() {
        return source.target();
    }

    @Override
    public boolean mayPass(Exception failure, long inARow) {
        if (!(failure instanceof SQLException ofServer) || MySqlFailures.isForGood(failure)) {
            return false;
        }
        if (failure instanceof SQLTransientException
                || failure instanceof SQLRecoverableException
                || String.valueOf(ofServer.getSQLState()).startsWith("08")) {
            return true;
        }
        return switch (ofServer.getErrorCode()) {
            // Too many connections, shutdown, waited for a lock, deadlock, query ended, changed table, MariaDB's end.
            case 1040, 1053, 1205, 1213, 1317, 1412, 1927 -> true;
            // Undefined column: somebody may have changed the table just after its columns were read.
            case 1054 -> inARow == 1;
            default -> false;
        };
    }

    @Override
    public boolean concernsAllTables(Exception failure) {
        return MySqlFailures.isAccessDenied(failure);
    }

    @Override
    public String message(TableId table, Throwable failure) {
        return failure instanceof ConnectException
                ? failure.getMessage()
                : stopping(table, failure).getMessage();
    }

    @Override
    public ConnectException stopping(TableId table, Throwable failure) {
        return MySqlFailures.of("Cannot read " + table, source, failure);
    }
}
