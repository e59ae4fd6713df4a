// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import io.tablecast.contract.type.SemanticTypes;
import io.tablecast.source.mysql.type.MySqlModes.ZeroDateMode;
import java.time.LocalDate;
import java.util.Optional;
import org.apache.kafka.connect.data.SchemaBuilder;

/** {@code date} as days since the epoch. */
final class DateCodec implements ColumnCodec {

    private final ZeroDateMode zeroDates;

    DateCodec(ZeroDateMode zeroDates) {
        this.zeroDates = zeroDates;
    }

    @Override
    public SchemaBuilder schema() {
        return SemanticTypes.int32(SemanticTypes.DATE);
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        int packed = (int) in.littleEndian(3);
        return days(packed >> 9, packed >> 5 & 15, packed & 31);
    }

    @Override
    public Object ofQuery(byte[] text) {
        TimeText parts = new TimeText(text);
        int year = parts.numberBefore('-');
        int month = parts.numberBefore('-');
        int day = parts.number();
        parts.requireEnd();
        return days(year, month, day);
    }

    private Object days(int year, int month, int day) {
        Optional<LocalDate> date = CalendarDay.of(year, month, day, zeroDates);
        return date.isEmpty() ? null : (int) date.get().toEpochDay();
    }
}
