//! Uploads, imports, jobs, doubles and exports as programs use them.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be read has failed the test"
)]

use reqwest::{
    Method, Response,
    header::{CONTENT_TYPE, LOCATION, RETRY_AFTER},
};
use search::Scope;
use serde_json::{Value, json};

use crate::{
    keys::with,
    support::{
        Site, png,
        program::{fine, problem},
    },
};

struct Desk<'a> {
    site: &'a Site,
    key: String,
}

impl<'a> Desk<'a> {
    async fn of(site: &'a Site) -> Self {
        Self {
            key: site.key(&[Scope::Write]).await,
            site,
        }
    }

    async fn get(&self, path: &str) -> Response {
        let request = with(
            self.site,
            &self.key,
            Method::GET,
            &format!("/api/v1/{path}"),
        );
        request.send().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Response {
        let request = with(
            self.site,
            &self.key,
            Method::POST,
            &format!("/api/v1/{path}"),
        );
        request.json(body).send().await.unwrap()
    }

    async fn begin(&self) -> String {
        let made = self.post("imports/uploads", &json!({})).await;
        let at = made.headers()[LOCATION].to_str().unwrap().to_owned();
        let upload = fine(made, 201).await;
        let id = upload["id"].as_str().unwrap().to_owned();
        assert_eq!(at, format!("/api/v1/imports/uploads/{id}"));
        id
    }

    async fn put(&self, id: &str, path: &str, bytes: Vec<u8>) -> Response {
        let path = format!("/api/v1/imports/uploads/{id}/files/{path}");
        let request = with(self.site, &self.key, Method::PUT, &path);
        request.body(bytes).send().await.unwrap()
    }

    /// An upload of these files.
    async fn upload(&self, files: &[(&str, Vec<u8>)]) -> String {
        let id = self.begin().await;
        for (path, bytes) in files {
            let kept = fine(self.put(&id, path, bytes.clone()).await, 200).await;
            assert_eq!(
                (&kept["kept"], &kept["bytes"]),
                (&json!(true), &json!(bytes.len()))
            );
        }
        id
    }

    /// Hands an import in and waits for its end: the job, and the events on the way.
    async fn import(&self, body: &Value) -> (Value, String) {
        let job = fine(self.post("imports", body).await, 202).await;
        let events = self.get(&format!("jobs/{}/events", job["id"])).await;
        assert_eq!(events.headers()[CONTENT_TYPE], "text/event-stream");
        let events = events.text().await.unwrap();
        let job = fine(self.get(&format!("jobs/{}", job["id"])).await, 200).await;
        (job, events)
    }
}

#[tokio::test]
async fn a_folder_comes_in_is_reported_and_taken_back() {
    let site = Site::empty().await;
    let desk = Desk::of(&site).await;
    let id = desk
        .upload(&[
            ("shop/oak/light%201.png", png([205, 170, 125], 9)),
            ("shop/stone/grey.png", png([150, 150, 148], 40)),
            (
                "shop/stone/broken.png",
                b"\x89PNG\r\n\x1a\nno picture".to_vec(),
            ),
        ])
        .await;
    let litter = fine(desk.put(&id, "shop/.DS_Store", b"x".to_vec()).await, 200).await;
    assert_eq!(
        (&litter["kept"], &litter["bytes"]),
        (&json!(false), &json!(0))
    );
    let upload = fine(desk.get(&format!("imports/uploads/{id}")).await, 200).await;
    assert_eq!(
        (&upload["files"], &upload["tables"]),
        (&json!(3), &json!([]))
    );

    let dry = desk
        .post("imports", &json!({"upload": id, "dry_run": true}))
        .await;
    let dry = fine(dry, 200).await;
    assert_eq!(
        (&dry["materials"], &dry["pictures"], &dry["known"]),
        (&json!(3), &json!(3), &json!(0))
    );
    assert_eq!(dry["lacking_count"], 3, "{dry}");
    assert_eq!(
        site.veneer().counts().await.unwrap().materials,
        0,
        "nothing was done"
    );

    // Sent twice, handed in once.
    let hand_in = || {
        let request = with(&site, &desk.key, Method::POST, "/api/v1/imports");
        request
            .header("idempotency-key", "one")
            .json(&json!({"upload": id}))
            .send()
    };
    let first = hand_in().await.unwrap();
    let at = first.headers()[LOCATION].to_str().unwrap().to_owned();
    let first = fine(first, 202).await;
    assert_eq!(at, format!("/api/v1/jobs/{}", first["id"]));
    assert_eq!(fine(hand_in().await.unwrap(), 202).await["id"], first["id"]);
    let job = first["id"].clone();

    let events = desk
        .get(&format!("jobs/{job}/events"))
        .await
        .text()
        .await
        .unwrap();
    assert!(
        events.contains("event: job\n") && events.contains("\"state\":\"done\""),
        "{events}"
    );
    let done = fine(desk.get(&format!("jobs/{job}")).await, 200).await;
    assert_eq!(
        (&done["state"], &done["title"]),
        (&json!("done"), &json!("shop"))
    );
    assert_eq!(
        done["tally"],
        json!({"created": 2, "changed": 0, "unchanged": 0, "deleted": 0, "refused": 1, "waiting": 0})
    );
    assert!(done.get("rate").is_none() && done["ended_at"].as_str().unwrap().ends_with('Z'));
    let list = fine(site.get("/api/v1/materials?q=light").await, 200).await;
    assert_eq!(list["hits"][0]["material"]["name"], "Light 1", "{list}");
    assert_eq!(
        list["hits"][0]["material"]["category"], "wood/oak",
        "{list}"
    );

    let rows = fine(desk.get(&format!("jobs/{job}/problems")).await, 200).await;
    assert_eq!(rows["problems"].as_array().unwrap().len(), 1, "{rows}");
    assert_eq!(rows["problems"][0]["name"], "stone/broken.png");
    assert!(rows.get("next_cursor").is_none());
    let report = desk.get(&format!("jobs/{job}/report")).await;
    assert_eq!(report.headers()[CONTENT_TYPE], "text/csv; charset=utf-8");
    let report = report.text().await.unwrap();
    assert!(
        report.starts_with("image,problem\nstone/broken.png,"),
        "{report}"
    );
    let metrics = eyes::eyes().text().unwrap();
    assert!(
        metrics.contains(r#"veneer_import_items_total{outcome="created"}"#),
        "{metrics}"
    );

    // What is done is not stopped any more, but taken back.
    for action in ["pause", "resume", "cancel", "retry"] {
        let refused = desk.post(&format!("jobs/{job}/{action}"), &json!({})).await;
        problem(refused, 409, "job-state").await;
    }
    let undone = fine(
        desk.post(&format!("jobs/{job}/undo"), &json!({})).await,
        200,
    )
    .await;
    assert_eq!(undone, json!({"removed": 2, "restored": 0, "left": []}));
    assert_eq!(site.veneer().counts().await.unwrap().materials, 0);
    let done = fine(desk.get(&format!("jobs/{job}")).await, 200).await;
    assert!(done["undone_at"].is_string());
    let changes = site.veneer().changes(None, 10).await.unwrap();
    let told: Vec<_> = changes
        .iter()
        .map(|c| (c.who.as_str(), c.what.as_str()))
        .collect();
    assert_eq!(
        told,
        [("key test [Write]", "undo"), ("key test [Write]", "import")]
    );
    site.stop().await;
}

#[tokio::test]
async fn a_table_is_read_as_is_said_and_kept_as_a_profile() {
    let site = Site::empty().await;
    let desk = Desk::of(&site).await;
    let table = "Nr;Foto der Ware;Was\n1;a.png;oak\n2;b.png;marble\n3;none.png;oak\n";
    let files = [
        ("a.png", png([205, 170, 125], 9)),
        ("b.png", png([150, 150, 148], 40)),
        ("list.csv", table.into()),
        ("other.csv", table.into()),
    ];
    let id = desk.upload(&files).await;
    let several = desk
        .post("imports", &json!({"upload": id, "dry_run": true}))
        .await;
    let several = problem(several, 400, "invalid-value").await;
    assert!(
        several["detail"]
            .as_str()
            .unwrap()
            .contains("list.csv, other.csv")
    );
    let body = |more: Value| {
        let mut body = json!({"upload": id, "table": "list.csv"});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    let dry = desk
        .post(
            "imports",
            &body(json!({"dry_run": true, "mapping": {"Nr": "key"}})),
        )
        .await;
    let dry = fine(dry, 200).await;
    let columns = dry["columns"].as_array().unwrap();
    let known: Vec<_> = columns
        .iter()
        .map(|c| (c["field"].as_str().unwrap(), c["known"].as_str().unwrap()))
        .collect();
    assert_eq!(
        known,
        [("key", "told"), ("image", "values"), ("category", "values")]
    );
    assert_eq!(dry["problems"][0]["name"], "none.png", "{dry}");
    for (more, sentence) in [
        (
            json!({"mapping": {"Nowhere": "key"}}),
            "no column “Nowhere”",
        ),
        (json!({"mapping": {"Nr": "mood"}}), "no field “mood”"),
        (json!({"profile": "none"}), "no profile “none”"),
        (
            json!({"mapping": {"Foto der Ware": "", "Was": ""}}),
            "names the pictures",
        ),
        (json!({"analyse": "basic"}), "Nobody is configured"),
    ] {
        let refused = desk.post("imports", &body(more)).await;
        let refused = problem(refused, 422, "import-refused").await;
        assert!(
            refused["detail"].as_str().unwrap().contains(sentence),
            "{refused}"
        );
    }
    let (job, events) = desk
        .import(&body(
            json!({"mapping": {"Nr": "key"}, "save_profile": "tiles"}),
        ))
        .await;
    assert_eq!(
        (&job["state"], &job["title"]),
        (&json!("done"), &json!("list.csv"))
    );
    assert!(events.contains("\"done\":3"), "{events}");
    let profiles = fine(desk.get("imports/profiles").await, 200).await;
    assert_eq!(profiles["profiles"], json!(["tiles"]));

    // The same table by the profile, sent again as an upload goes with its import: all of it is there.
    let mut by_profile = body(json!({"profile": "tiles"}));
    by_profile["upload"] = json!(desk.upload(&files).await);
    let (again, _) = desk.import(&by_profile).await;
    assert_eq!(
        (&again["tally"]["unchanged"], &again["tally"]["refused"]),
        (&json!(2), &json!(1))
    );
    let all = fine(desk.get("jobs?limit=1").await, 200).await;
    assert_eq!(all["jobs"][0]["id"], again["id"]);
    let cursor = all["next_cursor"].as_str().unwrap();
    let rest = fine(desk.get(&format!("jobs?cursor={cursor}")).await, 200).await;
    assert_eq!(rest["jobs"][0]["id"], job["id"]);
    assert!(rest.get("next_cursor").is_none());
    // An import without a problem has no report.
    let good = desk.upload(&[("oak/c.png", png([20, 30, 40], 7))]).await;
    let (good, _) = desk.import(&json!({"upload": good})).await;
    assert_eq!(
        desk.get(&format!("jobs/{}/report", good["id"]))
            .await
            .status(),
        204
    );
    site.stop().await;
}

#[tokio::test]
async fn what_is_no_import_is_refused() {
    let site = Site::empty().await;
    let desk = Desk::of(&site).await;
    let id = desk.begin().await;
    for path in [
        "..%2F..%2Fetc%2Fpasswd",
        "%2Fetc%2Fpasswd",
        "a%5C..%5Cb",
        "a%00b",
        "a%2F%2Fb",
        "C:%2Fa",
    ] {
        problem(
            desk.put(&id, path, b"x".to_vec()).await,
            400,
            "invalid-value",
        )
        .await;
    }
    let long = "x".repeat(201);
    problem(
        desk.put(&id, &long, b"x".to_vec()).await,
        400,
        "invalid-value",
    )
    .await;
    let none = "a".repeat(26);
    for unknown in [none.as_str(), "x", "..%2F..", "%2e%2e%2fdata"] {
        problem(
            desk.put(unknown, "a.png", b"x".to_vec()).await,
            404,
            "not-found",
        )
        .await;
        problem(
            desk.get(&format!("imports/uploads/{unknown}")).await,
            404,
            "not-found",
        )
        .await;
        let import = desk.post("imports", &json!({"upload": unknown})).await;
        problem(import, 404, "not-found").await;
    }
    // Larger than any other body may be.
    let kept = fine(
        desk.put(&id, "oak/large.png", vec![7; 6_000_000]).await,
        200,
    )
    .await;
    assert_eq!(kept["bytes"], 6_000_000);
    for (body, status, code) in [
        (json!({}), 400, "invalid-value"),
        (
            json!({"upload": id, "addresses": ["https://x.example/a.png"]}),
            400,
            "invalid-value",
        ),
        (json!({"addresses": []}), 400, "invalid-value"),
        (
            json!({"addresses": ["file:///etc/passwd"]}),
            400,
            "invalid-value",
        ),
        (json!({"addresses": ["/etc/passwd"]}), 400, "invalid-value"),
        (
            json!({"upload": id, "table": "../list.csv"}),
            400,
            "invalid-value",
        ),
        (
            json!({"upload": id, "table": "list.csv"}),
            400,
            "invalid-value",
        ),
        (
            json!({"upload": id, "analyse": "deeply"}),
            400,
            "invalid-value",
        ),
        (
            json!({"upload": id, "mapping": {"a\u{0}": "key"}}),
            400,
            "invalid-value",
        ),
        (
            json!({"upload": id, "folder": "/etc"}),
            400,
            "invalid-request",
        ),
    ] {
        problem(desk.post("imports", &body).await, status, code).await;
    }
    for (path, status, code) in [
        ("jobs/1", 404, "not-found"),
        ("jobs/x", 404, "not-found"),
        ("jobs/99999999999999999999", 404, "not-found"),
        ("jobs/1/problems", 404, "not-found"),
        ("jobs/1/report", 404, "not-found"),
        ("jobs/1/events", 404, "not-found"),
        ("jobs?limit=0", 400, "invalid-value"),
        ("jobs?cursor=x", 400, "invalid-cursor"),
        ("jobs?page=2", 400, "unknown-parameter"),
        ("duplicates?decided=maybe", 400, "invalid-value"),
        ("export?form=xml", 400, "invalid-value"),
    ] {
        problem(desk.get(path).await, status, code).await;
    }
    for (path, status, code) in [
        ("jobs/1/cancel", 404, "not-found"),
        ("jobs/1/undo", 404, "not-found"),
        ("jobs/1/explode", 404, "not-found"),
    ] {
        problem(desk.post(path, &json!({})).await, status, code).await;
    }
    // A guest and a reader have no business here: jobs name people's files.
    problem(site.get("/api/v1/jobs").await, 401, "key-needed").await;
    let reader = site.key(&[Scope::Read]).await;
    let read = with(&site, &reader, Method::GET, "/api/v1/export").send();
    problem(read.await.unwrap(), 403, "scope-missing").await;

    let path = format!("/api/v1/imports/uploads/{id}");
    let drop = || with(&site, &desk.key, Method::DELETE, &path).send();
    assert_eq!(drop().await.unwrap().status(), 204);
    problem(drop().await.unwrap(), 404, "not-found").await;
    site.stop().await;
}

#[tokio::test]
async fn doubles_are_decided_and_the_library_goes_out_and_comes_back() {
    let site = Site::with_six_and(&["--allow-private-addresses"]).await;
    let desk = Desk::of(&site).await;
    let green = png([70, 110, 80], 4);
    let id = desk
        .upload(&[
            (
                "list.csv",
                b"sku,image,spec: Origin\nGREEN-2,g.png,Sweden\n".to_vec(),
            ),
            ("g.png", green),
        ])
        .await;
    desk.import(&json!({"upload": id})).await;
    let pairs = fine(desk.get("duplicates").await, 200).await;
    let pair = pairs["pairs"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["other"]["key"] == "GREEN-2")
        .unwrap();
    assert_eq!(
        (&pair["one"]["key"], &pair["likeness"]),
        (&json!("fabric/green.png"), &json!("file"))
    );
    let both = "duplicates/fabric%2Fgreen.png/GREEN-2";
    problem(
        desk.post(both, &json!({"verdict": "burn"})).await,
        400,
        "invalid-value",
    )
    .await;
    let missing = desk
        .post("duplicates/none/GREEN-2", &json!({"verdict": "keep"}))
        .await;
    problem(missing, 404, "not-found").await;
    assert_eq!(
        desk.post(both, &json!({"verdict": "alternative"}))
            .await
            .status(),
        204
    );
    let left = fine(desk.get("duplicates").await, 200).await;
    assert_eq!(
        left["total"].as_u64().unwrap() + 1,
        pairs["total"].as_u64().unwrap()
    );
    let decided = fine(desk.get("duplicates?decided=true").await, 200).await;
    let said: Vec<_> = decided["pairs"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|p| p["verdict"].as_str())
        .collect();
    assert_eq!(said, ["alternative"]);

    // Out with addresses, and in again. Pictures are measured anew in the form in which they are kept, so that only
    // the second time nothing changes.
    let table = desk.get("export?form=csv").await.text().await.unwrap();
    assert!(
        table.starts_with("key,image,view,") && table.contains(",spec: Origin\n"),
        "{table}"
    );
    assert!(
        table.contains("GREEN-2,https://veneer.example/swatch/"),
        "{table}"
    );
    assert_eq!(table.lines().count(), 8);
    let export = desk.get("export").await;
    assert_eq!(export.headers()[CONTENT_TYPE], "application/json");
    let export = export.text().await.unwrap();
    let read: Value = serde_json::from_str(&export).unwrap();
    assert_eq!(read["materials"].as_array().unwrap().len(), 7);
    let export = export.replace("https://veneer.example", &site.base);
    let files = [("library.json", export.into())];
    let id = desk.upload(&files).await;
    let (first, _) = desk.import(&json!({"upload": id})).await;
    assert_eq!(
        (&first["state"], &first["tally"]["refused"]),
        (&json!("done"), &json!(0))
    );
    assert_eq!(site.veneer().counts().await.unwrap().materials, 7);
    let id = desk.upload(&files).await;
    let (again, _) = desk.import(&json!({"upload": id})).await;
    assert_eq!(again["tally"]["unchanged"], 7, "{again}");

    assert_eq!(
        desk.post(both, &json!({"verdict": "merge"})).await.status(),
        204
    );
    assert_eq!(site.veneer().counts().await.unwrap().materials, 6);
    let noted = &site.veneer().changes(None, 1).await.unwrap()[0];
    assert_eq!(
        (noted.what.as_str(), noted.detail.as_str()),
        ("duplicates", "GREEN-2 merged into fabric/green.png")
    );

    // Addresses alone: what nobody answers for is in the report.
    let dead = "http://127.0.0.1:9/a.png";
    let (job, _) = desk.import(&json!({"addresses": [dead]})).await;
    assert_eq!(job["tally"]["refused"], 1, "{job}");
    let rows = fine(desk.get(&format!("jobs/{}/problems", job["id"])).await, 200).await;
    assert_eq!(rows["problems"][0]["name"], dead);
    assert!(desk.get("jobs").await.headers().get(RETRY_AFTER).is_none());
    site.stop().await;
}
