// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import org.apache.kafka.connect.data.Schema;

/** Bit strings as text, and as Debezium's Bits: the bits as one number, least significant byte first. */
final class BitText {

    private static final String UNKNOWN = String.valueOf(Integer.MAX_VALUE);

    private BitText() {}

    /** The number of bits that the schema declares, or -1 if it does not tell the length of its values. */
    static int declaredLength(Schema schema) {
        String length = SemanticTypes.parameter(schema, SemanticTypes.LENGTH);
        // In Debezium's bit varying the length is only a limit, and leading zeros are lost.
        boolean varying = SemanticTypes.parameter(schema, SemanticTypes.SOURCE_TYPE)
                        .equals("VARBIT")
                || SemanticTypes.parameter(schema, SemanticTypes.COLUMN_TYPE).startsWith("bit varying");
        if (varying || length.isEmpty() || length.equals(UNKNOWN)) {
            return -1;
        }
        return Integer.parseInt(length);
    }

    /** Zeros and ones, most significant first: {@code length} of them, or without leading zeros if that is -1. */
    static String bits(byte[] littleEndian, int length) {
        int count = length < 0 ? Math.max(significant(littleEndian), 1) : Math.max(length, significant(littleEndian));
        StringBuilder text = new StringBuilder(count);
        for (int i = count - 1; i >= 0; i--) {
            boolean set = i / 8 < littleEndian.length && ((littleEndian[i / 8] >> (i % 8)) & 1) != 0;
            text.append(set ? '1' : '0');
        }
        return text.toString();
    }

    private static int significant(byte[] littleEndian) {
        for (int i = littleEndian.length - 1; i >= 0; i--) {
            if (littleEndian[i] != 0) {
                return i * 8 + Integer.SIZE - Integer.numberOfLeadingZeros(littleEndian[i] & 0xff);
            }
        }
        return 0;
    }
}
