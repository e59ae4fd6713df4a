// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

/** A server that pipelines read from. */
interface SourceServer extends AutoCloseable {
    /**
     * A new empty database.
     *
     * @param id a name that no other database of the server has
     */
    SourceDatabase create(String id);

    /** The process whose work, with that of its children, is the server's. */
    long pid();

    @Override
    void close();
}
