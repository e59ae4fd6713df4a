// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

/** The queue cannot tell all that has changed; the table must be copied again. The message says why. */
final class RepullRequest extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RepullRequest(String reason) {
        super(reason);
    }
}
