// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import java.util.List;

/** What readers in tests need a queue to hold. */
final class Wishes {

    private Wishes() {}

    /** Keys of every change. */
    static QueueWish ofKey(String... keyColumns) {
        return new QueueWish(List.of(keyColumns), QueueContent.KEYS);
    }
}
