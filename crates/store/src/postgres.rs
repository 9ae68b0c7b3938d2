//! PostgreSQL, through the plain synchronous driver.

use std::collections::HashMap;
use std::time::Duration;

use postgres::types::{ToSql, Type};
use postgres::{Client, Config, NoTls, Row, Statement};

use crate::driver::{Connection, Dialect, Rows, Value};
use crate::error::Error;

/// How long a connection may take to be made, when the connection string says nothing else.
const CONNECT_SECONDS_MAX: u64 = 5;
/// How long what was sent may go without the other machine's word that it came, before the connection is given up.
const UNANSWERED_SECONDS_MAX: u64 = 10;
/// After how long without a word the other machine is asked whether it is still there.
const SILENT_SECONDS_MAX: u64 = 30;

/// Commits wait for the disk. Every statement finds its rows by an index whatever its values are: planning it anew for them, which is
/// what the server does with lists of keys, takes longer than carrying it out.
const SETTINGS: &str = "SET synchronous_commit = on; SET client_min_messages = warning; \
     SET plan_cache_mode = force_generic_plan";

pub(crate) struct PostgresConnection {
    server: String,
    client: Client,
    statements: HashMap<String, Statement>,
    state: State,
    transaction: Transaction,
}

/// What can still be done with a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Sound,
    /// A statement failed.
    Failed,
    /// The server is gone from the other end: it was stopped, or the network is.
    Lost,
}

/// Whether a transaction is open: what was done in it is lost with the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Transaction {
    None,
    Open,
}

impl PostgresConnection {
    /// Opens a connection. Commits wait for the disk whatever the server's default is.
    pub(crate) fn open(server: &str) -> Result<PostgresConnection, Error> {
        Ok(PostgresConnection {
            server: server.to_owned(),
            client: connect(server)?,
            statements: HashMap::new(),
            state: State::Sound,
            transaction: Transaction::None,
        })
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, postgres::Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn noted<T>(&mut self, answer: Result<T, postgres::Error>) -> Result<T, Error> {
        if let Err(error) = &answer {
            self.state = if is_lost(error) {
                State::Lost
            } else {
                State::Failed
            };
        }
        Ok(answer?)
    }

    /// Connects again when the server was found to be gone and nothing is lost by it: no transaction was open. A server that was
    /// started again answers the first who asks.
    fn is_there_again(&mut self) -> Result<bool, Error> {
        if self.state != State::Lost || self.transaction == Transaction::Open {
            return Ok(false);
        }
        self.client = connect(&self.server)?;
        self.statements.clear();
        self.state = State::Sound;
        Ok(true)
    }

    fn rows(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        let answer = self
            .statement(sql)
            .and_then(|statement| self.client.query(&statement, &bound(values)));
        self.noted(answer)
    }

    fn run(&mut self, sql: &str) -> Result<(), Error> {
        let answer = self.client.batch_execute(sql);
        self.noted(answer)
    }
}

fn connect(server: &str) -> Result<Client, Error> {
    let mut config: Config = server.parse()?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(CONNECT_SECONDS_MAX));
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(Duration::from_secs(UNANSWERED_SECONDS_MAX));
    }
    config.keepalives_idle(Duration::from_secs(SILENT_SECONDS_MAX));
    let mut client = config.connect(NoTls)?;
    client.batch_execute(SETTINGS)?;
    Ok(client)
}

/// Whether a failure says that the server is gone: it said so itself (SQLSTATE class 08 and 57P01 to 57P03), or nothing at all.
fn is_lost(error: &postgres::Error) -> bool {
    match error.as_db_error() {
        Some(server) => {
            let code = server.code().code();
            code.starts_with("08") || code.starts_with("57P0")
        }
        None => true,
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
            Value::Ints(values) => values.to_sql(kind, out),
            Value::IntOptions(values) => values.to_sql(kind, out),
            Value::Blobs(values) => values.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [
            Type::INT8,
            Type::TEXT,
            Type::BYTEA,
            Type::INT8_ARRAY,
            Type::BYTEA_ARRAY,
        ]
        .contains(kind)
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
            .and_then(|statement| self.client.execute(&statement, &bound(values)));
        self.noted(answer)
    }

    fn query(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&dyn Rows) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let rows = match self.rows(sql, values) {
            Err(_) if self.is_there_again()? => self.rows(sql, values)?,
            answer => answer?,
        };
        for row in rows {
            each(&row)?;
        }
        Ok(())
    }

    fn batch(&mut self, sql: &str) -> Result<(), Error> {
        let begins = sql == Dialect::Postgres.begin();
        let mut answer = self.run(sql);
        if begins && answer.is_err() && self.is_there_again()? {
            answer = self.run(sql);
        }
        if begins && answer.is_ok() {
            self.transaction = Transaction::Open;
        } else if matches!(sql, "COMMIT" | "ROLLBACK") {
            self.transaction = Transaction::None;
        }
        answer
    }

    fn is_sound(&self) -> bool {
        self.state == State::Sound && !self.client.is_closed()
    }
}

impl Rows for Row {
    fn int(&self, column: usize) -> Result<i64, Error> {
        Ok(self.try_get(column)?)
    }

    fn int_option(&self, column: usize) -> Result<Option<i64>, Error> {
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
