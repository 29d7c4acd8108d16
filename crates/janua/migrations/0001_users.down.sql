DROP TABLE passwords;
DROP TABLE users;
