// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user may have written into an offset, and what is asked of one. */
class OffsetFaultsTest {

    private static final SourceIdentity SOURCE = new SourceIdentity("7311", "prod");
    private static final Map<String, TableOffset> OFFSETS = Map.of(
            "copying", new TableOffset.Copying(SOURCE, "queue", "s-1"),
            "copied", new TableOffset.Copied(SOURCE, "s-1", Instant.parse("2026-01-01T00:00:00Z"), "fp"),
            "streaming", new TableOffset.Window(SOURCE, "10:20:11,12", "15:30:", 77, "st"),
            "following", following(ControlPosition.afterRow("5", List.of("4"))));

    private static TableOffset.Following following(ControlPosition position) {
        return new TableOffset.Following(SOURCE, "n", ControlType.INTEGER, position, "{}", "sel", "a.f");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "copied | mode | queue | \"mode\" must be snapshot, but is queue",
                "streaming | mode | snapshot | \"mode\" must be queue, but is snapshot",
                "following | mode | snapshot | \"mode\" must be incremental, but is snapshot",
                "copying | mode | binlog | \"mode\" must be one of snapshot, queue, incremental, but is binlog",
                "copying | state | done | \"state\" must be one of copying, copied, streaming, following, but is done",
                "copied | checked | today | \"checked\" must be a time such as 2026-01-31T12:00:00Z, but is today",
                "following | key.after | 4 | \"key.after\" must be a JSON array of texts such as [\"4711\"], but is 4",
                "following | key.after | [null] | \"key.after\" must be a JSON array of texts such as [\"4711\"]",
                "following | control.from | 1 | \"control.from\" must be left out beside control.after, but is 1",
                "following | control.type | text | \"control.type\" must be one of integer, date, timestamp, timestamptz",
                "copying | format | one | \"format\" must be a number of at least 0, but is one",
                "copied | run | later | \"run\" must be one of now, but is later"
            })
    void entryThatDoesNotFitIsNamed(String state, String key, String value, String fault) {
        Map<String, Object> map = map(OFFSETS.get(state));
        map.put(key, value);

        assertThatThrownBy(() -> OffsetCodec.decode(map))
                .isInstanceOf(InvalidOffset.class)
                .hasMessageContaining(fault);
    }

    @Test
    void numberInThePlaceOfATextIsNamed() {
        Map<String, Object> map = map(OFFSETS.get("copied"));
        map.put("snapshot", 5L);

        assertThatThrownBy(() -> OffsetCodec.decode(map))
                .isInstanceOf(InvalidOffset.class)
                .hasMessageContaining("\"snapshot\" must be a text, but is 5");
    }

    @Test
    void rangeOfNothingIsRefused() {
        Map<String, Object> map = map(OFFSETS.get("following"));
        map.put(OffsetCodec.REPULL_FROM, "7");
        map.put(OffsetCodec.REPULL_TO, "7");

        assertThatThrownBy(() -> OffsetCodec.decode(map))
                .hasMessageContaining("\"repull.to\" must be greater than repull.from");
    }

    @Test
    void offsetAsksForNothingUnlessItSaysSo() {
        Map<String, Object> map = map(OFFSETS.get("following"));

        assertThat(OffsetCodec.asksToRun(map)).isFalse();
        assertThat(OffsetCodec.asksToDrain(map)).isFalse();
        assertThat(OffsetCodec.repullRange(map)).isEmpty();
        assertThat(OffsetCodec.incrementalRequests(map)).isEmpty();
    }

    @Test
    void rangeMayBeOpenOnEitherSide() {
        Map<String, Object> from = map(OFFSETS.get("following"));
        from.put(OffsetCodec.REPULL_FROM, "7");
        Map<String, Object> to = map(OFFSETS.get("following"));
        to.put(OffsetCodec.REPULL_TO, "7");
        to.put(OffsetCodec.DRAIN, "once");

        assertThat(OffsetCodec.repullRange(from)).contains(new RepullRange("7", ""));
        assertThat(OffsetCodec.repullRange(to)).contains(new RepullRange("", "7"));
        assertThat(OffsetCodec.incrementalRequests(to)).isEqualTo(Map.of("repull.to", "7", "drain", "once"));
    }

    @Test
    void whetherAPositionIsInTheMiddleIsToldFromItsMap() {
        assertThat(OffsetCodec.isWithinWindow(map(OFFSETS.get("streaming")))).isTrue();
        assertThat(OffsetCodec.isWithinWindow(map(TableOffset.Window.finished(SOURCE, "10:20:", "st"))))
                .isFalse();
        assertThat(BinlogOffset.isWithinTransaction(Map.of("transaction", "a:6", "rows", 1L)))
                .isTrue();
        assertThat(BinlogOffset.isWithinTransaction(Map.of("gtids", "a:1-5"))).isFalse();
    }

    @Test
    void tableFurtherOnIsTheSameTable() {
        assertThat(following(ControlPosition.beginning()).at(ControlPosition.after("9")))
                .isEqualTo(following(ControlPosition.after("9")));
    }

    private static Map<String, Object> map(TableOffset offset) {
        return new HashMap<>(OffsetCodec.encode(offset));
    }
}
