//! How often somebody may search: counted in the database, so that it holds over all processes.

use std::time::Duration;

use crate::{Catalog, CatalogError};

/// How often one may search. 0 means that this one does not limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Searches in any minute.
    pub minute: u32,
    /// Searches in any hour.
    pub hour: u32,
    /// Searches at once; after them one may be begun as often as the minute, or else the hour, says.
    pub burst: u32,
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

impl Pace {
    /// The most searches of a minute or an hour: their times are kept.
    pub const MOST: u32 = 10_000;

    /// Whether nobody is ever refused.
    pub fn is_open(&self) -> bool {
        self.minute == 0 && self.hour == 0
    }

    /// Milliseconds from one search to the next once the burst is used up.
    fn interval(&self) -> i64 {
        match (self.minute, self.hour) {
            (0, 0) => 0,
            (0, hour) => HOUR / i64::from(hour),
            (minute, _) => MINUTE / i64::from(minute),
        }
    }
}

/// Admits and counts in one statement, whatever others do at the same time: the row is locked by the insert,
/// and the conditions of `DO UPDATE` see it as it is then. A topic that was counted already is free. Answers how
/// many milliseconds are to wait; 0 for who is admitted.
const ADMIT: &str = "
WITH clock AS (
    SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now
), known AS (
    SELECT 1 FROM searchers WHERE who = $1 AND $2 <> 0 AND NOT $8 AND $2 = ANY (topics)
), counted AS (
    INSERT INTO searchers AS s (who, times, topics, arrival)
    SELECT $1, ARRAY[now], ARRAY[$2], now + $3 FROM clock WHERE NOT EXISTS (SELECT FROM known)
    ON CONFLICT (who) DO UPDATE SET
        times = s.times[greatest(1, cardinality(s.times) - $7 + 2):] || excluded.times,
        topics = s.topics[greatest(1, cardinality(s.topics) - $7 + 2):] || excluded.topics,
        arrival = greatest(s.arrival, excluded.times[1]) + $3
    WHERE ($4 = 0 OR s.arrival <= excluded.times[1] + $3 * ($4 - 1))
      AND ($5 = 0 OR coalesce(s.times[cardinality(s.times) - $5 + 1], 0) <= excluded.times[1] - 60000)
      AND ($6 = 0 OR coalesce(s.times[cardinality(s.times) - $6 + 1], 0) <= excluded.times[1] - 3600000)
    RETURNING 1
)
SELECT CASE WHEN EXISTS (SELECT FROM known) OR EXISTS (SELECT FROM counted) THEN 0
    ELSE greatest(1, coalesce((
        SELECT greatest(
            CASE WHEN $4 = 0 THEN 0 ELSE arrival - $3 * ($4 - 1) END,
            CASE WHEN $5 = 0 THEN 0 ELSE coalesce(times[cardinality(times) - $5 + 1], 0) + 60000 END,
            CASE WHEN $6 = 0 THEN 0 ELSE coalesce(times[cardinality(times) - $6 + 1], 0) + 3600000 END
        ) FROM searchers WHERE who = $1
    ), 0) - (SELECT now FROM clock)) END";

impl Catalog {
    /// Counts a search of somebody if it is within the pace; says how long to wait where it is not. `topic` names
    /// what it is about: asked again, it is not counted again, as long as it is among those the pace looks back
    /// to and not `always` counted. Those without a topic always are.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`] when the database does not answer.
    pub async fn admit(
        &self,
        who: [u8; 16],
        topic: Option<i64>,
        always: bool,
        pace: &Pace,
    ) -> Result<Option<Duration>, CatalogError> {
        if pace.is_open() {
            return Ok(None);
        }
        let most = |count: u32| count.min(Pace::MOST);
        let kept = most(pace.minute).max(most(pace.hour));
        let wait: i64 = sqlx::query_scalar(ADMIT)
            .bind(&who[..])
            .bind(topic.unwrap_or(0))
            .bind(pace.interval())
            .bind(i64::from(pace.burst))
            .bind(most(pace.minute) as i32)
            .bind(most(pace.hour) as i32)
            .bind(kept as i32)
            .bind(always)
            .fetch_one(self.pool())
            .await?;
        Ok(u64::try_from(wait)
            .ok()
            .filter(|wait| *wait > 0)
            .map(Duration::from_millis))
    }

    /// Forgets who has not searched for an hour; says how many.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`] when the database does not answer.
    pub async fn sweep_searchers(&self) -> Result<u64, CatalogError> {
        let done = sqlx::query(
            "DELETE FROM searchers WHERE times[cardinality(times)] < (extract(epoch FROM clock_timestamp()) * 1000)::bigint - 3600000",
        )
        .execute(self.pool())
        .await?;
        Ok(done.rows_affected())
    }
}
