// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.SourceInfo;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.apply.Flush;
import io.tablecast.sink.apply.Rejection;
import io.tablecast.sink.apply.Written;
import io.tablecast.sink.metrics.TaskMetrics;
import io.tablecast.sink.snapshot.LoadResult;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the world what was committed: refused records to Connect's reporter, figures to the metrics. */
final class Reports {

    private static final Logger LOG = LoggerFactory.getLogger(Reports.class);

    private final Optional<ErrantRecordReporter> reporter;
    private final TaskMetrics metrics;

    Reports(Optional<ErrantRecordReporter> reporter, TaskMetrics metrics) {
        this.reporter = reporter;
        this.metrics = metrics;
    }

    void opened(Collection<TopicPartition> partitions) {
        metrics.open(partitions);
    }

    /**
     * Partitions were given away.
     *
     * @param gathered what is left to be written, of other partitions
     */
    void closed(Collection<TopicPartition> partitions, Flush gathered) {
        Set<TableId> waiting = gathered.tableIds();
        metrics.close(partitions).stream()
                .filter(table -> !waiting.contains(table))
                .forEach(table -> metrics.of(table).dropped());
    }

    /** The first record of a table has come from a partition since it was opened. */
    void met(TableId table, TopicPartition partition) {
        metrics.has(partition, table);
    }

    /** A table has changes to be written now that had none. */
    void gathering(TableId table, SourceInfo first) {
        metrics.of(table).gathered(first.time());
    }

    void quarantined(TableId table) {
        metrics.of(table).quarantined();
    }

    void handedOver(Flush flush) {
        flush.tableIds().forEach(table -> metrics.of(table).handedOver());
    }

    void flushed(Written written) {
        written.tables().forEach(applied -> metrics.of(applied.table()).applied(applied.rows()));
        for (Rejection rejection : written.rejections()) {
            LOG.warn("{}. The record was put aside", rejection.message());
            metrics.of(rejection.table()).rejected();
            report(rejection);
        }
    }

    void loaded(LoadResult result) {
        metrics.of(result.table()).loaded(result.rows());
    }

    private void report(Rejection rejection) {
        if (reporter.isPresent() && rejection.origin().keptRecord().isPresent()) {
            // Connect waits for the report before it commits the offsets behind the record.
            var unusedFuture = reporter.get()
                    .report(rejection.origin().keptRecord().get(), new DataException(rejection.message()));
        }
    }
}
