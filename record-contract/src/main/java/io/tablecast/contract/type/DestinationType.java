// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.List;

/**
 * The column type that a field wants in PostgreSQL.
 *
 * @param candidates the types to try in this order, as SQL; the last is built in and always works. More than one where
 *     the best is not built in: a type of an extension, or of the source's own, which the destination may lack
 * @param labels the labels, if the source's type is an enum
 */
public record DestinationType(List<String> candidates, List<String> labels) {

    public DestinationType {
        candidates = List.copyOf(candidates);
        labels = List.copyOf(labels);
    }

    static DestinationType builtIn(String type) {
        return new DestinationType(List.of(type), List.of());
    }

    /** The type that fits best. */
    public String preferred() {
        return candidates.get(0);
    }

    /** The built-in type that takes the values where the others do not exist. */
    public String fallback() {
        return candidates.get(candidates.size() - 1);
    }
}
