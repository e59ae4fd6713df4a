// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.util.Collection;
import java.util.stream.Collectors;

/** What a user has named is not there; the message says what is. */
final class NothingFoundException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NothingFoundException(String message) {
        super(message);
    }

    /** Of a name that is not among those there are. */
    static NothingFoundException of(String kind, String name, Collection<String> known) {
        String hint = NearestWord.of(name, known.stream())
                .map(nearest -> "Did you mean " + nearest + "?")
                .orElseGet(() -> known.isEmpty() ? "There is none." : "There are: " + shortened(known) + ".");
        return new NothingFoundException("There is no " + kind + " \"" + name + "\". " + hint);
    }

    private static String shortened(Collection<String> known) {
        int most = 20;
        String shown = known.stream().limit(most).collect(Collectors.joining(", "));
        return known.size() <= most ? shown : shown + " and " + (known.size() - most) + " more";
    }
}
