// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.pipeline.Measurement.Phase;
import io.tablecast.benchmarks.pipeline.Pipeline.Progress;
import io.tablecast.benchmarks.pipeline.Pipeline.Run;
import io.tablecast.testing.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One copy of a whole table that is absent at the destination, from the source's first read until it is switched in. */
final class BinaryCopy implements Scenario {
    static final String COPY = "first read to commit";
    private static final String COPY_WITH_START = "request to commit";

    @Override
    public Measurement play(Run run, Connectors connectors, Progress progress) {
        FirstRead firstRead = new FirstRead(run.source());
        Database destination = run.destination();
        Instant request = Instant.now();
        connectors.create();
        connectors.await("table at the destination", () -> {
            firstRead.look();
            // All that a load does to an absent table shows at once, at its end.
            return destination.value("SELECT to_regclass('shop.orders')") != null;
        });
        Instant commit = Instant.now();
        Instant start = firstRead.time().orElse(request);
        long rows = run.orders().rows();
        return new Measurement(List.of(
                Phase.ofRows(COPY, rows, Duration.between(start, commit)),
                Phase.ofRows(COPY_WITH_START, rows, Duration.between(request, commit))));
    }

    /** When somebody began to read the table; a read that is over before anybody looks is not seen. */
    private static final class FirstRead {
        private static final String QUESTION = """
                SELECT extract(epoch FROM min(query_start))
                FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE 'COPY (SELECT%'""";

        private final SourceDatabase source;
        private Instant first = Instant.MAX;

        FirstRead(SourceDatabase source) {
            this.source = source;
        }

        /** A session tells only its last statement, so this has to be asked again and again. */
        void look() {
            String seconds = source.value(QUESTION);
            if (seconds != null) {
                Instant seen = Instant.ofEpochMilli(Math.round(Double.parseDouble(seconds) * 1000));
                first = seen.isBefore(first) ? seen : first;
            }
        }

        Optional<Instant> time() {
            return Optional.of(first).filter(time -> time.isBefore(Instant.MAX));
        }
    }
}
