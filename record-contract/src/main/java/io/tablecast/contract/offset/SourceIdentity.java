// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import static java.util.Objects.requireNonNull;

/**
 * The server that an offset was read from. Positions mean nothing on another one.
 *
 * @param system PostgreSQL's system identifier, or MySQL's server uuid
 * @param database the name of the database, because positions of queue mode belong to its queue tables
 */
public record SourceIdentity(String system, String database) {
    public SourceIdentity {
        requireNonNull(system, "system is null");
        requireNonNull(database, "database is null");
    }
}
