// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import static java.util.Objects.requireNonNull;

/**
 * A request beside a position: read the rows again whose control column lies in [from, to).
 *
 * @param from empty for no lower bound
 * @param to empty to read up to where reading goes on
 */
public record RepullRange(String from, String to) {
    public RepullRange {
        requireNonNull(from, "from is null");
        requireNonNull(to, "to is null");
    }
}
