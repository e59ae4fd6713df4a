// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

/**
 * Reads all tables of a task that have one mode, on threads of its own, into a {@link RecordBuffer}. Failures that
 * would only come again go to {@link RecordBuffer#fail}; what may pass is tried again by the reader itself.
 */
public interface ModeReader {

    /** Starts the threads; called once. */
    void start();

    /** Offsets of records that were polled some time ago are stored. Called often, by any thread; must not block. */
    default void committed() {}

    /**
     * Ends the threads and their connections, and waits some seconds for them. Nothing is put into the buffer any more
     * when it returns.
     */
    void stop();
}
