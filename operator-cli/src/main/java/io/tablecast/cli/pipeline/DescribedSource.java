// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.pipeline;

import io.tablecast.contract.table.TableId;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** A source whose database is asked what its tables look like. */
public interface DescribedSource extends PipelineSource {

    /** All tables that stand beside the captured ones, and these, in order of their names. */
    List<TableId> everyTable() throws SQLException;

    /** A table as it is now; empty when there is none. */
    Optional<SourceShape> shape(TableId table) throws SQLException;
}
