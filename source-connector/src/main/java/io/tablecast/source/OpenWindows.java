// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import org.apache.kafka.connect.source.SourceRecord;

/** Whether records have passed of which the rest, that belongs to them at the source, is still to come. */
interface OpenWindows {

    /** A record has passed. */
    void passed(SourceRecord record);

    boolean isAny();
}
