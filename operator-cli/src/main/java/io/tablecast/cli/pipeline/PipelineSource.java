// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.pipeline;

import io.tablecast.cli.connect.Deployed;
import io.tablecast.contract.table.TableId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A source connector and its database. */
public interface PipelineSource {

    Deployed connector();

    /**
     * Its tables, in order of their names.
     *
     * @param offsets the connector's, by table
     * @throws SQLException when the source cannot be asked; its message is without secrets
     */
    List<CapturedTable> tables(Map<TableId, Map<String, Object>> offsets) throws SQLException;

    /**
     * For how many seconds changes have been waiting at the source that the destination does not have. Tables whose
     * source cannot tell are left out.
     *
     * @param applied when the last change of each table that was applied had happened
     */
    Map<TableId, Double> waiting(Map<TableId, Instant> applied) throws SQLException;
}
