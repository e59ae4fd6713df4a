// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BinlogMetricsTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final BinlogMetrics metrics = new BinlogMetrics(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void nothingIsKnownBeforeTheStreamHasBroughtAnything() {
        assertThat(metrics.purgeSeconds()).isNaN();
        assertThat(metrics.keptSeconds()).isNaN();
        assertThat(metrics.purged()).isZero();
    }

    @Test
    void whatATableNeedsIsKeptAsLongAsItsAgeAllows() {
        metrics.needs(NOW.minusSeconds(600), Optional.of(Duration.ofHours(1)));

        assertThat(metrics.purgeSeconds()).isEqualTo(3000);
        assertThat(metrics.keptSeconds()).isEqualTo(3600);

        metrics.needs(NOW.minusSeconds(7200), Optional.of(Duration.ofHours(1)));

        assertThat(metrics.purgeSeconds()).isZero();
        assertThat(metrics.purged())
                .as("That it may be purged does not say that it is")
                .isZero();
    }

    @Test
    void serverThatPurgesNothingByAgeKeepsEverything() {
        metrics.needs(NOW.minusSeconds(600), Optional.empty());

        assertThat(metrics.purgeSeconds()).isInfinite();
        assertThat(metrics.keptSeconds()).isInfinite();
    }

    @Test
    void whatIsPurgedIsNotKept() {
        metrics.needs(NOW, Optional.empty());
        metrics.purged(true);

        assertThat(metrics.purged()).isEqualTo(1);
        assertThat(metrics.purgeSeconds()).isZero();

        metrics.purged(false);

        assertThat(metrics.purged()).isZero();
        assertThat(metrics.purgeSeconds()).isInfinite();
    }
}
