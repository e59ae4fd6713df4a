// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.table.TableId;
import org.apache.kafka.connect.errors.DataException;

/** Rows of a table were read by columns that it does not have: the catalog and the stream stand on two sides of an ALTER. */
final class OtherColumnsException extends DataException {

    private static final long serialVersionUID = 1L;

    OtherColumnsException(TableId table) {
        super("The columns of " + table + " are others than the binlog has told up to now");
    }
}
