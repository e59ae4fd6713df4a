// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import org.junit.jupiter.api.Test;

class EventPlacesTest {

    private static final long FOUR_GIB = 1L << 32;
    private static final long GIB = 1L << 30;

    private final EventPlaces places = new EventPlaces();

    @Test
    void placesBehindFourGibAreCountedOn() {
        places.beginAt(4);
        long end = 4;
        // As a header holds the places of a transaction of ten GiB, in events of the greatest length there is.
        while (end < 10 * GIB) {
            end += GIB - 7;
            assertThat(places.end(header(end % FOUR_GIB, GIB - 7))).isEqualTo(end);
        }
        assertThat(places.end(header(end % FOUR_GIB, 40)))
                .as("a heartbeat tells the same place again")
                .isEqualTo(end);
    }

    @Test
    void theNextFileBeginsAnew() {
        places.beginAt(FOUR_GIB - 100);
        assertThat(places.end(header(50, 150))).isEqualTo(FOUR_GIB + 50);
        places.beginAt(4);
        assertThat(places.end(header(126, 122))).isEqualTo(126);
    }

    @Test
    void placesThatAreNotToldAreCountedAcrossFourGib() {
        places.beginAt(FOUR_GIB - 100);
        assertThat(places.end(header(0, 150))).isEqualTo(FOUR_GIB + 50);
        assertThat(places.end(header(0, 10))).isEqualTo(FOUR_GIB + 60);
        assertThat(places.end(header(90, 30))).isEqualTo(FOUR_GIB + 90);
    }

    /** A transaction that ends where four bytes are used up to the last one is told as if nothing were told. */
    @Test
    void anEventMayEndAtFourGibItself() {
        places.beginAt(FOUR_GIB - 100);
        assertThat(places.end(header(0, 100))).isEqualTo(FOUR_GIB);
        assertThat(places.end(header(70, 70))).isEqualTo(FOUR_GIB + 70);
    }

    @Test
    void aPlaceALittleBeforeIsTakenAsItIsTold() {
        places.beginAt(1_000);
        assertThat(places.end(header(900, 40))).isEqualTo(900);
    }

    private static EventHeaderV4 header(long nextPosition, long length) {
        EventHeaderV4 header = new EventHeaderV4();
        header.setNextPosition(nextPosition);
        header.setEventLength(length);
        return header;
    }
}
