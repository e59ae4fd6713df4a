// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.pipeline;

import io.tablecast.contract.table.TableId;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names of tables as users write them: {@code shop.orders}, or with {@code *} and {@code ?} as in a shell. */
public final class TableNames {

    private TableNames() {}

    /** The tables that a name or pattern means. */
    public static List<TableId> matching(String wanted, List<TableId> tables) {
        List<TableId> same =
                tables.stream().filter(table -> wanted.equals(table.toString())).toList();
        // A name may have such characters itself.
        return same.isEmpty()
                ? tables.stream().filter(table -> matches(wanted, table)).toList()
                : same;
    }

    private static boolean matches(String wanted, TableId table) {
        boolean isPattern = wanted.indexOf('*') >= 0 || wanted.indexOf('?') >= 0;
        return isPattern && expression(wanted).matcher(table.toString()).matches();
    }

    private static Pattern expression(String pattern) {
        return Pattern.compile(
                Arrays.stream(pattern.split("(?<=[*?])|(?=[*?])", -1))
                        .map(part -> switch (part) {
                            case "*" -> ".*";
                            case "?" -> ".";
                            default -> Pattern.quote(part);
                        })
                        .collect(Collectors.joining()),
                Pattern.DOTALL);
    }
}
