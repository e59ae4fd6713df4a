// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.util.Map;

/**
 * A config provider as a worker's properties declare it.
 *
 * @param name the word before the first colon of a placeholder
 */
record ProviderDeclaration(String name, String className, Map<String, String> parameters) {

    ProviderDeclaration {
        parameters = Map.copyOf(parameters);
    }
}
