// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.SourceFailures;
import io.tablecast.source.postgres.SqlFailure;
import java.sql.SQLException;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;

/** What failures of PostgreSQL mean. */
record PostgresMeaning(Connections source) implements FailureMeaning {

    /** Undefined column and table: somebody may have changed the table just after its columns were read. */
    private static final Set<String> CHANGED_MEANWHILE = Set.of("42703", "42P01");

    @Override
    public String target() {
        return source.target();
    }

    @Override
    public boolean mayPass(Exception failure, long inARow) {
        if (!(failure instanceof SQLException ofServer)) {
            return false;
        }
        boolean mayBeBetweenTwoShapes =
                inARow == 1 && CHANGED_MEANWHILE.contains(String.valueOf(ofServer.getSQLState()));
        return mayBeBetweenTwoShapes || SqlFailure.of(ofServer) == SqlFailure.RETRY;
    }

    @Override
    public boolean concernsAllTables(Exception failure) {
        return SourceFailures.concernAllTables(failure);
    }

    @Override
    public String message(TableId table, Throwable failure) {
        return SourceFailures.message(table, source, failure);
    }

    @Override
    public ConnectException stopping(TableId table, Throwable failure) {
        return SourceFailures.reading(table, source, failure);
    }
}
