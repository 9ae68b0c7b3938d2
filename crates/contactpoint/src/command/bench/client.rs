//! A client for loopback: one connection that is kept, one request after the other (RFC 9112, as far as our own server uses it).

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer may take.
const WAIT_SECONDS_MAX: u64 = 30;
/// The most bytes of an answer.
const ANSWER_BYTES_MAX: u64 = 4_194_304;

/// A connection.
pub struct Client {
    stream: BufReader<TcpStream>,
    host: SocketAddr,
    cookie: String,
}

/// What of an answer matters here.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Where it leads.
    pub location: Option<String>,
}

impl Client {
    /// Connects, as somebody with this cookie.
    ///
    /// # Errors
    /// When there is no connection.
    pub fn connect(host: SocketAddr, cookie: String) -> io::Result<Client> {
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(WAIT_SECONDS_MAX)))?;
        Ok(Client {
            stream: BufReader::new(stream),
            host,
            cookie,
        })
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn get(&mut self, path: &str) -> io::Result<Answer> {
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n",
            self.host, self.cookie
        );
        self.ask(&head)
    }

    /// Sends a form.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn post(&mut self, path: &str, form: &str) -> io::Result<Answer> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            self.host,
            self.cookie,
            form.len()
        );
        self.ask(&request)
    }

    fn ask(&mut self, request: &str) -> io::Result<Answer> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?;
        let status = status
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or_else(odd)?;
        let (mut length, mut location) = (None, None);
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().ok(),
                "location" => location = Some(value.trim().to_owned()),
                _ => {}
            }
        }
        match length {
            Some(length) => self.pass_over(length)?,
            None => self.pass_over_chunks()?,
        }
        Ok(Answer { status, location })
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }

    fn pass_over(&mut self, length: u64) -> io::Result<()> {
        if length > ANSWER_BYTES_MAX {
            return Err(odd());
        }
        let passed = io::copy(&mut self.stream.by_ref().take(length), &mut io::sink())?;
        if passed == length {
            Ok(())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }

    fn pass_over_chunks(&mut self) -> io::Result<()> {
        loop {
            let length = u64::from_str_radix(&self.line()?, 16).map_err(|_| odd())?;
            self.pass_over(length)?;
            self.line()?;
            if length == 0 {
                return Ok(());
            }
        }
    }
}

/// A form's field, percent-encoded (WHATWG URL, application/x-www-form-urlencoded).
pub fn field(form: &mut String, name: &str, value: &str) {
    if !form.is_empty() {
        form.push('&');
    }
    form.push_str(name);
    form.push('=');
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() {
            form.push(char::from(byte));
        } else {
            form.push_str(&format!("%{byte:02X}"));
        }
    }
}

fn odd() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "the answer is not of a form that is read here",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_encoded() {
        let mut form = String::new();
        field(&mut form, "family_name", "O'Brien-Zoë");
        field(&mut form, "postcode", "BS16 5TJ");
        assert_eq!(form, "family_name=O%27Brien%2DZo%C3%AB&postcode=BS16%205TJ");
    }
}
