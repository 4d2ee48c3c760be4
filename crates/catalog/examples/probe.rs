//! scratch
#![allow(missing_docs, clippy::unwrap_used)]
use pgvector::HalfVector;
use sqlx::{Connection, Executor, AssertSqlSafe};
use std::time::Instant;
#[tokio::main]
async fn main() {
    let dir = tempfile::tempdir().unwrap();
    let d = dir.path().join("db");
    let server = tokio::task::spawn_blocking(move || {
        let b = pglite_oxide::PgliteServer::builder().path(d).extension(pglite_oxide::extensions::VECTOR);
        let b = if std::env::var("UNIX").is_ok() { b.unix("/tmp/veneer-probe/.s.PGSQL.5432") } else { b };
        let b = if std::env::var("FSYNC").is_ok() { b.postgres_config("fsync", "on") } else { b };
        b.start().unwrap()
    }).await.unwrap();
    let mut c = sqlx::PgConnection::connect(&server.database_url()).await.unwrap();
    for s in ["fsync", "maintenance_work_mem", "work_mem", "shared_buffers", "synchronous_commit", "jit", "wal_level", "full_page_writes","statement_timeout"] {
        let v: String = sqlx::query_scalar("select current_setting($1)").bind(s).fetch_one(&mut c).await.unwrap();
        println!("{s} = {v}");
    }
    c.execute("create table e(id int, v halfvec)").await.unwrap();
    let mut st = 7u64;
    let mut num = || { st = st.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407); (st >> 40) as f32 / (1u64<<23) as f32 - 1.0 };
    let vs: Vec<HalfVector> = (0..430).map(|_| HalfVector::from_f32_slice(&(0..512).map(|_| num()).collect::<Vec<_>>())).collect();
    let ids: Vec<i32> = (0..430).collect();
    let t = Instant::now();
    sqlx::query("insert into e select * from unnest($1::int[], $2::halfvec[])").bind(&ids).bind(&vs).execute(&mut c).await.unwrap();
    println!("unnest halfvec 430: {:?}", t.elapsed());
    let t = Instant::now();
    let n: i64 = sqlx::query_scalar("select length($1::text)::bigint").bind("x".repeat(440_000)).fetch_one(&mut c).await.unwrap();
    println!("440 KB text: {:?} {n}", t.elapsed());
    let t = Instant::now();
    for i in 0..43usize {
    sqlx::query("insert into e select * from unnest($1::int[], $2::halfvec[])").bind(&ids[i*10..i*10+10]).bind(&vs[i*10..i*10+10]).execute(&mut c).await.unwrap();
    }
    println!("unnest halfvec 43x10: {:?}", t.elapsed());
    let t = Instant::now();
    sqlx::query("select v <=> $1 from e").bind(&vs[0]).fetch_all(&mut c).await.unwrap();
    println!("860 distances: {:?}", t.elapsed());
    let t = Instant::now();
    c.execute("create index on e using hnsw ((v::halfvec(512)) halfvec_cosine_ops)").await.unwrap();
    println!("hnsw build over 860: {:?}", t.elapsed());
    for n in [1usize, 10, 10, 50] {
    let t = Instant::now();
    sqlx::query("insert into e select * from unnest($1::int[], $2::halfvec[])").bind(&ids[..n]).bind(&vs[..n]).execute(&mut c).await.unwrap();
    println!("with hnsw, {n}: {:?}", t.elapsed());
    }
    let t = Instant::now();
    c.execute(AssertSqlSafe("create table j(a int, b text, w tsvector); create index on j using gin(w)".to_string())).await.unwrap();
    c.execute("insert into j select i, 'x', to_tsvector('simple', 'oak plank ' || i) from generate_series(1,250) i").await.unwrap();
    println!("250 tsvectors: {:?}", t.elapsed());
    let t = Instant::now();
    for _ in 0..100 { sqlx::query("select 1").execute(&mut c).await.unwrap(); }
    println!("round trip: {:?}", t.elapsed()/100);
    let t = Instant::now();
    for _ in 0..20 { sqlx::query("insert into j values(1,'a','')").execute(&mut c).await.unwrap(); }
    println!("small commit: {:?}", t.elapsed()/20);
    c.execute("set statement_timeout = 500").await.unwrap();
    let t = Instant::now();
    let r = c.execute("select pg_sleep(3)").await;
    println!("statement_timeout: {:?} {r:?}", t.elapsed());
    c.close().await.unwrap();
    tokio::task::spawn_blocking(move || server.shutdown().unwrap()).await.unwrap();
}
