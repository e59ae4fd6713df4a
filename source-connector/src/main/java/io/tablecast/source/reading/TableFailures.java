// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.OnTableError;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.Connections;
import java.time.Duration;
import java.util.Optional;
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

    private final FailureMeaning meaning;
    private final RecordBuffer buffer;

    /** @param source a PostgreSQL, for messages */
    public TableFailures(Connections source, RecordBuffer buffer) {
        this(new PostgresMeaning(source), buffer);
    }

    TableFailures(FailureMeaning meaning, RecordBuffer buffer) {
        this.meaning = requireNonNull(meaning, "meaning is null");
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
        if (meaning.mayPass(failure, inARow)) {
            Duration wait = Backoff.after(inARow);
            LOG.warn(
                    "Reading {} from {} failed {} times in a row; trying again in {} ms: {}",
                    table,
                    meaning.target(),
                    inARow,
                    wait.toMillis(),
                    failure.getMessage());
            return Optional.of(wait);
        }
        if (onTableError == OnTableError.FAIL || meaning.concernsAllTables(failure)) {
            buffer.fail(failure instanceof ConnectException known ? known : meaning.stopping(table, failure));
            return Optional.empty();
        }
        Duration wait = Backoff.afterFault(inARow);
        LOG.error(
                "{} It is tried again in {} s, for the {}. time since it was last read; other tables go on"
                        + " (on.table.error=retry)",
                meaning.message(table, failure),
                wait.toSeconds(),
                inARow,
                failure);
        return Optional.of(wait);
    }
}
