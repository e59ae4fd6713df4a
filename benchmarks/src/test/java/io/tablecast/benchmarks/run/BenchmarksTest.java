// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BenchmarksTest {
    private static final String PARTS = "benchmark.parts";

    @AfterEach
    void forget() {
        System.clearProperty(PARTS);
    }

    @Test
    void aPartThatIsNotKnownIsRefusedBeforeAnythingStarts() {
        System.setProperty(PARTS, "pipelines,swap");

        assertThatThrownBy(() -> Benchmarks.main(new String[0]))
                .hasMessage(
                        "benchmark.parts names \"swap\"; there are pipelines, sources, sinks, swaps, copy-format, growth,"
                                + " copy-threads, binlog, burden.");
    }
}
