// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResultsTest {
    @Test
    void tableHoldsMediansAndTheirRatiosToFloorAndTablecast() {
        Results results = new Results();
        results.add("Floor", measurement(1_000, 400));
        results.add("Tablecast", measurement(5_000, 1_000));
        results.add("Floor", measurement(9_000, 500));
        results.add("Tablecast", measurement(7_000, 1_600));
        results.add("Floor", measurement(2_000, 600));

        assertThat(results.table(new OrdersTable(1_000, 200))).isEqualTo("""
                        | phase | pipeline | runs (s) | median (s) | rows/s | times the floor | times Tablecast |
                        |---|---|---|---|---|---|---|
                        | first copy of 1000 rows | Floor | 1.00, 9.00, 2.00 | 2.00 | 500 | 1.00 | 0.33 |
                        | first copy of 1000 rows | Tablecast | 5.00, 7.00 | 6.00 | 167 | 3.00 | 1.00 |
                        | update of 200 rows | Floor | 0.40, 0.50, 0.60 | 0.50 | 400 | 1.00 | 0.38 |
                        | update of 200 rows | Tablecast | 1.00, 1.60 | 1.30 | 154 | 2.60 | 1.00 |
                        """);
    }

    @Test
    void aPipelineThatWasNotMeasuredIsNotComparedWith() {
        Results results = new Results();
        results.add("Debezium", measurement(1_000, 400));

        assertThat(results.table(new OrdersTable(1_000, 200)))
                .contains("| first copy of 1000 rows | Debezium | 1.00 | 1.00 | 1000 |  |  |");
    }

    @Test
    void singleChangesAreShownByTheMediansOfTheirRuns() {
        Results results = new Results();
        results.add("Tablecast", single(100, 900, 200));
        results.add("Debezium", single(600));

        assertThat(results.table(new OrdersTable(1_000, 200)))
                .contains("| one changed row | Tablecast | 0.20 | 0.20 |  |  | 1.00 |")
                .contains("| one changed row | Debezium | 0.60 | 0.60 |  |  | 3.00 |");
    }

    private static Measurement single(Integer... latencies) {
        return new Measurement(
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Stream.of(latencies).map(Duration::ofMillis).toList());
    }

    @Test
    void chartHasABarForEachPipelineAndPhase() {
        Results results = new Results();
        results.add("Tablecast", measurement(1_000, 500));
        results.add("Debezium", measurement(4_000, 2_000));

        assertThat(results.chart("Avro", new OrdersTable(1_000, 200)).svg())
                .contains(
                        "Tablecast, first copy of 1000 rows",
                        "Debezium, update of 200 rows",
                        ">4.0 s<",
                        "width=\"105.0\"");
    }

    private static Measurement measurement(long firstCopy, long update) {
        return new Measurement(Duration.ofMillis(firstCopy), Duration.ofMillis(update), List.of());
    }
}
