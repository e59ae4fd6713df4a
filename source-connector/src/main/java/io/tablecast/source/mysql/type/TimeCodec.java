// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import io.tablecast.contract.type.SemanticTypes;
import org.apache.kafka.connect.data.SchemaBuilder;

/** {@code time} in microseconds: up to 838 hours, also negative. */
final class TimeCodec implements ColumnCodec {

    private static final long MICROS = 1_000_000;
    private static final int SECONDS_BYTES = 3;

    private final int fractionBytes;

    TimeCodec(MySqlType type) {
        this.fractionBytes = FractionDigits.bytes(type.scale());
    }

    @Override
    public SchemaBuilder schema() {
        return SemanticTypes.int64(SemanticTypes.MICRO_TIME);
    }

    /** The whole is one number, moved so that none is negative; its last bytes are the fraction. */
    @Override
    public Object ofBinlog(BinlogBytes in) {
        int bits = 8 * (SECONDS_BYTES + fractionBytes);
        long moved = in.bigEndian(SECONDS_BYTES + fractionBytes) - (1L << (bits - 1));
        long packed = Math.abs(moved);
        long fraction = packed & ((1L << (8 * fractionBytes)) - 1);
        long clock = packed >> (8 * fractionBytes);
        long seconds = (clock >> 12 & 0x3ff) * 3600 + (clock >> 6 & 0x3f) * 60 + (clock & 0x3f);
        long micros = seconds * MICROS + fraction * FractionDigits.microsOfUnit(fractionBytes) % MICROS;
        return moved < 0 ? -micros : micros;
    }

    @Override
    public Object ofQuery(byte[] value) {
        TimeText text = new TimeText(value);
        boolean isNegative = text.takeMinus();
        long hours = text.numberBefore(':');
        long minutes = text.numberBefore(':');
        long seconds = hours * 3600 + minutes * 60 + text.number();
        long micros = seconds * MICROS + text.micros();
        return isNegative ? -micros : micros;
    }
}
