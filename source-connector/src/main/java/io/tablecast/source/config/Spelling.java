// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import java.util.Arrays;
import java.util.Locale;

/** Enum constants as configurations spell them: {@code NO_DATA} is {@code no_data}. */
final class Spelling {

    private Spelling() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** The same with dashes, as Debezium spells the values of {@code *.handling.mode}. */
    static String dashed(Enum<?> constant) {
        return of(constant).replace('_', '-');
    }

    static String[] all(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(Spelling::of).toArray(String[]::new);
    }

    static String[] allDashed(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(Spelling::dashed).toArray(String[]::new);
    }

    /** Reads either spelling, which the definition has checked. */
    static <E extends Enum<E>> E parse(Class<E> type, String text) {
        return Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
