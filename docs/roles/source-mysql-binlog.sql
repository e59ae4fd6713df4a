-- What mode binlog needs of MySQL and MariaDB. Put the database's name in the place of shop, and choose a password.
CREATE USER 'tablecast_source'@'%' IDENTIFIED BY 'secret';
GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'tablecast_source'@'%';
GRANT SELECT ON `shop`.* TO 'tablecast_source'@'%';
