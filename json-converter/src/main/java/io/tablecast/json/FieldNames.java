// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;

/** What stands before the values of an object, when they come in the order of a schema. */
final class FieldNames {

    private FieldNames() {}

    /** Before each value: the opening brace or a comma, and its name. */
    static byte[][] of(Schema schema) {
        List<Field> fields = schema.fields();
        byte[][] names = new byte[fields.size()][];
        for (int i = 0; i < names.length; i++) {
            JsonOutput name = new JsonOutput();
            name.text(fields.get(i).name());
            names[i] = name.between(new byte[] {(byte) (i == 0 ? '{' : ',')}, ':');
        }
        return names;
    }

    /** Behind the last value; all of it when there are no values. */
    static byte[] end(Schema schema) {
        return schema.fields().isEmpty() ? new byte[] {'{', '}'} : new byte[] {'}'};
    }
}
