// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

/** What a PostgreSQL server is. */
public enum PostgresKind {
    /** Docker if a Docker engine runs, else embedded; system property {@code tablecast.test.postgres} may decide. */
    ANY,
    /** A container of the official image, through Testcontainers. */
    DOCKER,
    /** Real binaries of PostgreSQL, run as child processes on this machine. */
    EMBEDDED
}
