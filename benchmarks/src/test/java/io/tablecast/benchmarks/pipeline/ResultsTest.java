// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ResultsTest {
    @Test
    void tableHoldsMediansAndTheirRatioToTheFirstPipeline() {
        Results results = new Results();
        results.add("A", measurement(1_000, 400));
        results.add("B", measurement(5_000, 1_000));
        results.add("A", measurement(9_000, 500));
        results.add("B", measurement(7_000, 1_600));
        results.add("A", measurement(2_000, 600));

        assertThat(results.table(new OrdersTable(1_000))).isEqualTo("""
                        | phase | pipeline | runs (s) | median (s) | rows/s | times the first |
                        |---|---|---|---|---|---|
                        | first copy of 1000 rows | A | 1.00, 9.00, 2.00 | 2.00 | 500 | 1.00 |
                        | first copy of 1000 rows | B | 5.00, 7.00 | 6.00 | 167 | 3.00 |
                        | update of 200 rows | A | 0.40, 0.50, 0.60 | 0.50 | 400 | 1.00 |
                        | update of 200 rows | B | 1.00, 1.60 | 1.30 | 154 | 2.60 |
                        """);
    }

    private static Measurement measurement(long firstCopy, long update) {
        return new Measurement(Duration.ofMillis(firstCopy), Duration.ofMillis(update));
    }
}
