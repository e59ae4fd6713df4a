// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class TableComparisonTest {
    private static final Patience NONE = new Patience(Duration.ZERO, Duration.ofMillis(1), 10_000, 20);

    @Test
    void rowsThatCrowdInOneRangeAreDividedByTheHashesOfTheirKeys() throws SQLException {
        Side source = new Side("1");
        Side destination = new Side("2");

        try (TableComparison comparison =
                new TableComparison(new BothSides(source, destination), Allowance.NONE, true, List.of(), NONE)) {
            assertThat(comparison.compare().isEqual()).isFalse();
        }

        assertThat(source.marked).containsExactly(new Ranges.OfHashes(500)).isEqualTo(destination.marked);
    }

    @Test
    void differencesOfAVeryLargeTableAreSoughtInItsRangesOfKeys() throws SQLException {
        Side source = new Large("1");
        Side destination = new Large("2");

        try (TableComparison comparison =
                new TableComparison(new BothSides(source, destination), Allowance.NONE, true, List.of(), NONE)) {
            assertThat(comparison.compare().isEqual()).isFalse();
        }

        assertThat(source.summed)
                .hasSize(1)
                .hasOnlyElementsOfType(Ranges.OfNumbers.class)
                .isEqualTo(destination.summed);
        assertThat(source.marked).isEqualTo(source.summed);
    }

    @Test
    void failureOfAConnectorsCodeAtTheSourceIsItself() {
        Side failing = new Side("1") {
            @Override
            public Extent extent() {
                throw new ConnectException("No such column.");
            }
        };

        assertThatThrownBy(() -> new BothSides(failing, new Side("1")).ask(ComparedSide::extent))
                .isInstanceOf(ConnectException.class)
                .hasMessage("No such column.");
    }

    /** A million rows with keys from 1 on, but for one. */
    private static class Side implements ComparedSide {
        private final String sum;
        final List<Ranges> summed = new ArrayList<>();
        final List<Ranges> marked = new ArrayList<>();

        Side(String sum) {
            this.sum = sum;
        }

        @Override
        public Extent extent() {
            return new Extent(1_000_000, "1", "1000000000000");
        }

        @Override
        public Map<Integer, RangeSum> sums(Ranges ranges) {
            summed.add(ranges);
            return ranges instanceof Ranges.OfHashes
                    ? Map.of(7, new RangeSum(2000, sum), 8, new RangeSum(2000, "same"))
                    : Map.of(0, new RangeSum(999_999, sum), 499, new RangeSum(1, "same"));
        }

        @Override
        public Map<RowKey, String> marks(Ranges ranges, Set<Integer> wanted) {
            assertThat(wanted).containsExactly(7);
            marked.add(ranges);
            return Map.of(new RowKey(List.of("17")), sum);
        }

        @Override
        public Map<RowKey, String> marks(Collection<RowKey> keys) {
            return Map.of(new RowKey(List.of("17")), sum);
        }

        @Override
        public Map<RowKey, String> texts(Collection<RowKey> keys) {
            return Map.of();
        }

        @Override
        public boolean countsRows() {
            return false;
        }

        @Override
        public void close() {}
    }

    /** Ten thousand million rows whose keys have no gaps. */
    private static final class Large extends Side {
        private static final long ROWS = 10_000_000_000L;
        private final String sum;

        Large(String sum) {
            super(sum);
            this.sum = sum;
        }

        @Override
        public Extent extent() {
            return new Extent(ROWS, "1", String.valueOf(ROWS));
        }

        @Override
        public Map<Integer, RangeSum> sums(Ranges ranges) {
            summed.add(ranges);
            return Map.of(7, new RangeSum(ROWS / ranges.count(), sum));
        }
    }
}
