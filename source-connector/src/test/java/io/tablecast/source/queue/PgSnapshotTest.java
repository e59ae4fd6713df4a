// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PgSnapshotTest {

    @Test
    void textFormIsReadAndWritten() {
        assertThat(PgSnapshot.parse("795:799:795,797"))
                .isEqualTo(new PgSnapshot(795, 799, List.of(795L, 797L)))
                .hasToString("795:799:795,797");
        assertThat(PgSnapshot.parse("5:5:"))
                .isEqualTo(new PgSnapshot(5, 5, List.of()))
                .hasToString("5:5:");
    }

    @Test
    void otherTextIsRefused() {
        assertThatThrownBy(() -> PgSnapshot.parse("5:5"))
                .hasMessage("\"5:5\" is not a snapshot such as 795:799:795,797");
        assertThatThrownBy(() -> PgSnapshot.parse("'; DROP TABLE t:1:")).hasMessageContaining("is not a snapshot");
    }

    @Test
    void seesWhatHadEnded() {
        PgSnapshot snapshot = PgSnapshot.parse("10:14:10,12");

        assertThat(List.of(9L, 11L, 13L)).allMatch(snapshot::sees);
        assertThat(List.of(10L, 12L, 14L, 15L)).noneMatch(snapshot::sees);
    }

    @Test
    void laterSnapshotSeesAllOfTheEarlierOne() {
        PgSnapshot earlier = PgSnapshot.parse("10:14:10,12");

        assertThat(PgSnapshot.parse("10:14:10").seesAllOf(earlier)).isTrue();
        assertThat(PgSnapshot.parse("10:20:10,15").seesAllOf(earlier)).isTrue();
        assertThat(earlier.seesAllOf(earlier)).isTrue();
        assertThat(earlier.seesAllOf(PgSnapshot.parse("10:14:10"))).isFalse();
        assertThat(earlier.seesAllOf(PgSnapshot.parse("15:15:"))).isFalse();
    }

    @Test
    void seenByAllIsWhatTheEarliestSees() {
        PgSnapshot earlier = PgSnapshot.parse("10:14:10,12");
        PgSnapshot later = PgSnapshot.parse("12:20:12,17");

        assertThat(PgSnapshot.seenByAll(List.of(later, earlier))).isEqualTo(earlier);
        assertThat(PgSnapshot.seenByAll(List.of(PgSnapshot.parse("7:7:")))).hasToString("7:7:");
        // PostgreSQL refuses a snapshot that lists what is not below its end.
        assertThat(PgSnapshot.seenByAll(List.of(PgSnapshot.parse("14:14:"), PgSnapshot.parse("14:20:14,17"))))
                .hasToString("14:14:");
    }
}
