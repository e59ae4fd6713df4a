// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import io.tablecast.contract.table.TableId;
import org.apache.kafka.connect.errors.ConnectException;

/** What the failures of one kind of source mean, and how they are told. Thread-safe. */
public interface FailureMeaning {

    /** Where the source is, for messages. */
    String target();

    /**
     * Whether the same try may succeed soon.
     *
     * @param inARow how many tries have failed, with this one
     */
    boolean mayPass(Exception failure, long inARow);

    /** Whether no table can be read any more. */
    boolean concernsAllTables(Exception failure);

    /** What has failed about a table that is tried again, and how to mend it. */
    String message(TableId table, Throwable failure);

    /** Reading a table has failed, and the task stops. */
    ConnectException stopping(TableId table, Throwable failure);
}
