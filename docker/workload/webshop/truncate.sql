TRUNCATE order_lines;
