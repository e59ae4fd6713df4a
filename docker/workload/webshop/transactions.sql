-- A round of the web shop: orders are placed, shipped and cancelled, customers and products change.
START TRANSACTION;
INSERT INTO orders (customer_id) SELECT 1 + FLOOR(RAND() * 1000) FROM products LIMIT 20;
INSERT INTO order_lines (order_id, line, sku, quantity)
    SELECT placed.id, 1, CONCAT('W-', 1 + FLOOR(RAND() * 300)), 1
    FROM (SELECT id FROM orders ORDER BY id DESC LIMIT 20) AS placed
    ON DUPLICATE KEY UPDATE quantity = order_lines.quantity + 1;
COMMIT;
UPDATE orders SET status = 'shipped' WHERE status <> 'shipped' ORDER BY RAND() LIMIT 20;
SET @cancelled = (SELECT id FROM orders ORDER BY RAND() LIMIT 1);
START TRANSACTION;
DELETE FROM order_lines WHERE order_id = @cancelled;
DELETE FROM orders WHERE id = @cancelled;
COMMIT;
INSERT INTO customers (email) VALUES (CONCAT('new', UUID(), '@example.org'));
UPDATE products SET price = price + 0.01, attributes = JSON_SET(attributes, '$.seen', true) ORDER BY RAND() LIMIT 5;
-- A change of key: the old one must go, the new one must come.
SET @product = (SELECT id FROM products ORDER BY RAND() LIMIT 1);
UPDATE products SET id = id + 1000 WHERE id = @product AND id < 1000;
INSERT INTO page_views (path) SELECT CONCAT('/products/', sku) FROM products LIMIT 10;
