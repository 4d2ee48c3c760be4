//! Materials by chance, to measure by.

use std::collections::HashMap;

use sqlx::Row;

use crate::columns::Sql;
use crate::read::Stored;
use crate::row::{MATERIAL, SWATCH, StoredSwatch, material, swatch};
use crate::{Catalog, CatalogError, MaterialId};

impl Catalog {
    /// The most that one sample holds.
    pub const MAX_SAMPLE: u32 = 1_000;

    /// Up to `count` materials that have a picture, with the first two of their pictures and the facts of
    /// these. The same seed on the same library gives the same materials in the same order.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn sample(&self, count: u32, seed: u64) -> Result<Vec<Stored>, CatalogError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(MATERIAL)
            .push(" FROM materials m WHERE EXISTS (SELECT 1 FROM swatches s WHERE s.material_id = m.id) ORDER BY hashint8extended(m.id, ")
            .push_bind(seed as i64)
            .push("), m.id LIMIT ")
            .push_bind(i64::from(count.min(Self::MAX_SAMPLE)));
        let rows = sql.build().fetch_all(self.pool()).await?;
        let ids = rows
            .iter()
            .map(|row| row.try_get("id"))
            .collect::<Result<Vec<i64>, _>>()?;
        let mut sql = Sql::new("SELECT s.material_id, ");
        sql.push(SWATCH)
            .push(" FROM swatches s WHERE s.material_id = ANY(")
            .push_bind(ids)
            .push(") AND s.position < 2 ORDER BY s.material_id, s.position, s.id");
        let mut swatches: HashMap<i64, Vec<StoredSwatch>> = HashMap::new();
        for row in &sql.build().fetch_all(self.pool()).await? {
            let of: i64 = row.try_get("material_id")?;
            swatches.entry(of).or_default().push(swatch(row)?);
        }
        rows.iter()
            .map(|row| {
                let id: i64 = row.try_get("id")?;
                Ok(Stored {
                    id: MaterialId(id),
                    material: material(row)?,
                    swatches: swatches.remove(&id).unwrap_or_default(),
                })
            })
            .collect()
    }
}
