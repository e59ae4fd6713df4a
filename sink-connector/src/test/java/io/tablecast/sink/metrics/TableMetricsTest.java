// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableMetricsTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private final TableMetrics metrics = new TableMetrics(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void theLagIsTheAgeOfTheOldestChangeThatIsNotCommitted() {
        metrics.gathered(Optional.of(NOW.minusSeconds(30)));
        assertThat(metrics.lagSeconds()).isEqualTo(30);

        metrics.handedOver();
        metrics.gathered(Optional.of(NOW.minusSeconds(10)));
        assertThat(metrics.lagSeconds()).isEqualTo(30);

        metrics.applied(5);
        assertThat(metrics.lagSeconds()).isEqualTo(10);
        metrics.handedOver();
        metrics.applied(1);
        assertThat(metrics.lagSeconds()).isZero();
        assertThat(metrics.rows()).isEqualTo(6);
        assertThat(metrics.batches()).isEqualTo(2);
        assertThat(metrics.lastSuccess()).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void aTableThatIsGivenAwayIsNeitherBehindNorQuarantinedAndKeepsItsCounts() {
        metrics.applied(5);
        metrics.gathered(Optional.of(NOW.minusSeconds(30)));
        metrics.handedOver();
        metrics.gathered(Optional.of(NOW.minusSeconds(10)));
        metrics.quarantined();

        metrics.released();

        assertThat(metrics.lagSeconds()).isZero();
        assertThat(metrics.quarantine()).isZero();
        assertThat(metrics.rows()).isEqualTo(5);
    }
}
