// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A JDBC URL of one server: the binlog comes from a certain one, so a list of them has no meaning. */
record MySqlUrl(String host, int port) {

    private static final int USUAL_PORT = 3306;
    private static final Pattern FORM =
            Pattern.compile("jdbc:mysql://(\\[[0-9a-fA-F:]+]|[^:/?,@()\\[\\]]+)(?::(\\d{1,5}))?/?");

    static Optional<MySqlUrl> parse(String url) {
        Matcher matcher = FORM.matcher(url);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new MySqlUrl(
                matcher.group(1), matcher.group(2) == null ? USUAL_PORT : Integer.parseInt(matcher.group(2))));
    }
}
