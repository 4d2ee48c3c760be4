//! Changing the library by the keys of its owner.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be read has failed the test"
)]

use reqwest::{
    Method, Response,
    header::{ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION},
    multipart::{Form, Part},
};
use search::Scope;
use serde_json::{Value, json};

use crate::{
    keys::with,
    support::{
        Site, png,
        program::{base64, fine, problem},
    },
};

const AT: &str = "/api/v1/materials/by-key";

struct Shop<'a> {
    site: &'a Site,
    key: String,
}

impl Shop<'_> {
    async fn put(&self, key: &str, body: &Value, condition: &[(&str, &str)]) -> Response {
        let path = format!("{AT}/{key}");
        let mut request = with(self.site, &self.key, Method::PUT, &path).json(body);
        for (name, value) in condition {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    async fn send(&self, method: Method, path: &str) -> Response {
        let path = format!("{AT}/{path}");
        with(self.site, &self.key, method, &path)
            .send()
            .await
            .unwrap()
    }
}

fn oak() -> Value {
    json!({
        "name": "Skåne Oak", "maker": "Nord", "description": "Brushed and oiled.", "category": "wood/oak",
        "finish": "matt", "applications": ["floor"], "size": {"width_mm": 200, "length_mm": 1200},
        "price": {"cents": 4850, "currency": "EUR", "unit": "m2"}, "specs": [{"name": "Origin", "value": "Sweden"}],
        "pictures": [{"photo": base64(&png([190, 150, 100], 9))}]
    })
}

fn tag(response: &Response) -> String {
    response.headers()[ETAG].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_material_is_written_read_changed_and_deleted_by_its_key() {
    let site = Site::with_six().await;
    let shop = Shop {
        key: site.key(&[Scope::Write, Scope::Read, Scope::Search]).await,
        site: &site,
    };
    // keys are whatever their owner writes, slashes and all
    let key = "oak%2F%231%20brushed";
    let made = shop
        .put(key, &oak(), &[(IF_NONE_MATCH.as_str(), "*")])
        .await;
    let (at, first) = (
        made.headers()[LOCATION].to_str().unwrap().to_owned(),
        tag(&made),
    );
    let made = fine(made, 201).await;
    assert_eq!(made["key"], "oak/#1 brushed");
    let slug = made["slug"].as_str().unwrap().to_owned();
    assert_eq!(at, format!("/api/v1/materials/{slug}"));
    let read = shop.send(Method::GET, key).await;
    assert_eq!(tag(&read), first);
    let read = fine(read, 200).await;
    assert_eq!(
        (&read["maker"], &read["price"]["cents"]),
        (&json!("Nord"), &json!(4850))
    );
    assert!(
        !read["colours"].as_array().unwrap().is_empty(),
        "measured in its picture"
    );

    // it is found: in the list, by words, by a photo, on its page
    assert_eq!(site.page(&format!("/m/{slug}")).await.0, 200);
    let list = fine(site.get("/api/v1/materials?q=sk%C3%A5ne").await, 200).await;
    assert_eq!(list["hits"][0]["material"]["slug"], slug.as_str());
    let photo = json!({"photo": base64(&png([190, 150, 100], 9)), "limit": 1});
    let found = with(&site, &shop.key, Method::POST, "/api/v1/search").json(&photo);
    let found = fine(found.send().await.unwrap(), 201).await;
    assert_eq!(
        found["hits"][0]["material"]["slug"],
        slug.as_str(),
        "{found}"
    );

    // the same again changes nothing; a new name keeps address and pictures
    let same = shop.put(key, &oak(), &[]).await;
    assert_eq!(same.status(), 200);
    let changed = json!({"name": "Skåne Oak, brushed", "category": "wood/oak"});
    let stale = shop
        .put(key, &changed, &[(IF_NONE_MATCH.as_str(), "*")])
        .await;
    problem(stale, 412, "precondition-failed").await;
    let now = tag(&shop.send(Method::GET, key).await);
    let done = shop.put(key, &changed, &[(IF_MATCH.as_str(), &now)]).await;
    let second = tag(&done);
    assert_ne!(second, now);
    let done = fine(done, 200).await;
    assert_eq!(
        (&done["slug"], done["pictures"].as_array().unwrap().len()),
        (&json!(slug), 1)
    );
    let stale = shop.put(key, &changed, &[(IF_MATCH.as_str(), &now)]).await;
    problem(stale, 412, "precondition-failed").await;
    let read = fine(shop.send(Method::GET, key).await, 200).await;
    assert!(
        read.get("price").is_none() && read.get("maker").is_none(),
        "written whole"
    );

    // deleted it is nowhere
    let delete = |tag: String| {
        let path = format!("{AT}/{key}");
        let request = with(&site, &shop.key, Method::DELETE, &path);
        request.header(IF_MATCH, tag).send()
    };
    problem(delete(now).await.unwrap(), 412, "precondition-failed").await;
    assert_eq!(delete(second).await.unwrap().status(), 204);
    problem(shop.send(Method::GET, key).await, 404, "not-found").await;
    problem(shop.send(Method::DELETE, key).await, 404, "not-found").await;
    assert_eq!(site.page(&format!("/m/{slug}")).await.0, 404);
    let list = fine(site.get("/api/v1/materials").await, 200).await;
    assert_eq!(list["total"], 6);
    let found = with(&site, &shop.key, Method::POST, "/api/v1/search").json(&photo);
    let found = fine(found.send().await.unwrap(), 201).await;
    assert_ne!(found["hits"][0]["material"]["slug"], slug.as_str());
    site.stop().await;
}

#[tokio::test]
async fn pictures_come_and_go() {
    let site = Site::with_six().await;
    let shop = Shop {
        key: site.key(&[Scope::Write, Scope::Read]).await,
        site: &site,
    };
    fine(shop.put("oak", &oak(), &[]).await, 201).await;
    let add = |body: Value| {
        let path = format!("{AT}/oak/swatches");
        with(&site, &shop.key, Method::POST, &path)
            .json(&body)
            .send()
    };
    let close = base64(&png([180, 140, 90], 3));
    let body = json!({"photo": close, "view": "close-up"});
    let added = add(body.clone()).await.unwrap();
    let version = tag(&added);
    let added = fine(added, 201).await;
    assert_eq!(added["view"], "close-up");
    let picture = site.get(added["picture"].as_str().unwrap()).await;
    assert_eq!(picture.status(), 200);
    assert_eq!(tag(&shop.send(Method::GET, "oak").await), version);
    let again = fine(add(body).await.unwrap(), 200).await;
    assert_eq!(again["id"], added["id"]);
    // as a file
    let form = Form::new().part(
        "photo",
        Part::bytes(png([60, 60, 60], 5)).file_name("x.png"),
    );
    let request = with(
        &site,
        &shop.key,
        Method::POST,
        &format!("{AT}/oak/swatches"),
    );
    let third = fine(request.multipart(form).send().await.unwrap(), 201).await;
    assert_eq!(third["view"], "face");

    // put in another order, one left out
    let ids = [third["id"].as_str().unwrap(), added["id"].as_str().unwrap()];
    let order = json!({"name": "Oak", "pictures": [{"swatch": ids[0]}, {"swatch": ids[1]}]});
    let done = fine(shop.put("oak", &order, &[]).await, 200).await;
    let now: Vec<&str> = done["pictures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["id"].as_str().unwrap())
        .collect();
    assert_eq!(now, ids);
    // what is kept still has its vectors: it is found by its own picture
    let like = with(
        &site,
        &site.key(&[Scope::Search]).await,
        Method::POST,
        "/api/v1/search",
    );
    let like = like.json(&json!({"swatch": ids[1]})).send().await.unwrap();
    let like = fine(like, 201).await;
    assert_eq!(like["hits"][0]["material"]["name"], "Oak", "{like}");

    let gone = shop
        .send(Method::DELETE, &format!("oak/swatches/{}", ids[0]))
        .await;
    assert_eq!(gone.status(), 204);
    let gone = shop
        .send(Method::DELETE, &format!("oak/swatches/{}", ids[0]))
        .await;
    problem(gone, 404, "not-found").await;
    let last = shop
        .send(Method::DELETE, &format!("oak/swatches/{}", ids[1]))
        .await;
    problem(last, 400, "invalid-value").await;

    for (body, status, code) in [
        (json!({}), 400, "invalid-value"),
        (json!({"photo": "aGVsbG8="}), 415, "photo-unsupported"),
        (json!({"photo": close, "view": " "}), 400, "invalid-value"),
        (
            json!({"photo": close, "swatch": ids[0]}),
            400,
            "invalid-value",
        ),
        (
            json!({"photo": "http://127.0.0.1:1/x.png"}),
            400,
            "address-invalid",
        ),
        (json!({"foto": close}), 400, "invalid-request"),
    ] {
        problem(add(body).await.unwrap(), status, code).await;
    }
    let nowhere = with(
        &site,
        &shop.key,
        Method::POST,
        &format!("{AT}/none/swatches"),
    );
    let nowhere = nowhere.json(&json!({"photo": close})).send().await.unwrap();
    problem(nowhere, 404, "not-found").await;
    site.stop().await;
}

#[tokio::test]
async fn what_cannot_be_written_changes_nothing() {
    let site = Site::with_six().await;
    let shop = Shop {
        key: site.key(&[Scope::Write, Scope::Read]).await,
        site: &site,
    };
    let with = |change: Value| {
        let mut body = oak();
        let fields = change.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(fields);
        body
    };
    for (body, status, code) in [
        (json!({"name": "Oak"}), 400, "invalid-value"),
        (with(json!({"pictures": []})), 400, "invalid-value"),
        (with(json!({"pictures": [{}]})), 400, "invalid-value"),
        (
            with(json!({"pictures": [{"swatch": "0".repeat(64)}]})),
            404,
            "not-found",
        ),
        (
            with(json!({"pictures": [{"photo": "aGVsbG8="}]})),
            415,
            "photo-unsupported",
        ),
        (
            with(json!({"pictures": vec![json!({"photo": "aGVsbG8="}); 51]})),
            400,
            "invalid-value",
        ),
        (
            with(json!({"category": "unobtainium"})),
            400,
            "invalid-value",
        ),
        (
            with(json!({"size": {"width_mm": -1}})),
            400,
            "invalid-value",
        ),
        (with(json!({"name": " "})), 400, "invalid-value"),
        (with(json!({"colour": "red"})), 400, "invalid-request"),
        (json!({}), 400, "invalid-request"),
    ] {
        problem(shop.put("oak", &body, &[]).await, status, code).await;
    }
    let condition = [(IF_NONE_MATCH.as_str(), "\"x\"")];
    problem(
        shop.put("oak", &oak(), &condition).await,
        400,
        "invalid-value",
    )
    .await;
    let condition = [(IF_MATCH.as_str(), "*")];
    problem(
        shop.put("oak", &oak(), &condition).await,
        412,
        "precondition-failed",
    )
    .await;
    let long = "x".repeat(121);
    problem(shop.put(&long, &oak(), &[]).await, 400, "invalid-value").await;
    problem(shop.send(Method::GET, "oak").await, 404, "not-found").await;
    let list = fine(site.get("/api/v1/materials").await, 200).await;
    assert_eq!(list["total"], 6);
    site.stop().await;
}

#[tokio::test]
async fn a_share_can_be_taken_back() {
    let site = Site::with_six().await;
    let key = site.key(&[Scope::Write]).await;
    let share = site.client.post(format!("{}/api/v1/shares", site.base));
    let share = fine(share.json(&json!({})).send().await.unwrap(), 201).await;
    let path = format!("/api/v1/shares/{}", share["slug"].as_str().unwrap());
    let delete = || with(&site, &key, Method::DELETE, &path).send();
    assert_eq!(delete().await.unwrap().status(), 204);
    problem(delete().await.unwrap(), 404, "not-found").await;
    problem(site.get(&path).await, 404, "not-found").await;
    site.stop().await;
}
