// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.connect;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waiting between two looks at something that changes by itself. */
public final class Pause {

    private Pause() {}

    /**
     * Waits.
     *
     * @throws WorkerFailure when the thread is interrupted
     */
    public static void of(Duration time) {
        try {
            boolean isOver = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
            if (isOver) {
                throw new IllegalStateException("Nobody counts this latch down");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorkerFailure(0, "Interrupted while waiting.", e);
        }
    }
}
