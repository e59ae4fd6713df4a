// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

/** A file given on the command line is missing or is not what it should be. The message names the file and the place. */
final class UnreadableFileException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableFileException(String message, Throwable cause) {
        super(message, cause);
    }

    UnreadableFileException(String message) {
        super(message);
    }
}
