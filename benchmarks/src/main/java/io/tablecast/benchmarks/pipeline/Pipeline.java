// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.testing.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A pair of connectors that copies {@link OrdersTable} and keeps the copy up to date, or does as if. */
interface Pipeline {
    String name();

    /** The source connector's configuration but for the converters. */
    Map<String, String> source(Run run);

    /** The sink connector's configuration but for the converters. */
    Map<String, String> sink(Run run);

    /** Tells how far the run is: reads until closed. */
    Progress progress(Run run);

    /** Takes away what deleted connectors leave behind outside of the run's databases. */
    void cleanUp(Run run);

    /**
     * One measurement; no two share a topic or a connector.
     *
     * @param id a name for connectors and the prefix of topics, letters and digits only
     * @param bootstrapServers of the broker, for connectors that keep something there themselves
     * @param folder for files of this run
     */
    record Run(
            String id,
            OrdersTable orders,
            SourceDatabase source,
            Database destination,
            String bootstrapServers,
            Path folder) {
        String topic() {
            return id + "." + OrdersTable.NAME;
        }
    }

    /** What the destination shows. */
    interface Progress extends AutoCloseable {
        boolean isCopied();

        /** Gives the copy the table's other index where the sink has not; nothing where nothing is kept. */
        void completeIndexes();

        /** Changes rows of the source; returns when that is committed. */
        void update();

        boolean isUpdated();

        /** Changes single rows, one after the other, and times each until it shows; nothing where nothing is kept. */
        List<Duration> latencies();

        /** @throws AssertionError if the destination does not hold exactly the rows of the source */
        void requireEqual();

        @Override
        void close();
    }
}
