// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.sink.apply.Rejection;
import io.tablecast.sink.apply.Written;
import io.tablecast.sink.snapshot.LoadResult;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the world what was committed: refused records to Connect's reporter, figures to the metrics. */
final class Reports {

    private static final Logger LOG = LoggerFactory.getLogger(Reports.class);

    private final Optional<ErrantRecordReporter> reporter;

    Reports(Optional<ErrantRecordReporter> reporter) {
        this.reporter = reporter;
    }

    void flushed(Written written) {
        for (Rejection rejection : written.rejections()) {
            LOG.warn("{}. The record was put aside", rejection.message());
            report(rejection);
        }
    }

    void loaded(LoadResult result) {
        LOG.debug("{} holds snapshot {}", result.table(), result.snapshotId());
    }

    private void report(Rejection rejection) {
        if (reporter.isPresent() && rejection.origin().keptRecord().isPresent()) {
            // Connect waits for the report before it commits the offsets behind the record.
            var unusedFuture = reporter.get()
                    .report(rejection.origin().keptRecord().get(), new DataException(rejection.message()));
        }
    }
}
