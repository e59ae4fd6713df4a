// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.OnTableError;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.SourceFailures;
import io.tablecast.source.postgres.SqlFailure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a table whose reading has failed. What may pass is tried again soon. What somebody must mend is tried
 * again too, less and less often, so that one table never stops the others, unless {@code on.table.error=fail} wants the
 * task to stop. What keeps all tables from being read always stops it. Thread-safe.
 */
public final class TableFailures {

    private static final Logger LOG = LoggerFactory.getLogger(TableFailures.class);

    /** Undefined column and table: somebody may have changed the table just after its columns were read. */
    private static final Set<String> CHANGED_MEANWHILE = Set.of("42703", "42P01");

    private final Connections source;
    private final RecordBuffer buffer;

    /** @param source for messages */
    public TableFailures(Connections source, RecordBuffer buffer) {
        this.source = requireNonNull(source, "source is null");
        this.buffer = requireNonNull(buffer, "buffer is null");
    }

    /**
     * A try has failed.
     *
     * @param metrics of the table; they count its failures since the last success
     * @return how long the table waits before the next try; empty when the task stops
     */
    public Optional<Duration> waitAfter(
            Exception failure, TableId table, OnTableError onTableError, TableMetrics metrics) {
        long inARow = metrics.failed();
        if (mayPass(failure, inARow)) {
            Duration wait = Backoff.after(inARow);
            LOG.warn(
                    "Reading {} from {} failed {} times in a row; trying again in {} ms: {}",
                    table,
                    source.target(),
                    inARow,
                    wait.toMillis(),
                    failure.getMessage());
            return Optional.of(wait);
        }
        if (onTableError == OnTableError.FAIL || SourceFailures.concernAllTables(failure)) {
            buffer.fail(
                    failure instanceof ConnectException known ? known : SourceFailures.reading(table, source, failure));
            return Optional.empty();
        }
        Duration wait = Backoff.afterFault(inARow);
        LOG.error(
                "{} It is tried again in {} s, for the {}. time since it was last read; other tables go on"
                        + " (on.table.error=retry)",
                SourceFailures.message(table, source, failure),
                wait.toSeconds(),
                inARow,
                failure);
        return Optional.of(wait);
    }

    private static boolean mayPass(Exception failure, long inARow) {
        if (!(failure instanceof SQLException ofServer)) {
            return false;
        }
        boolean mayBeBetweenTwoShapes =
                inARow == 1 && CHANGED_MEANWHILE.contains(String.valueOf(ofServer.getSQLState()));
        return mayBeBetweenTwoShapes || SqlFailure.of(ofServer) == SqlFailure.RETRY;
    }
}
