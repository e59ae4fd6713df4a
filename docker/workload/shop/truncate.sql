TRUNCATE shop.order_lines;
