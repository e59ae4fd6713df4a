// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.cli.pipeline.CapturedTable;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SnapshotMode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RepullObstaclesTest {
    private static final RepullObstacles WHOLE = new RepullObstacles(new NamedControls(null, null));
    private static final RepullObstacles RANGE = new RepullObstacles(new NamedControls("100", null));

    @Test
    void tableThatWouldOnlyBeFollowedFromThenOnIsNotCopied() {
        assertThat(WHOLE.of(table(SnapshotMode.NO_DATA, Map.of())))
                .containsExactly("shop.events has snapshot.mode=no_data: without its offset it would not be copied, but"
                        + " followed from then on, and the changes before would be missed. Set"
                        + " table.shop.events.snapshot.mode to initial, deploy that, and try again.");
        assertThat(WHOLE.of(table(SnapshotMode.INITIAL, Map.of()))).isEmpty();
        assertThat(RANGE.of(table(SnapshotMode.NO_DATA, Map.of()))).isEmpty();
    }

    @Test
    void tableThatWouldOnlyBeReadFromAValueOnIsNotCopied() {
        CapturedTable table = table(SnapshotMode.INITIAL, "2026-01-01", Map.of());

        assertThat(WHOLE.of(table))
                .containsExactly(
                        "shop.events has start.value=2026-01-01: without its offset it would not be copied, but"
                                + " read from there on, so that rows before stay as they are, and rows that the destination"
                                + " appends come twice. Say --from \"2026-01-01\" to have the rows from there on replaced. To have"
                                + " the whole table copied, take start.value out of its settings, deploy that, and try again."
                                + " If it is quarantined, no range brings it back: mend the cause and restart the sink's"
                                + " task.");
        assertThat(RANGE.of(table)).isEmpty();
    }

    @Test
    void secondRangeDoesNotTakeThePlaceOfOneThatIsStillRead() {
        assertThat(RANGE.of(table(SnapshotMode.INITIAL, Map.of("repull.from", 1L, "repull.to", 10L))))
                .containsExactly("shop.events is still reading again the range from 1 to 10 that was asked for before."
                        + " Wait until it has ended: repull.from and repull.to leave the table's offset then.");
        assertThat(RANGE.of(table(SnapshotMode.INITIAL, Map.of("repull.to", 10L)))
                        .get(0))
                .contains("the range from the first value to 10 that");
        assertThat(WHOLE.of(table(SnapshotMode.INITIAL, Map.of("repull.from", 1L))))
                .as("a whole copy has these rows too")
                .isEmpty();
    }

    private static CapturedTable table(SnapshotMode snapshotMode, Map<String, Object> requests) {
        return table(snapshotMode, "", requests);
    }

    private static CapturedTable table(SnapshotMode snapshotMode, String startValue, Map<String, Object> requests) {
        Map<String, Object> offset = new HashMap<>(Map.of("state", "following", "control.type", "integer"));
        offset.putAll(requests);
        return new CapturedTable(
                new TableId("shop", "events"),
                "incremental",
                "erp.shop.events",
                snapshotMode,
                startValue,
                OptionalLong.empty(),
                offset,
                Optional.empty(),
                "");
    }
}
