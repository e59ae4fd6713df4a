// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.benchmarks.pipeline.Measurement.Phase;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private final Results results = new Results("Floor", "Tablecast");

    @Test
    void tableHoldsMediansAndTheirRatiosToThoseComparedWith() {
        results.add("Floor", measurement(1_000, 400));
        results.add("Tablecast", measurement(5_000, 1_000));
        results.add("Floor", measurement(9_000, 500));
        results.add("Tablecast", measurement(7_000, 1_600));
        results.add("Floor", measurement(2_000, 600));

        assertThat(results.table()).isEqualTo("""
                        | phase | pipeline | runs (s) | median (s) | rows/s | times Floor | times Tablecast |
                        |---|---|---|---|---|---|---|
                        | first copy of 1000 rows | Floor | 1.00, 9.00, 2.00 | 2.00 | 500 | 1.00 | 0.33 |
                        | first copy of 1000 rows | Tablecast | 5.00, 7.00 | 6.00 | 167 | 3.00 | 1.00 |
                        | update of 200 rows | Floor | 0.40, 0.50, 0.60 | 0.50 | 400 | 1.00 | 0.38 |
                        | update of 200 rows | Tablecast | 1.00, 1.60 | 1.30 | 154 | 2.60 | 1.00 |
                        """);
    }

    @Test
    void aPipelineThatWasNotMeasuredIsNotComparedWith() {
        results.add("Debezium", measurement(1_000, 400));

        assertThat(results.table()).contains("| first copy of 1000 rows | Debezium | 1.00 | 1.00 | 1000 |  |  |");
    }

    @Test
    void aPhaseWithoutRowsHasNoRate() {
        results.add("Tablecast", single(200));
        results.add("Debezium", single(600));

        assertThat(results.table())
                .contains("| one row | Tablecast | 0.20 | 0.20 |  |  | 1.00 |")
                .contains("| one row | Debezium | 0.60 | 0.60 |  |  | 3.00 |");
    }

    @Test
    void medianIsTheOneInTheMiddle() {
        assertThat(Medians.of(List.of(Duration.ofMillis(100), Duration.ofMillis(900), Duration.ofMillis(200))))
                .isEqualTo(Duration.ofMillis(200));
        assertThat(Medians.of(List.of(Duration.ofMillis(100), Duration.ofMillis(200))))
                .isEqualTo(Duration.ofMillis(150));
    }

    @Test
    void chartHasABarForEachPipelineAndPhase() {
        results.add("Tablecast", measurement(1_000, 500));
        results.add("Debezium", measurement(4_000, 2_000));

        assertThat(results.chart("Avro").svg())
                .contains(
                        "Tablecast, first copy of 1000 rows",
                        "Debezium, update of 200 rows",
                        ">4.0 s<",
                        "width=\"105.0\"");
    }

    private static Measurement single(long millis) {
        return new Measurement(List.of(new Phase("one row", OptionalLong.empty(), Duration.ofMillis(millis))));
    }

    private static Measurement measurement(long firstCopy, long update) {
        return new Measurement(List.of(
                Phase.ofRows("first copy", 1_000, Duration.ofMillis(firstCopy)),
                Phase.ofRows("update", 200, Duration.ofMillis(update))));
    }
}
