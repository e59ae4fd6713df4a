// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.offset.ControlType;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;

/** A table as it was when it was looked at, in the words of offsets. Immutable. */
public interface SeenTable {

    /** The name of the control column. */
    String controlName();

    ControlType controlType();

    /** The replicated columns, as offsets hold them. */
    String columnsText();

    /** A text that is the same only while the same rows are chosen and identified in the same way. */
    String selection();

    /** A text by which a rewrite of the rows is noticed, where a server tells of one. */
    String structure();

    /** Following the table from a position, as it is now. */
    default TableOffset.Following following(SourceIdentity source, ControlPosition position) {
        return new TableOffset.Following(
                source, controlName(), controlType(), position, columnsText(), selection(), structure());
    }
}
