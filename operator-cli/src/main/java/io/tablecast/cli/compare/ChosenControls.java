// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import java.util.Optional;

/**
 * The control values of the rows that are compared.
 *
 * @param from the least
 * @param to greater than all
 * @param last the greatest, as far as the source has read
 */
record ChosenControls(Optional<String> from, Optional<String> to, Optional<String> last) {

    static ChosenControls all() {
        return new ChosenControls(Optional.empty(), Optional.empty(), Optional.empty());
    }
}
