// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * The settings {@code *.handling.mode}: which of several forms values of some types take in records. The defaults lose
 * nothing.
 *
 * @param decimal {@code decimal.handling.mode}
 * @param interval {@code interval.handling.mode}
 * @param binary {@code binary.handling.mode}
 * @param array {@code array.handling.mode}
 */
public record TypeModes(DecimalMode decimal, IntervalMode interval, BinaryMode binary, ArrayMode array) {

    public static final TypeModes DEFAULT =
            new TypeModes(DecimalMode.PRECISE, IntervalMode.STRING, BinaryMode.BYTES, ArrayMode.ARRAY);

    public TypeModes {
        requireNonNull(decimal, "decimal is null");
        requireNonNull(interval, "interval is null");
        requireNonNull(binary, "binary is null");
        requireNonNull(array, "array is null");
    }

    /** How {@code numeric} and {@code money} are carried. */
    public enum DecimalMode {
        /** Connect's Decimal, or VariableScaleDecimal for a numeric without precision. Cannot hold NaN or infinity. */
        PRECISE,
        /** A 64-bit float: rounds. */
        DOUBLE,
        /** The text that PostgreSQL shows, including {@code NaN} and {@code Infinity}. */
        STRING;

        /** The spelling in configurations. */
        public String configName() {
            return spelling(this);
        }
    }

    /** How {@code interval} is carried. */
    public enum IntervalMode {
        /** An ISO-8601 duration, exact. */
        STRING,
        /** Microseconds, a month counted as 30.4375 days. */
        NUMERIC;

        /** The spelling in configurations. */
        public String configName() {
            return spelling(this);
        }
    }

    /** How {@code bytea} is carried. */
    public enum BinaryMode {
        BYTES,
        BASE64,
        BASE64_URL_SAFE,
        HEX;

        /** The spelling in configurations. */
        public String configName() {
            return spelling(this);
        }
    }

    /** How arrays are carried. */
    public enum ArrayMode {
        /** Connect arrays; a column that was declared with several dimensions takes its text form all the same. */
        ARRAY,
        /** The text form of the whole array, which also holds several dimensions and unusual lower bounds. */
        TEXT;

        /** The spelling in configurations. */
        public String configName() {
            return spelling(this);
        }
    }

    private static String spelling(Enum<?> mode) {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
