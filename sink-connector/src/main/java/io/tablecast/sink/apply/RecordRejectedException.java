// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import org.apache.kafka.connect.errors.ConnectException;

/** A record was refused, and errors are not tolerated. */
public final class RecordRejectedException extends ConnectException {

    private static final long serialVersionUID = 1L;

    private final transient Rejection rejection;

    RecordRejectedException(Rejection rejection, Throwable cause) {
        super(
                rejection.message()
                        + ". Correct the row at the source or the destination's column and restart the task,"
                        + " or set errors.tolerance=all to have such records put aside.",
                cause);
        this.rejection = rejection;
    }

    public Rejection rejection() {
        return rejection;
    }
}
