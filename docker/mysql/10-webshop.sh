#!/bin/bash
# The database webshop, and the user of the source connectors, which reads its tables, follows the binlog, and sees the open
# transactions of others for mode incremental. The image's entry point sources this file.
mysql --protocol=socket --user=root --password="$MYSQL_ROOT_PASSWORD" <<SQL
CREATE USER 'tablecast'@'%' IDENTIFIED BY '$TABLECAST_PASSWORD';
GRANT REPLICATION SLAVE, REPLICATION CLIENT, PROCESS ON *.* TO 'tablecast'@'%';
CREATE DATABASE webshop CHARACTER SET utf8mb4;
GRANT SELECT ON webshop.* TO 'tablecast'@'%';
USE webshop;
CREATE TABLE customers (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, email varchar(200) NOT NULL, joined_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6));
CREATE TABLE products (id int unsigned PRIMARY KEY, sku varchar(20) NOT NULL UNIQUE, title varchar(100) NOT NULL, price decimal(10,2) NOT NULL, attributes json);
CREATE TABLE orders (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, customer_id bigint unsigned NOT NULL, status enum('new', 'paid', 'shipped') NOT NULL DEFAULT 'new', ordered_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6));
CREATE TABLE order_lines (order_id bigint unsigned, line tinyint unsigned, sku varchar(20) NOT NULL, quantity int NOT NULL, PRIMARY KEY (order_id, line));
CREATE TABLE prices (sku varchar(20), price decimal(10,2));
CREATE TABLE stock (sku varchar(20) PRIMARY KEY, quantity int NOT NULL);
CREATE TABLE page_views (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, path varchar(200) NOT NULL, viewed_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), KEY (viewed_at, id));
INSERT INTO customers (email) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT CONCAT('web', i, '@example.org') FROM n;
INSERT INTO products WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT i, CONCAT('W-', i), CONCAT('Product ', i), i / 4, JSON_OBJECT('weight', i) FROM n;
INSERT INTO orders (customer_id, ordered_at) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i, TIMESTAMPADD(MINUTE, i, '2026-01-01') FROM n;
INSERT INTO order_lines SELECT id, 1, CONCAT('W-', 1 + id % 300), 1 FROM orders;
INSERT INTO prices SELECT sku, price FROM products;
INSERT INTO stock SELECT sku, 100 FROM products;
INSERT INTO page_views (path, viewed_at) SELECT CONCAT('/products/W-', 1 + id % 300), TIMESTAMPADD(MINUTE, id, '2026-01-01') FROM orders;
SQL
