// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.connect;

/** A user of a worker whose REST interface asks for one (HTTP basic authentication). */
public record WorkerLogin(String user, String password) {

    /** Without the password. */
    @Override
    public String toString() {
        return user;
    }
}
