// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What is known of one file of the command line. */
interface CheckedFile {
    Path path();

    /** A configuration that could be read; without problems it is fine. */
    record Read(Path path, Optional<String> name, Optional<String> connectorClass, List<Problem> problems)
            implements CheckedFile {
        public Read {
            problems = List.copyOf(problems);
        }
    }

    /** A file that could not be read, and why. */
    record Unreadable(Path path, String reason) implements CheckedFile {}
}
