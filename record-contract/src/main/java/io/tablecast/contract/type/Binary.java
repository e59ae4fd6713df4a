// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Big-endian integers, as PostgreSQL's binary formats hold them. */
final class Binary {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, BIG_ENDIAN);

    private Binary() {}

    static short readShort(byte[] buffer, int offset) {
        return (short) SHORT.get(buffer, offset);
    }

    static int readInt(byte[] buffer, int offset) {
        return (int) INT.get(buffer, offset);
    }

    static long readLong(byte[] buffer, int offset) {
        return (long) LONG.get(buffer, offset);
    }

    static void putShort(byte[] buffer, int offset, short value) {
        SHORT.set(buffer, offset, value);
    }

    static void putInt(byte[] buffer, int offset, int value) {
        INT.set(buffer, offset, value);
    }

    static void putLong(byte[] buffer, int offset, long value) {
        LONG.set(buffer, offset, value);
    }
}
