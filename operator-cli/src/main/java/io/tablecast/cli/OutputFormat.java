// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How results are printed. */
enum OutputFormat {
    TEXT,
    JSON;

    Report report() {
        return switch (this) {
            case TEXT -> new TextReport();
            case JSON -> new JsonReport();
        };
    }

    /** In lower case, as users write it. */
    static final class FromText implements ITypeConverter<OutputFormat> {
        @Override
        public OutputFormat convert(String text) {
            return Arrays.stream(values())
                    .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("\"" + text + "\" is neither text nor json"));
        }
    }
}
