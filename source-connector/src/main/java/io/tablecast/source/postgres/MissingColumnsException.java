// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import io.tablecast.contract.table.TableId;
import java.util.List;
import org.apache.kafka.connect.errors.ConnectException;

/** The setting {@code columns} of a table names columns that it does not have. */
public final class MissingColumnsException extends ConnectException {

    private static final long serialVersionUID = 1L;

    MissingColumnsException(TableId table, List<String> missing) {
        super("The setting columns of " + table + " names " + missing
                + ", which the table does not have. Names are case-sensitive; correct the setting.");
    }
}
