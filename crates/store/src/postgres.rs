//! PostgreSQL, through the plain synchronous driver.

use std::collections::HashMap;

use postgres::types::{ToSql, Type};
use postgres::{Client, NoTls, Row, Statement};

use crate::driver::{Connection, Dialect, Rows, Value};
use crate::error::Error;

pub(crate) struct PostgresConnection {
    client: Client,
    statements: HashMap<String, Statement>,
    sound: bool,
}

impl PostgresConnection {
    /// Opens a connection. Commits wait for the disk whatever the server's default is.
    pub(crate) fn open(server: &str) -> Result<PostgresConnection, Error> {
        let mut client = Client::connect(server, NoTls)?;
        client.batch_execute("SET synchronous_commit = on; SET client_min_messages = warning")?;
        Ok(PostgresConnection {
            client,
            statements: HashMap::new(),
            sound: true,
        })
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn noted<T>(&mut self, answer: Result<T, Error>) -> Result<T, Error> {
        if answer.is_err() {
            self.sound = false;
        }
        answer
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<postgres::types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Int(value) => value.to_sql(kind, out),
            Value::IntOption(value) => value.to_sql(kind, out),
            Value::Text(text) => text.to_sql(kind, out),
            Value::Blob(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(kind)
    }

    postgres::types::to_sql_checked!();
}

fn bound<'a>(values: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

impl Connection for PostgresConnection {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, Error> {
        let answer = self
            .statement(sql)
            .and_then(|statement| Ok(self.client.execute(&statement, &bound(values))?));
        self.noted(answer)
    }

    fn query(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&dyn Rows) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let answer = self
            .statement(sql)
            .and_then(|statement| Ok(self.client.query(&statement, &bound(values))?));
        for row in self.noted(answer)? {
            each(&row)?;
        }
        Ok(())
    }

    fn batch(&mut self, sql: &str) -> Result<(), Error> {
        let answer = self.client.batch_execute(sql).map_err(Error::from);
        self.noted(answer)
    }

    fn is_sound(&self) -> bool {
        self.sound && !self.client.is_closed()
    }
}

impl Rows for Row {
    fn int(&self, column: usize) -> Result<i64, Error> {
        Ok(self.try_get(column)?)
    }

    fn text(&self, column: usize) -> Result<String, Error> {
        Ok(self.try_get(column)?)
    }

    fn blob(&self, column: usize) -> Result<Vec<u8>, Error> {
        Ok(self.try_get(column)?)
    }
}

impl From<postgres::Error> for Error {
    /// The server's own message without its detail, which may quote values.
    fn from(error: postgres::Error) -> Error {
        match error.as_db_error() {
            Some(server) if matches!(server.code().code(), "40001" | "40P01") => Error::Collided,
            Some(server) => {
                Error::Database(format!("{} ({})", server.message(), server.code().code()))
            }
            None => Error::Database(
                "the connection to the server broke or could not be made".to_owned(),
            ),
        }
    }
}
