// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.table.TableId;
import java.util.Map;

/** What Connect has stored durably for the tables of a task. May be asked by any thread while the task runs. */
@FunctionalInterface
public interface StoredOffsets {

    /** The offset maps that a restart at this moment would begin with; tables without one are left out. */
    Map<TableId, Map<String, Object>> read();
}
