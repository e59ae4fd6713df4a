// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GtidSetTest {

    private static final String ONE = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final String TWO = "4f22ab58-71ca-11e1-9e33-c80aa9429562";

    @Test
    void rangesThatTouchBecomeOne() {
        GtidSet set = GtidSet.parse(ONE + ":1-3:7");

        assertThat(set.plus(ONE + ":4").plus(ONE + ":6").plus(ONE + ":5").toString())
                .isEqualTo(ONE + ":1-7");
        assertThat(set.plus(ONE + ":9").toString()).isEqualTo(ONE + ":1-3:7:9");
        assertThat(set.plus(TWO + ":2").toString()).isEqualTo(ONE + ":1-3:7," + TWO + ":2");
    }

    @Test
    void membersAreFoundWhateverTheSpelling() {
        GtidSet set = GtidSet.parse(ONE.toUpperCase(Locale.ROOT) + ":1-3:7,\n" + TWO + ":5");

        assertThat(set.contains(ONE + ":2")).isTrue();
        assertThat(set.contains(ONE + ":4")).isFalse();
        assertThat(set.contains(TWO + ":5")).isTrue();
        assertThat(set.contains(TWO + ":1")).isFalse();
    }

    @Test
    void tagsCountByThemselves() {
        GtidSet set = GtidSet.parse(ONE + ":1-5:backup:1-2:7");

        assertThat(set.contains(ONE + ":7")).isFalse();
        assertThat(set.contains(ONE + ":backup:7")).isTrue();
        assertThat(set.plus(ONE + ":backup:3").contains(ONE + ":backup:3")).isTrue();
        assertThat(GtidSet.parse(set.toString())).isEqualTo(set);
    }

    @Test
    void intersectionIsWhatBothHave() {
        GtidSet one = GtidSet.parse(ONE + ":1-10:20-30," + TWO + ":1");
        GtidSet other = GtidSet.parse(ONE + ":5-22");

        assertThat(one.intersection(other).toString()).isEqualTo(ONE + ":5-10:20-22");
        assertThat(one.containsAll(one.intersection(other))).isTrue();
        assertThat(one.containsAll(other)).isFalse();
    }

    @Test
    void emptySetContainsNothing() {
        assertThat(GtidSet.parse("").contains(ONE + ":1")).isFalse();
        assertThat(GtidSet.parse("").toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE, ONE + ":1-x", ONE + ":1-2-3"})
    void otherTextIsRefused(String text) {
        assertThatThrownBy(() -> GtidSet.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Not a set of GTIDs: " + text);
    }
}
