// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProgramTest {
    private final Program self = new Program(ProcessHandle.current().pid());

    @Test
    void timeOfAChildThatHasEndedIsItsParents() throws IOException, InterruptedException {
        double before = self.processorSeconds();

        int status = new ProcessBuilder("sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done")
                .start()
                .waitFor();

        assertThat(status).isZero();
        assertThat(self.processorSeconds()).isGreaterThan(before);
    }

    @Test
    void aProgramHoldsAtLeastItsHeap() {
        assertThat(self.mostBytes()).isGreaterThan(Runtime.getRuntime().totalMemory() / 100);
    }

    @Test
    void aProgramThatHasEndedTakesNothing() {
        assertThat(new Program(Integer.MAX_VALUE).processorSeconds()).isZero();
    }
}
