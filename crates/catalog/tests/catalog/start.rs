//! What is said when the library does not open, and that it opens again.

use catalog::{Catalog, Settings, StartError};
use material::Properties;

use crate::support::{create_database, drop_database, material, name, run_sql, server, url_of};

async fn refused(url: &str) -> StartError {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        database_url: Some(url.to_owned()),
        ..Settings::local(folder.path())
    };
    Catalog::open(settings)
        .await
        .expect_err("this does not open")
}

#[tokio::test]
async fn an_unreachable_server_is_named_without_its_password() {
    let error = refused("postgres://me:hunter2@127.0.0.1:1/veneer").await;
    let text = error.to_string();
    assert!(matches!(error, StartError::Unreachable { .. }), "{text}");
    assert!(text.contains("127.0.0.1:1/veneer"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[tokio::test]
async fn an_address_that_is_none_is_told() {
    let error = refused("mysql//hunter2").await;
    assert!(matches!(error, StartError::BadAddress), "{error}");
    assert!(!error.to_string().contains("hunter2"));
}

#[tokio::test]
async fn a_wrong_password_and_a_missing_database_are_told_apart() {
    let server = server();
    let (start, rest) = server.split_once("://").unwrap();
    let (_, place) = rest.rsplit_once('@').unwrap();
    let error = refused(&format!("{start}://nobody_here:wrong@{place}")).await;
    assert!(matches!(error, StartError::WrongPassword { .. }), "{error}");
    let error = refused(&url_of("veneer_not_there")).await;
    assert!(matches!(error, StartError::NoDatabase { .. }), "{error}");
}

#[tokio::test]
async fn a_database_without_pgvector_says_what_to_do() {
    let database = create_database().await;
    let role = format!("{database}_guest");
    let make = format!("CREATE ROLE {role} LOGIN PASSWORD 'guest'");
    run_sql(&server(), make).await;
    let url = url_of(&database);
    let (start, rest) = url.split_once("://").unwrap();
    let (_, place) = rest.rsplit_once('@').unwrap();
    let error = refused(&format!("{start}://{role}:guest@{place}")).await;
    let text = error.to_string();
    assert!(
        matches!(error, StartError::ExtensionMissing { .. }),
        "{text}"
    );
    assert!(text.contains("CREATE EXTENSION vector"), "{text}");
    drop_database(&database).await;
    run_sql(&server(), format!("DROP ROLE {role}")).await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_told() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let folder = file.path().join("data");
    let error = Catalog::open(Settings::local(&folder)).await.unwrap_err();
    let text = error.to_string();
    assert!(
        matches!(error, StartError::FolderUnwritable { .. }),
        "{text}"
    );
    assert!(text.contains(folder.to_str().unwrap()), "{text}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_folder_is_told() {
    use std::os::unix::fs::PermissionsExt;
    // Permissions do not stop root; the kernel's own folder does.
    let locked = tempfile::tempdir().unwrap();
    let only_read = std::fs::Permissions::from_mode(0o555);
    std::fs::set_permissions(locked.path(), only_read).unwrap();
    let stopped = std::fs::File::create(locked.path().join("probe")).is_err();
    let folder = if stopped {
        locked.path()
    } else {
        std::path::Path::new("/proc/veneer")
    };
    let error = Catalog::open(Settings::local(folder)).await.unwrap_err();
    assert!(
        matches!(error, StartError::FolderUnwritable { .. }),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_in_use_is_told_and_opens_again_after_closing() {
    let folder = tempfile::tempdir().unwrap();
    let first = Catalog::open(Settings::local(folder.path())).await.unwrap();
    assert!(first.engine().to_string().contains("inside this process"));
    let oak = material("oak", Properties::default());
    first.upsert(&oak, &[]).await.unwrap();
    let second = Catalog::open(Settings::local(folder.path()))
        .await
        .unwrap_err();
    assert!(
        matches!(second, StartError::FolderLocked { .. }),
        "{second}"
    );

    first.close().await;
    let again = Catalog::open(Settings::local(folder.path())).await.unwrap();
    let has = again.has_keys(&[name("oak")]).await.unwrap();
    assert_eq!(has.len(), 1);

    // Dropped without a word it lets go as well, in the background.
    drop(again);
    let mut tries = 0;
    let third = loop {
        match Catalog::open(Settings::local(folder.path())).await {
            Err(StartError::FolderLocked { .. }) if tries < 100 => tries += 1,
            other => break other,
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    };
    assert_eq!(third.unwrap().counts().await.unwrap().materials, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_of_a_newer_version_are_left_alone() {
    let database = create_database().await;
    let url = url_of(&database);
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        database_url: Some(url.clone()),
        ..Settings::local(folder.path())
    };
    Catalog::open(settings.clone()).await.unwrap().close().await;
    Catalog::open(settings.clone()).await.unwrap().close().await;
    let newer =
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (99990101, 'later', true, '', 0)";
    run_sql(&url, newer.into()).await;
    let error = Catalog::open(settings).await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, StartError::Migration(_)), "{text}");
    assert!(text.contains("newer Veneer"), "{text}");
    drop_database(&database).await;
}
