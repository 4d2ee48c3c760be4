//! Which files of an upload are its table and its pictures.

use std::path::PathBuf;

use material::Category;

use super::{UploadError, UploadPath, path::FileKind};

/// Whether a file may be a table: `library.json` of an export is one, other JSON is not.
fn is_table(path: &UploadPath) -> bool {
    let name = path.as_str().to_ascii_lowercase();
    path.kind() == FileKind::Table && (!name.ends_with(".json") || is_export(path))
}

fn is_export(path: &UploadPath) -> bool {
    path.as_str().rsplit('/').next() == Some("library.json")
}

/// Those that may be the table.
pub(super) fn tables(listed: &[(UploadPath, u64)]) -> Vec<UploadPath> {
    let paths = listed.iter().map(|(path, _)| path);
    paths.filter(|path| is_table(path)).cloned().collect()
}

/// The table that is meant.
pub(super) fn chosen(
    listed: &[(UploadPath, u64)],
    named: Option<&UploadPath>,
) -> Result<Option<UploadPath>, UploadError> {
    if let Some(named) = named {
        let there = listed.iter().any(|(path, _)| path == named);
        return match there && named.kind() == FileKind::Table {
            true => Ok(Some(named.clone())),
            false => Err(UploadError::NoTable(named.to_string())),
        };
    }
    let tables = tables(listed);
    // An export brings a table for spreadsheets along, which says less.
    let exports: Vec<&UploadPath> = tables.iter().filter(|path| is_export(path)).collect();
    match (tables.as_slice(), exports.as_slice()) {
        ([], _) => Ok(None),
        ([one], _) => Ok(Some(one.clone())),
        (_, [export]) => Ok(Some((*export).clone())),
        (several, _) => {
            let names: Vec<&str> = several.iter().map(UploadPath::as_str).take(5).collect();
            Err(UploadError::Tables(names.join(", ")))
        }
    }
}

/// The folder in which everything lies. A category says what its pictures are, unless a table does.
pub(super) fn around(mut root: PathBuf, listed: &[(UploadPath, u64)], by_table: bool) -> PathBuf {
    let mut rests: Vec<&str> = listed.iter().map(|(path, _)| path.as_str()).collect();
    loop {
        let mut firsts = rests.iter().map(|rest| rest.split_once('/'));
        let Some(Some((name, _))) = firsts.next() else {
            return root;
        };
        let same = firsts.all(|first| first.is_some_and(|(other, _)| other == name));
        if !same || (!by_table && Category::parse(name).is_ok()) {
            return root;
        }
        root.push(name);
        rests = rests
            .iter()
            .filter_map(|rest| Some(rest.split_once('/')?.1))
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(names: &[&str]) -> Vec<(UploadPath, u64)> {
        let path = |name: &&str| (UploadPath::parse(name).expect("a name"), 1);
        names.iter().map(path).collect()
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
}
