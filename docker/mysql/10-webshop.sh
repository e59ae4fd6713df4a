#!/bin/bash
# The database webshop, and the user of the source connector, which reads its tables and follows the binlog. The image's entry
# point sources this file.
mysql --protocol=socket --user=root --password="$MYSQL_ROOT_PASSWORD" <<SQL
CREATE USER 'tablecast'@'%' IDENTIFIED BY '$TABLECAST_PASSWORD';
GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'tablecast'@'%';
CREATE DATABASE webshop CHARACTER SET utf8mb4;
GRANT SELECT ON webshop.* TO 'tablecast'@'%';
USE webshop;
CREATE TABLE customers (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, email varchar(200) NOT NULL, joined_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6));
CREATE TABLE products (sku varchar(20) PRIMARY KEY, title varchar(100) NOT NULL, price decimal(10,2) NOT NULL, attributes json);
CREATE TABLE orders (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, customer_id bigint unsigned NOT NULL, status enum('new','paid','shipped') NOT NULL DEFAULT 'new', ordered_at datetime(3) NOT NULL);
CREATE TABLE order_lines (order_id bigint unsigned, line tinyint unsigned, sku varchar(20) NOT NULL, quantity int NOT NULL, PRIMARY KEY (order_id, line));
SET SESSION cte_max_recursion_depth = 20000;
INSERT INTO customers (email) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT CONCAT('customer', i, '@example.org') FROM n;
INSERT INTO products WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT CONCAT('W-', i), CONCAT('Product ', i), i / 4, JSON_OBJECT('weight', i) FROM n;
INSERT INTO orders (customer_id, ordered_at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT 1 + i % 1000, TIMESTAMPADD(MINUTE, i, '2026-01-01') FROM n;
INSERT INTO order_lines SELECT id, 1, CONCAT('W-', 1 + id % 500), 1 FROM orders;
SQL
