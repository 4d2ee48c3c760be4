use super::*;

fn listed(names: &[&str]) -> Vec<(UploadPath, u64)> {
    let path = |name: &&str| (UploadPath::parse(name).expect("a name"), 1);
    names.iter().map(path).collect()
}

#[test]
fn a_name_of_an_upload_is_no_path() {
    assert!(UploadId::parse(&"a2".repeat(13)).is_some());
    for bad in [
        "",
        "..",
        "abc",
        &"a/".repeat(13),
        &"é".repeat(13),
        &"a".repeat(27),
    ] {
        assert!(UploadId::parse(bad).is_none(), "{bad}");
    }
}

#[test]
fn the_folder_around_everything_is_no_part_of_it() {
    let root = |names: &[&str], by_table| {
        let path = around(PathBuf::from("in"), &listed(names), by_table);
        path.to_str().expect("text").to_owned()
    };
    assert_eq!(root(&["a.jpg", "oak/b.jpg"], false), "in");
    assert_eq!(
        root(&["shop/oak/a.jpg", "shop/stone/b.jpg"], false),
        "in/shop"
    );
    assert_eq!(root(&["x/shop/a.jpg", "x/shop/b.jpg"], false), "in/x/shop");
    // A category is what its pictures are …
    assert_eq!(root(&["shop/oak/a.jpg"], false), "in/shop");
    assert_eq!(root(&["oak/a.jpg"], false), "in");
    // … unless a table says it, whose names begin beside it.
    assert_eq!(root(&["oak/a.jpg", "oak/list.csv"], true), "in/oak");
    assert_eq!(root(&["tables/list.csv", "photos/a.jpg"], true), "in");
}

#[test]
fn the_table_is_the_one_that_is_named_or_the_only_one() {
    let path = |name: &str| UploadPath::parse(name).expect("a name");
    let table = |names: &[&str], named: Option<&str>| {
        let named = named.map(path);
        chosen(&listed(names), named.as_ref())
    };
    assert_eq!(table(&["a.jpg", "b.json"], None).expect("none"), None);
    let found = table(&["a.jpg", "x/list.XLSX"], None).expect("one");
    assert_eq!(found, Some(path("x/list.XLSX")));
    let both = ["e/library.csv", "e/library.json", "e/images/a.webp"];
    let found = table(&both, None).expect("the export");
    assert_eq!(found, Some(path("e/library.json")));
    let found = table(&both, Some("e/library.csv")).expect("as named");
    assert_eq!(found, Some(path("e/library.csv")));
    let several = table(&["a.csv", "b.csv"], None);
    assert!(matches!(several, Err(UploadError::Tables(names)) if names == "a.csv, b.csv"));
    for wrong in ["c.csv", "a.jpg"] {
        let missing = table(&["a.csv", "a.jpg"], Some(wrong));
        assert!(matches!(missing, Err(UploadError::NoTable(_))), "{wrong}");
    }
}

#[test]
fn nobody_is_told_where_uploads_lie() {
    let inbox = Inbox::new(std::path::Path::new("/srv/data"));
    let id = UploadId::parse(&"a2".repeat(13)).expect("a name");
    let file = inbox.files(&id).join("oak/a.jpg");
    assert_eq!(inbox.owner(&file), Some(id.clone()));
    assert_eq!(inbox.shown(file.to_str().expect("text")), "oak/a.jpg");
    let folder = inbox.files(&id);
    assert_eq!(inbox.shown(folder.to_str().expect("text")), "The upload");
    assert_eq!(inbox.shown("/home/ada/list.csv"), "/home/ada/list.csv");
    assert_eq!(
        inbox.owner(std::path::Path::new("/srv/data/images/x")),
        None
    );
}
