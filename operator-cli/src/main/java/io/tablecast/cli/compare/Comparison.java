// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import java.util.List;

/**
 * What comparing two tables has brought.
 *
 * @param least of the first key column at the source, null without rows or key
 * @param differences some of them
 * @param differing how many there are at least
 * @param isComplete whether all differences are known
 * @param further rows of the destination that may be there beyond those of the source
 * @param remarks what was left out of the comparison
 */
public record Comparison(
        long sourceRows,
        long destinationRows,
        String least,
        String greatest,
        List<Difference> differences,
        long differing,
        boolean isComplete,
        long further,
        List<String> remarks) {

    public Comparison {
        differences = List.copyOf(differences);
        remarks = List.copyOf(remarks);
    }

    public boolean isEqual() {
        return differing == 0 && isComplete;
    }
}
