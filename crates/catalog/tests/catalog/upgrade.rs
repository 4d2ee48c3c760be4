//! A library that an earlier Veneer made opens, with all that is in it.

use std::path::Path;

use catalog::{Catalog, CatalogError, Settings};
use material::Slug;
use pglite_oxide::{PgliteServer, extensions};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor, PgConnection};

use crate::support::{create_database, drop_database, swatch_id, url_of};

/// The steps that came before models had a standing.
async fn earlier() -> Migrator {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let all = Migrator::new(folder).await.unwrap();
    let first = all.iter().filter(|m| m.version <= 2).cloned().collect();
    Migrator::with_migrations(first)
}

/// The tables as they were, with a material, its swatch, a search and so many models.
async fn fill(connection: &mut PgConnection, models: u32) {
    connection
        .execute("CREATE EXTENSION IF NOT EXISTS vector")
        .await
        .unwrap();
    earlier().await.run(&mut *connection).await.unwrap();
    connection
        .execute(
            "INSERT INTO materials (key, slug, name, description, colours, colour_names, applications, specs, sources, words, digest)
                VALUES ('oak', 'oak', 'Oak', '', '[]', '{}', '{}', '[]', '{}', '', '');
             INSERT INTO swatches (material_id, position, view, content_hash, phash, width, height, ground, palette, facts)
                VALUES (1, 0, 'face', decode(lpad('1', 64, '0'), 'hex'), 1, 8, 8, '#c8b89a', '[]', 'null')",
        )
        .await
        .unwrap();
    for model in 1..=models {
        sqlx::query("INSERT INTO models (name, dims) VALUES ($1, 2)")
            .bind(format!("model {model}"))
            .execute(&mut *connection)
            .await
            .unwrap();
    }
    connection
        .execute(
            "INSERT INTO embeddings SELECT 1, 1, 1, '[1,0]' FROM models WHERE id = 1;
             INSERT INTO searches (token, origin, model_id, embedding) SELECT 'abc', '\"photo\"', 1, '[1,0]' FROM models WHERE id = 1",
        )
        .await
        .unwrap();
}

/// Everything is still there, and what is new works.
async fn check(catalog: &Catalog, models: u32) {
    let oak = catalog.material(&Slug::parse("oak").unwrap()).await;
    assert_eq!(oak.unwrap().unwrap().material.name.as_str(), "Oak");
    let rows = catalog.models().await.unwrap();
    assert_eq!(rows.len(), models as usize);
    let in_use = catalog.model_in_use().await.unwrap();
    // A library of one model was searched with it; of several, somebody has to say.
    assert_eq!(in_use.is_some(), models == 1);
    if models > 0 {
        assert_eq!(rows[0].vectors, 1);
        let one = catalog.register_model("model 1", 2).await.unwrap();
        let found = catalog.swatch(&swatch_id(1), Some(one.id)).await.unwrap();
        assert_eq!(found.unwrap().embedding, Some(vec![1.0, 0.0]));
        catalog.use_model(one.id).await.unwrap();
        let next = catalog.register_model("next", 2).await.unwrap();
        let error = catalog.use_model(next.id).await.unwrap_err();
        assert_eq!(error, CatalogError::NotCovered { missing: 1 });
    }
    let reserved = catalog.reserve("groq", 1, Some(1), Some(1)).await.unwrap();
    catalog.settle(reserved.unwrap(), 1).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_earlier_database_opens() {
    for models in [0, 1, 2] {
        let database = create_database().await;
        let url = url_of(&database);
        let mut connection = PgConnection::connect(&url).await.unwrap();
        fill(&mut connection, models).await;
        connection.close().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            database_url: Some(url),
            ..Settings::local(folder.path())
        };
        let catalog = Catalog::open(settings).await.unwrap();
        check(&catalog, models).await;
        catalog.close().await;
        drop_database(&database).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_earlier_data_folder_opens() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("database");
    let server = tokio::task::spawn_blocking(|| {
        let builder = PgliteServer::builder().path(database);
        builder.extension(extensions::VECTOR).start().unwrap()
    });
    let server = server.await.unwrap();
    let options: PgConnectOptions = server.database_url().parse().unwrap();
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    fill(&mut connection, 1).await;
    connection.close().await.unwrap();
    let stopped = tokio::task::spawn_blocking(|| server.shutdown());
    stopped.await.unwrap().unwrap();

    let catalog = Catalog::open(Settings::local(folder.path())).await.unwrap();
    check(&catalog, 1).await;
    catalog.close().await;
}
