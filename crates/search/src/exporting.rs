//! The whole library as it goes over the network: piece by piece, never in memory as a whole.

use std::collections::BTreeSet;

use bytes::Bytes;
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use material::SwatchId;

use crate::{
    Error, Veneer,
    export::{CHUNK, exported, header, rows_of},
    import::EXPORT_FORM,
};

/// How the library is written for other programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportForm {
    /// Everything, to be imported again.
    Json,
    /// A row per picture, for spreadsheets.
    Csv,
}

/// An export that is on its way.
struct Exporting {
    veneer: Veneer,
    form: ExportForm,
    site: String,
    /// The last material that was written; `None` before the first piece.
    after: Option<i64>,
    /// The names of all specs, for the columns of a table.
    specs: Vec<String>,
}

impl Exporting {
    /// The next piece, and what goes on behind it.
    async fn piece(mut self) -> Result<(Bytes, Option<Self>), Error> {
        let catalog = &self.veneer.inner.catalog;
        let mut out = Vec::new();
        if self.after.is_none() {
            if self.form == ExportForm::Csv {
                self.specs = self.veneer.spec_names().await?;
            }
            self.head(&mut out)?;
        }
        let stored = catalog
            .materials_after(self.after.unwrap_or(0), CHUNK)
            .await?;
        let Some(last) = stored.last().map(|one| one.id.0) else {
            if self.form == ExportForm::Json {
                out.extend_from_slice(b"]}\n");
            }
            return Ok((out.into(), None));
        };
        let site = self.site.as_str();
        let address = |id: &SwatchId| format!("{site}/swatch/{id}/full");
        for (place, one) in stored.into_iter().enumerate() {
            let one = exported(one, address);
            match self.form {
                ExportForm::Json => {
                    if self.after.is_some() || place > 0 {
                        out.push(b',');
                    }
                    serde_json::to_writer(&mut out, &one).map_err(Error::internal)?;
                }
                ExportForm::Csv => {
                    let mut rows = csv::Writer::from_writer(&mut out);
                    for row in rows_of(&one, &self.specs) {
                        rows.write_record(row).map_err(Error::internal)?;
                    }
                    rows.flush().map_err(Error::internal)?;
                }
            }
        }
        self.after = Some(last);
        Ok((out.into(), Some(self)))
    }

    fn head(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        match self.form {
            ExportForm::Json => {
                let head = format!("{{\"veneer\":{EXPORT_FORM},\"materials\":[");
                out.extend_from_slice(head.as_bytes());
            }
            ExportForm::Csv => {
                let mut rows = csv::Writer::from_writer(out);
                let header = header(&self.specs);
                rows.write_record(header).map_err(Error::internal)?;
                rows.flush().map_err(Error::internal)?;
            }
        }
        Ok(())
    }
}

impl Veneer {
    /// The whole library piece by piece, with pictures by their addresses below `site`: as JSON what
    /// [`Veneer::export`] writes, as CSV its table. An error ends it.
    pub fn exported(
        &self,
        form: ExportForm,
        site: String,
    ) -> BoxStream<'static, Result<Bytes, Error>> {
        let begin = Some(Exporting {
            veneer: self.clone(),
            form,
            site,
            after: None,
            specs: Vec::new(),
        });
        stream::try_unfold(begin, |state| async move {
            match state {
                None => Ok(None),
                Some(state) => state.piece().await.map(Some),
            }
        })
        .boxed()
    }

    /// The names of all specs there are, in order.
    async fn spec_names(&self) -> Result<Vec<String>, Error> {
        let (mut names, mut after) = (BTreeSet::new(), 0);
        loop {
            let stored = self.inner.catalog.materials_after(after, CHUNK).await?;
            let Some(last) = stored.last() else {
                return Ok(names.into_iter().collect());
            };
            after = last.id.0;
            let specs = stored.iter().flat_map(|m| &m.material.properties.specs);
            names.extend(specs.map(|s| s.name.to_string()));
        }
    }
}
