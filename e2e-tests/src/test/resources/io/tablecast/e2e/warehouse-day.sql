-- Copyright The Tablecast Authors
-- SPDX-License-Identifier: Apache-2.0

-- A day at the warehouse: changes that run along foreign keys, over partitions, and with partitions.
DELETE FROM warehouse.customer WHERE name LIKE '%7';
UPDATE warehouse.category SET id = id + 100 WHERE id BETWEEN 26 AND 30;
DELETE FROM warehouse.category WHERE id = 50;
UPDATE warehouse.sale SET total = total + 1, note = NULL WHERE id % 100 = 1;
INSERT INTO warehouse.sale SELECT id + 100000, day, region, store, customer, channel, total, 'again'
    FROM warehouse.sale WHERE id <= 300;
DELETE FROM warehouse.sale WHERE id BETWEEN 1000 AND 1100;
-- Rows that move to another partition.
DELETE FROM warehouse.sale_line WHERE sale BETWEEN 2000 AND 2050;
UPDATE warehouse.sale SET day = day + 31 WHERE id BETWEEN 2000 AND 2050 AND day < '2026-02-01';
UPDATE warehouse.stock SET region = 'S' || substr(region, 2) WHERE region = 'R2' AND sku LIKE 'sku-1_';
-- A partition that comes, one that is emptied, and rows for all.
CREATE TABLE warehouse.stock_far PARTITION OF warehouse.stock FOR VALUES IN ('F1');
INSERT INTO warehouse.stock SELECT 'F1', 'sku-' || i, i FROM generate_series(1, 50) AS i;
INSERT INTO warehouse.stock SELECT 'T1', 'sku-' || i, i FROM generate_series(1, 20) AS i;
TRUNCATE warehouse.stock_north;
INSERT INTO warehouse.stock SELECT 'R1', 'sku-' || i, 7 FROM generate_series(1, 30) AS i;
UPDATE warehouse.product SET attributes = attributes || '{"sold": true}', price = price * 2 WHERE sku LIKE '%5';
ALTER TABLE warehouse.customer ADD COLUMN level smallint NOT NULL DEFAULT 1;
UPDATE warehouse.customer SET level = 2 WHERE region = 'R3';
UPDATE warehouse.day SET is_holiday = true WHERE extract(dow FROM day) = 0;
INSERT INTO warehouse.visit (at, path) SELECT clock_timestamp(), '/now/' || i FROM generate_series(1, 500) AS i;
UPDATE warehouse.region SET name = upper(name);
