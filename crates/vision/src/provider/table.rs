//! Reads one table of the configuration key by key, so that every complaint names file, table and
//! key, and none repeats a value that might be a secret.

use std::{
    collections::BTreeSet,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use toml::{Table, Value};
use url::Url;

use super::{secret::Secret, wire::is_near};

/// What is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, {table}, {key}: {problem}")]
pub struct SettingsError {
    /// The file, or `environment`.
    pub file: String,
    /// Which table in it, e.g. `[[provider]] 2`.
    pub table: String,
    /// Which key.
    pub key: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

/// Where values come from beside the file: the environment.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// One table.
pub(super) struct Reader<'a> {
    file: &'a Path,
    label: String,
    table: Table,
    env: Env<'a>,
    asked: BTreeSet<&'static str>,
}

pub(super) type Checked<T> = Result<T, SettingsError>;

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a Path, label: String, table: Table, env: Env<'a>) -> Self {
        Self {
            file,
            label,
            table,
            env,
            asked: BTreeSet::new(),
        }
    }

    pub(super) fn wrong(&self, key: &str, problem: impl Into<String>) -> SettingsError {
        SettingsError {
            file: self.file.display().to_string(),
            table: self.label.clone(),
            key: key.to_owned(),
            problem: problem.into(),
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Value> {
        self.asked.insert(key);
        self.table.remove(key)
    }

    /// A text of 1 to 300 printable characters.
    pub(super) fn text(&mut self, key: &'static str) -> Checked<Option<String>> {
        match self.take(key) {
            None => Ok(None),
            Some(value) => self.as_text(key, &value).map(Some),
        }
    }

    fn as_text(&self, key: &str, value: &Value) -> Checked<String> {
        let text = value.as_str().map(str::trim);
        text.filter(|t| !t.is_empty() && t.len() <= 300 && !t.chars().any(char::is_control))
            .map(str::to_owned)
            .ok_or_else(|| self.wrong(key, "has to be a text in quotes, up to 300 characters"))
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, key: &'static str) -> Checked<Option<Vec<String>>> {
        let Some(value) = self.take(key) else {
            return Ok(None);
        };
        let list = value
            .as_array()
            .filter(|list| !list.is_empty() && list.len() <= 20)
            .ok_or_else(|| self.wrong(key, "has to be a list of 1 to 20 texts"))?;
        list.iter()
            .map(|v| self.as_text(key, v))
            .collect::<Checked<_>>()
            .map(Some)
    }

    /// A number within a range, written with or without a point.
    pub(super) fn number(
        &mut self,
        key: &'static str,
        least: f64,
        most: f64,
    ) -> Checked<Option<f64>> {
        let Some(value) = self.take(key) else {
            return Ok(None);
        };
        let number = value
            .as_float()
            .or_else(|| value.as_integer().map(|i| i as f64));
        number
            .filter(|n| (least..=most).contains(n))
            .map(Some)
            .ok_or_else(|| self.wrong(key, format!("has to be a number from {least} to {most}")))
    }

    /// A whole number within a range.
    pub(super) fn whole(
        &mut self,
        key: &'static str,
        least: u32,
        most: u32,
    ) -> Checked<Option<u32>> {
        let Some(value) = self.take(key) else {
            return Ok(None);
        };
        value
            .as_integer()
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| (least..=most).contains(n))
            .map(Some)
            .ok_or_else(|| {
                self.wrong(
                    key,
                    format!("has to be a whole number from {least} to {most}"),
                )
            })
    }

    /// An address: http or https, without a user, a query or a fragment.
    pub(super) fn address(&mut self, key: &'static str) -> Checked<Option<Url>> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        address(&text)
            .map(Some)
            .map_err(|problem| self.wrong(key, problem))
    }

    /// A key from the variable `key_env` or the file `key_file` (its place is taken from the
    /// configuration's folder); else from the variable `usual`.
    pub(super) fn key(&mut self, usual: Option<&str>) -> Checked<Option<Secret>> {
        if self
            .table
            .remove("key")
            .or_else(|| self.table.remove("api_key"))
            .is_some()
        {
            return Err(self.wrong(
                "key",
                "a key does not stand in this file; name its variable in key_env or its file in \
                 key_file",
            ));
        }
        let (variable, file) = (self.text("key_env")?, self.text("key_file")?);
        match (variable, file) {
            (Some(_), Some(_)) => Err(self.wrong("key_file", "key_env is set as well; keep one")),
            (Some(variable), None) => {
                let value = (self.env)(&variable).ok_or_else(|| {
                    self.wrong("key_env", format!("the variable {variable} is not set"))
                })?;
                self.secret("key_env", &value).map(Some)
            }
            (None, Some(file)) => {
                let folder = self.file.parent().unwrap_or(Path::new(""));
                let path: PathBuf = folder.join(file);
                let value = read_short(&path).map_err(|problem| {
                    self.wrong("key_file", format!("{}: {problem}", path.display()))
                })?;
                self.secret("key_file", &value).map(Some)
            }
            (None, None) => match usual.and_then(|name| (self.env)(name)) {
                Some(value) if !value.trim().is_empty() => self.secret("key_env", &value).map(Some),
                _ => Ok(None),
            },
        }
    }

    fn secret(&self, key: &str, value: &str) -> Checked<Secret> {
        Secret::parse(value).map_err(|e| self.wrong(key, e.to_string()))
    }

    /// Refuses keys that nobody asked for: they are most often misspelt.
    pub(super) fn finish(self) -> Checked<()> {
        match self.table.keys().next() {
            None => Ok(()),
            Some(key) => {
                let known: Vec<&str> = self.asked.iter().copied().collect();
                let problem = format!("there is no such key; there are {}", known.join(", "));
                Err(self.wrong(key, problem))
            }
        }
    }
}

/// An address of a provider.
pub(super) fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or("has to be an address that starts with http:// or https://")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user or password; a key belongs into key_env or key_file".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("has to end with the path, without ? or #".to_owned());
    }
    Ok(url)
}

/// A key may travel unencrypted only where nobody listens.
pub(super) fn may_carry_key(url: &Url) -> Result<(), String> {
    if url.scheme() == "https" || is_near(url) {
        Ok(())
    } else {
        Err("a key is only sent to https:// addresses, or within one's own network".to_owned())
    }
}

fn read_short(path: &Path) -> Result<String, String> {
    let file = File::open(path).map_err(|e| e.to_string())?;
    let mut text = String::new();
    file.take(Secret::LIMIT as u64 + 100)
        .read_to_string(&mut text)
        .map_err(|e| e.to_string())?;
    Ok(text)
}
