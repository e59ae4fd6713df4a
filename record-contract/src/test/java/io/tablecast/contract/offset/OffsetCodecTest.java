// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Mutations;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class OffsetCodecTest {

    private static final SourceIdentity SOURCE = new SourceIdentity("7311111111111111111", "prod");

    static List<TableOffset> offsets() {
        return List.of(
                new TableOffset.Copying(SOURCE, "queue", "s-1"),
                new TableOffset.Copied(SOURCE, "s-1", Instant.parse("2026-01-01T00:00:00Z"), "fp"),
                new TableOffset.Window(SOURCE, "10:20:11,12", "15:30:", 77, "st"),
                TableOffset.Window.finished(SOURCE, "10:20:", "st"),
                following(ControlPosition.beginning()),
                following(ControlPosition.from("2026-01-01 00:00:00+00")),
                following(ControlPosition.after("2026-01-01 00:00:00+00")),
                following(ControlPosition.afterRow("2026-01-01 00:00:00+00", List.of("4", "a\"b"))));
    }

    private static TableOffset following(ControlPosition position) {
        return new TableOffset.Following(SOURCE, "at", ControlType.TIMESTAMPTZ, position, "{}", "sel", "a.f");
    }

    @ParameterizedTest
    @MethodSource("offsets")
    void readsWhatItWritesInAFormThatConnectStores(TableOffset offset) {
        Map<String, Object> map = OffsetCodec.encode(offset);

        // Connect stores texts, numbers and booleans, and refuses all else.
        assertThat(map.values()).allMatch(value -> value instanceof String || value instanceof Long);
        assertThat(OffsetCodec.decode(map)).isEqualTo(offset);
    }

    @Test
    void finishedWindowHasNoEndAndNoId() {
        assertThat(OffsetCodec.encode(TableOffset.Window.finished(SOURCE, "10:20:", "st")))
                .doesNotContainKeys(OffsetCodec.TO, OffsetCodec.LAST_ID)
                .containsEntry(OffsetCodec.FORMAT, 1L);
    }

    @Test
    void allFaultsAreNamedAtOnce() {
        Map<String, Object> map = new HashMap<>(OffsetCodec.encode(offsets().get(2)));
        map.put(OffsetCodec.FROM, "yesterday");
        map.put(OffsetCodec.LAST_ID, "many");
        map.put("speed", 9L);

        assertThatThrownBy(() -> OffsetCodec.decode(map))
                .isInstanceOf(InvalidOffset.class)
                .hasMessageContainingAll(
                        "\"from\" must be a PostgreSQL snapshot such as 795:799:795,797, but is yesterday",
                        "\"last_id\" must be a number of at least 0, but is many",
                        "\"speed\" is not part of an offset in this state",
                        "delete the offset to copy the table again");
    }

    @Test
    void newerFormatIsRefused() {
        Map<String, Object> map = new HashMap<>(OffsetCodec.encode(offsets().get(0)));
        map.put(OffsetCodec.FORMAT, 2);

        assertThatThrownBy(() -> OffsetCodec.decode(map))
                .isInstanceOf(InvalidOffset.class)
                .hasMessageContaining("has format 2; this version of Tablecast reads 1");
    }

    @Test
    void requestToRunMayStandBesideAPosition() {
        Map<String, Object> map = new HashMap<>(OffsetCodec.encode(offsets().get(1)));
        map.put(OffsetCodec.RUN, "now");

        assertThat(OffsetCodec.decode(map)).isEqualTo(offsets().get(1));
        assertThat(OffsetCodec.asksToRun(map)).isTrue();
    }

    @Test
    void rangeToReadAgainMayStandBesideAPositionOfModeIncremental() {
        Map<String, Object> map = new HashMap<>(OffsetCodec.encode(following(ControlPosition.beginning())));
        map.put(OffsetCodec.REPULL_FROM, "2026-01-01 00:00:00+02");
        map.put(OffsetCodec.REPULL_TO, "2026-01-01T00:00:00Z");
        map.put(OffsetCodec.DRAIN, "once");

        assertThat(OffsetCodec.decode(map)).isEqualTo(following(ControlPosition.beginning()));
        assertThat(OffsetCodec.repullRange(map))
                .contains(new RepullRange("2026-01-01 00:00:00+02", "2026-01-01T00:00:00Z"));
        assertThat(OffsetCodec.asksToDrain(map)).isTrue();
    }

    @Test
    void requestsThatMakeNoSenseAreRefused() {
        Map<String, Object> map = new HashMap<>(OffsetCodec.encode(following(ControlPosition.beginning())));
        map.put(OffsetCodec.REPULL_FROM, "yesterday");
        map.put(OffsetCodec.DRAIN, "always");
        Map<String, Object> reversed = new HashMap<>(OffsetCodec.encode(following(ControlPosition.beginning())));
        reversed.put(OffsetCodec.REPULL_FROM, "2026-01-02 00:00:00+00");
        reversed.put(OffsetCodec.REPULL_TO, "2026-01-01 00:00:00+00");
        Map<String, Object> otherMode =
                new HashMap<>(OffsetCodec.encode(offsets().get(1)));
        otherMode.put(OffsetCodec.REPULL_FROM, "1");

        assertThatThrownBy(() -> OffsetCodec.decode(map))
                .isInstanceOf(InvalidOffset.class)
                .hasMessageContainingAll(
                        "\"repull.from\" must be a time with its offset such as 2026-01-31 12:00:00+00, but is yesterday",
                        "\"drain\" must be one of once, but is always");
        assertThatThrownBy(() -> OffsetCodec.decode(reversed))
                .isInstanceOf(InvalidOffset.class)
                .hasMessageContaining("\"repull.to\" must be greater than repull.from");
        assertThatThrownBy(() -> OffsetCodec.decode(otherMode))
                .isInstanceOf(InvalidOffset.class)
                .hasMessageContaining("\"repull.from\" is not part of an offset in this state");
    }

    @Test
    void partitionReadsWhatItWrites() {
        SourcePartition partition = new SourcePartition("erp", new TableId("shop", "a.b"));

        assertThat(partition.toMap()).isEqualTo(Map.of("table", "erp/shop.\"a.b\""));
        assertThat(SourcePartition.of(partition.toMap())).isEqualTo(partition);
    }

    @Test
    void foreignPartitionIsRefused() {
        assertThatThrownBy(() -> SourcePartition.of(Map.of("server", "erp")))
                .isInstanceOf(InvalidOffset.class)
                .hasMessage("Source partition {server=erp} is not of the form"
                        + " {\"table\": \"<topic.prefix>/<schema>.<table>\"}");
        assertThatThrownBy(() -> SourcePartition.of(Map.of("table", "erp/orders")))
                .isInstanceOf(InvalidOffset.class)
                .hasMessageContaining("expected schema.table");
    }

    @ParameterizedTest
    @MethodSource("offsets")
    void damagedMapsAreReadOrRefused(TableOffset offset) {
        Map<String, Object> map = OffsetCodec.encode(offset);
        Mutations mutations = new Mutations(13);
        for (int i = 0; i < 5_000; i++) {
            Map<String, Object> damaged = mutations.of(map);
            try {
                assertThat(OffsetCodec.encode(OffsetCodec.decode(damaged))).isNotEmpty();
            } catch (InvalidOffset refused) {
                assertThat(refused).hasMessageContaining("ffset");
            }
        }
    }
}
