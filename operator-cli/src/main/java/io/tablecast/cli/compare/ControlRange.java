// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A range of control values.
 *
 * @param type as the server writes it
 * @param from inclusive
 * @param to exclusive
 * @param last inclusive, what the source has read so far
 */
record ControlRange(String type, Optional<String> from, Optional<String> to, Optional<String> last) {

    /** The conditions on a column, with a parameter for each value. */
    List<String> conditions(String column) {
        List<String> conditions = new ArrayList<>();
        from.ifPresent(value -> conditions.add(column + " >= ?::" + type));
        to.ifPresent(value -> conditions.add(column + " < ?::" + type));
        last.ifPresent(value -> conditions.add(column + " <= ?::" + type));
        return conditions;
    }

    /** The parameters. */
    List<String> values() {
        List<String> values = new ArrayList<>();
        from.ifPresent(values::add);
        to.ifPresent(values::add);
        last.ifPresent(values::add);
        return values;
    }
}
