// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import java.util.List;

/**
 * What a switch has done.
 *
 * @param storage where the rows are now
 * @param isShapeChanged whether the destination's columns are others than before
 * @param previous the table that was swapped out; none or one
 */
record Switched(TableId storage, boolean isShapeChanged, List<TableId> previous) {
    Switched {
        previous = List.copyOf(previous);
    }
}
