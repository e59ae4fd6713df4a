// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.connect;

/** A worker that does not answer, or refuses what was asked; the message says where and why, and what to do. */
public final class WorkerFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What a worker answered; 0 when it did not answer at all. */
    private final int status;

    /** Something that did not become as asked for. */
    public WorkerFailure(String message) {
        this(0, message);
    }

    WorkerFailure(int status, String message) {
        super(message);
        this.status = status;
    }

    WorkerFailure(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** The HTTP status, 0 without an answer. */
    public int status() {
        return status;
    }
}
