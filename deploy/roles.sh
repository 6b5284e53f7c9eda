#!/bin/sh
# Runs once, when the database is new. Three roles: the superuser stays inside the database container; mvi_owner owns the
# tables and migrates; mvi_web is what web, worker and timer sign in with, and gets its few rights from `grant_web_role`.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set owner_password="$MVI_OWNER_PASSWORD" --set web_password="$MVI_WEB_PASSWORD" <<'SQL'
CREATE ROLE mvi_owner LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD :'owner_password';
CREATE ROLE mvi_web LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD :'web_password';
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO mvi_owner;
SELECT format('ALTER DATABASE %I OWNER TO mvi_owner', current_database()) \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO mvi_web', current_database()) \gexec
GRANT USAGE ON SCHEMA public TO mvi_web;
SQL
