-- Which process does the work that one replica does for all: a lease that its holder renews.
CREATE TABLE leaders (
  name       text PRIMARY KEY,
  holder     uuid NOT NULL,
  expires_at timestamptz NOT NULL
);
