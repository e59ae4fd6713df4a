// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.ChangeEvent;
import org.junit.jupiter.api.Test;

class OrderRowTest {
    private final OrderRow row = new OrderRow();

    @Test
    void everyStepOfTheBenchmarkKeepsTheRow() {
        assertThat(row.decode()).isEqualTo(row.row());
        assertThat(((ChangeEvent.RowWritten) row.readEnvelope()).row()).isEqualTo(row.row());
        assertThat(row.encode().toByteArray()).isEqualTo(row.message());
    }
}
