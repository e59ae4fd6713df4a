// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** What somebody meant who wrote something similar. */
final class NearestWord {

    private NearestWord() {}

    /** The most similar candidate, if at most a quarter of the word has to change (Levenshtein distance). */
    static Optional<String> of(String word, Stream<String> candidates) {
        return candidates
                .filter(candidate -> distance(word, candidate) <= Math.max(2, word.length() / 4))
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
    }

    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int column = 0; column <= right.length(); column++) {
            previous[column] = column;
        }
        for (int row = 1; row <= left.length(); row++) {
            int[] current = new int[right.length() + 1];
            current[0] = row;
            for (int column = 1; column <= right.length(); column++) {
                int replaced = previous[column - 1] + (left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(replaced, 1 + Math.min(previous[column], current[column - 1]));
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
