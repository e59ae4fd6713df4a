// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the build has put programs of others. */
final class Peers {
    private static final String FOLDER = "tablecast.peers";

    private Peers() {}

    /** One of the folders that module {@code test-environment/peers} makes. */
    static Path folder(String name) {
        Path folder = Settings.value(FOLDER)
                .map(root -> Path.of(root, name))
                .orElseThrow(() -> new IllegalStateException("System property " + FOLDER
                        + " is not set. It names the folder target of module test-environment/peers."));
        if (!Files.isDirectory(folder)) {
            throw new IllegalStateException(
                    "There is no folder " + folder + ". Build module test-environment/peers with Maven first.");
        }
        return folder;
    }
}
