// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.pipeline.CapturedTable;
import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.RepullRange;
import io.tablecast.source.config.SnapshotMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Why tables cannot be read again in the way that a user wants.
 *
 * @param range that is wanted, empty for whole tables
 */
record RepullObstacles(NamedControls range) {

    /** Those of one table, none when it can be read again. */
    List<String> of(CapturedTable table) {
        List<String> obstacles = new ArrayList<>(range.obstacles(table));
        if (!range.isEmpty()) {
            // The request stands in the offset until it is met, and there is room for one.
            OffsetCodec.repullRange(table.offset())
                    .ifPresent(running -> obstacles.add(table.id() + " is still reading again the range "
                            + description(running) + " that was asked for before. Wait until it has ended: "
                            + "repull.from and repull.to leave the table's offset then."));
        } else if (table.snapshotMode() == SnapshotMode.NO_DATA) {
            obstacles.add(table.id() + " has snapshot.mode=no_data: without its offset it would not be copied, but"
                    + " followed from then on, and the changes before would be missed. Set table." + table.id()
                    + ".snapshot.mode to initial, deploy that, and try again.");
        } else if (!table.startValue().isEmpty()) {
            obstacles.add(table.id() + " has start.value=" + table.startValue() + ": without its offset it would not be"
                    + " copied, but read from there on, so that rows before stay as they are, and rows that the"
                    + " destination appends come twice. Say --from \"" + table.startValue() + "\" to have the rows from"
                    + " there on replaced. To have the whole table copied, take start.value out of its settings, deploy"
                    + " that, and try again. If it is quarantined, no range brings it back: mend the cause and restart"
                    + " the sink's task.");
        }
        return obstacles;
    }

    private static String description(RepullRange range) {
        String from = range.from().isEmpty() ? "from the first value" : "from " + range.from();
        return from + (range.to().isEmpty() ? " on" : " to " + range.to());
    }
}
