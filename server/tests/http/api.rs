//! `/api/v1` through a real port.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be read has failed the test"
)]

use reqwest::{
    header::{ALLOW, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION},
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use crate::support::{
    Site, png,
    program::{base64, fine, post, problem},
};

#[tokio::test]
async fn the_library_is_listed_filtered_and_read() {
    let site = Site::with_six().await;
    let health = fine(site.get("/api/v1/health").await, 200).await;
    assert_eq!(
        (&health["status"], &health["materials"]),
        (&json!("ok"), &json!(6))
    );

    let all = fine(site.get("/api/v1/materials").await, 200).await;
    assert_eq!((&all["total"], &all["id"]), (&json!(6), &Value::Null));
    assert_eq!(all["hits"].as_array().unwrap().len(), 6);
    assert!(all.get("facets").is_none() && all.get("timing").is_none());

    let wood = fine(
        site.get("/api/v1/materials?category=wood&facets=true")
            .await,
        200,
    )
    .await;
    assert_eq!(wood["total"], 2);
    let facets = wood["facets"].as_array().unwrap();
    let kinds = facets.iter().find(|f| f["facet"] == "category").unwrap();
    assert!(kinds["values"].as_array().unwrap().len() >= 3, "{kinds}");

    let words = fine(site.get("/api/v1/materials?q=oak").await, 200).await;
    assert_eq!(words["bands"][0]["count"], 2, "{words}");
    let first = &words["hits"][0];
    assert!(!first["reasons"].as_array().unwrap().is_empty(), "{first}");

    let slug = first["material"]["slug"].as_str().unwrap();
    let one = fine(site.get(&format!("/api/v1/materials/{slug}")).await, 200).await;
    assert_eq!(one["material"]["name"], first["material"]["name"]);
    assert!(!one["relatives"].as_array().unwrap().is_empty());

    let id = first["material"]["swatches"][0]["id"].as_str().unwrap();
    let swatch = fine(site.get(&format!("/api/v1/swatches/{id}")).await, 200).await;
    assert_eq!(swatch["material"], slug);
    assert!(swatch["look"]["lrv"].is_number(), "{swatch}");
    let picture = site
        .get(swatch["swatch"]["picture"].as_str().unwrap())
        .await;
    assert_eq!(picture.headers()[CONTENT_TYPE], "image/webp");
    assert!(picture.bytes().await.unwrap().starts_with(b"RIFF"));

    let models = fine(site.get("/api/v1/models").await, 200).await;
    let used = models["models"].as_array().unwrap().iter();
    let used: Vec<_> = used.filter(|m| m["in_use"] == true).collect();
    assert_eq!((used.len(), &used[0]["name"]), (1, &models["in_use"]));
    assert_eq!((&used[0]["have"], &used[0]["all"]), (&json!(6), &json!(6)));
    site.stop().await;
}

#[tokio::test]
async fn a_list_goes_on_where_it_stopped() {
    let site = Site::with_six().await;
    let (mut seen, mut next) = (Vec::new(), Some("/api/v1/materials?limit=4".to_owned()));
    while let Some(address) = next {
        let part = fine(site.get(&address).await, 200).await;
        for hit in part["hits"].as_array().unwrap() {
            seen.push(hit["material"]["slug"].as_str().unwrap().to_owned());
            for double in hit["also"].as_array().unwrap() {
                seen.push(double["material"]["slug"].as_str().unwrap().to_owned());
            }
        }
        next = part["next"].as_str().map(str::to_owned);
        assert_eq!(next.is_some(), part.get("next_cursor").is_some());
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 6, "{seen:?}");
    for wrong in [
        "cursor=4",
        "cursor=4-00000000",
        "cursor=%00",
        "cursor=9999999999-a",
    ] {
        let answer = site.get(&format!("/api/v1/materials?{wrong}")).await;
        problem(answer, 400, "invalid-cursor").await;
    }
    site.stop().await;
}

#[tokio::test]
async fn a_photo_is_searched_in_every_form() {
    let site = Site::with_six().await;
    let photo = png([200, 165, 120], 9);
    let coded = base64(&photo);
    let data_url = format!("data:image/png;base64,{coded}");
    for photo in [&coded, &data_url] {
        let answer = post(
            &site,
            "/api/v1/search",
            &json!({"photo": photo, "limit": 2}),
        )
        .await;
        let at = answer.headers()[LOCATION].to_str().unwrap().to_owned();
        let found = fine(answer, 201).await;
        assert_eq!(
            at,
            format!("/api/v1/search/{}", found["id"].as_str().unwrap())
        );
        assert_eq!(found["hits"][0]["material"]["category"], "wood", "{found}");
        assert_eq!(found["origin"]["kind"], "photo");
        assert_eq!(found["bands"].as_array().unwrap().len(), 3);
        assert!(found["hits"][0]["scores"]["look"].is_number());
    }
    // as a file, with the rest beside it
    let form = Form::new()
        .part("photo", Part::bytes(photo.clone()).file_name("x.png"))
        .text(
            "request",
            r#"{"filters":{"category":["stone"]},"facets":true}"#,
        );
    let request = site.client.post(format!("{}/api/v1/search", site.base));
    let found = fine(request.multipart(form).send().await.unwrap(), 201).await;
    assert_eq!(found["total"], 2);
    assert!(found["facets"].is_array());

    // come back to, looked at in another way
    let id = found["id"].as_str().unwrap();
    let again = fine(
        site.get(&format!("/api/v1/search/{id}?category=fabric"))
            .await,
        200,
    )
    .await;
    assert_eq!((&again["total"], &again["id"]), (&json!(2), &json!(id)));
    let said = fine(
        site.get(&format!("/api/v1/search/{id}/analysis")).await,
        200,
    )
    .await;
    assert_eq!(
        (&said["analysis"]["estimate"], &said["awaiting"]),
        (&json!(true), &json!(false))
    );

    // from a swatch, and with an example
    let swatch = found["hits"][0]["material"]["swatches"][0]["id"]
        .as_str()
        .unwrap();
    let like = post(&site, "/api/v1/search", &json!({"swatch": swatch})).await;
    let like = fine(like, 201).await;
    assert_eq!(like["origin"]["kind"], "swatch");
    assert_eq!(like["hits"][0]["summary"], "where you started");
    let id = like["id"].as_str().unwrap();
    let said = fine(
        site.get(&format!("/api/v1/search/{id}/analysis")).await,
        200,
    )
    .await;
    assert_eq!(said["analysis"], Value::Null);
    let steered = post(
        &site,
        "/api/v1/search",
        &json!({"text": "oak", "unlike": [swatch]}),
    )
    .await;
    fine(steered, 200).await;

    // words and colours alone are the library
    let words = post(&site, "/api/v1/search", &json!({"text": "oak", "limit": 1})).await;
    let words = fine(words, 200).await;
    assert_eq!(words["id"], Value::Null);
    let next = fine(site.get(words["next"].as_str().unwrap()).await, 200).await;
    assert_ne!(
        next["hits"][0]["material"]["slug"],
        words["hits"][0]["material"]["slug"]
    );
    let colours = post(&site, "/api/v1/search", &json!({"palette": "32507f:100"})).await;
    let colours = fine(colours, 200).await;
    assert_eq!(colours["hits"][0]["material"]["name"], "Blue", "{colours}");
    site.stop().await;
}

#[tokio::test]
async fn what_cannot_be_done_is_a_problem() {
    let site = Site::with_six().await;
    for (path, status, code) in [
        ("/api/v1/", 404, "not-found"),
        ("/api/v1/nothing", 404, "not-found"),
        ("/api/v1/materials/no-such", 404, "not-found"),
        ("/api/v1/materials/No%20Such", 404, "not-found"),
        ("/api/v1/materials/%FF", 400, "invalid-request"),
        ("/api/v1/swatches/xyz", 404, "not-found"),
        ("/api/v1/swatches/00/pictures/9", 404, "not-found"),
        ("/api/v1/search/abc", 404, "not-found"),
        ("/api/v1/search/abc/analysis", 404, "not-found"),
        ("/api/v1/shares/abc", 404, "not-found"),
        ("/api/v1/materials?finsh=matt", 400, "unknown-parameter"),
        ("/api/v1/materials?page=2", 400, "unknown-parameter"),
        ("/api/v1/materials?finish=magic", 400, "invalid-value"),
        ("/api/v1/materials?limit=49", 400, "invalid-value"),
        ("/api/v1/materials?price_max=cheap", 400, "invalid-value"),
    ] {
        let told = problem(site.get(path).await, status, code).await;
        assert!(!told["detail"].as_str().unwrap().contains('{'), "{told}");
    }
    for (body, status, code) in [
        (json!({}), 400, "nothing-asked"),
        (json!({"txt": "oak"}), 400, "invalid-request"),
        (json!({"photo": "aGVsbG8="}), 415, "photo-unsupported"),
        (json!({"photo": "???"}), 400, "invalid-value"),
        (
            json!({"photo": "http://127.0.0.1/x.jpg"}),
            400,
            "address-invalid",
        ),
        (
            json!({"photo": base64(&png([9, 9, 9], 3)[..200])}),
            422,
            "photo-damaged",
        ),
        (json!({"swatch": "0".repeat(64)}), 404, "not-found"),
        (json!({"text": "x".repeat(301)}), 400, "invalid-value"),
    ] {
        problem(post(&site, "/api/v1/search", &body).await, status, code).await;
    }
    let send = |kind: &'static str, body: Vec<u8>| {
        let request = site.client.post(format!("{}/api/v1/search", site.base));
        request.header(CONTENT_TYPE, kind).body(body).send()
    };
    let plain = send("text/plain", b"{}".to_vec()).await.unwrap();
    problem(plain, 415, "unsupported-media-type").await;
    let broken = send("application/json", b"{".to_vec()).await.unwrap();
    problem(broken, 400, "invalid-request").await;
    let form = send("multipart/form-data", b"x".to_vec()).await.unwrap();
    problem(form, 400, "invalid-request").await;
    let deep = send("application/json", "[".repeat(100_000).into_bytes());
    problem(deep.await.unwrap(), 400, "invalid-request").await;
    let long = send("application/json", vec![b' '; 6_000_000])
        .await
        .unwrap();
    problem(long, 413, "body-too-large").await;
    // a body that is taken, with a photo that is not
    let large = json!({"photo": base64(&vec![0xff; 3_020_000])});
    let large = post(&site, "/api/v1/search", &large).await;
    problem(large, 413, "photo-too-large").await;

    let method = site
        .client
        .delete(format!("{}/api/v1/materials", site.base));
    let method = method.send().await.unwrap();
    assert!(method.headers()[ALLOW].to_str().unwrap().contains("GET"));
    problem(method, 405, "method-not-allowed").await;
    site.stop().await;
}

#[tokio::test]
async fn what_one_has_already_is_not_sent_again() {
    let site = Site::with_six().await;
    let all = fine(site.get("/api/v1/materials").await, 200).await;
    let picture = &all["hits"][0]["material"]["swatches"][0]["picture"];
    let picture = picture.as_str().unwrap();
    for path in [
        "/api/v1/health",
        "/api/v1/materials?q=oak",
        picture,
        "/api/openapi.json",
    ] {
        let first = site.get(path).await;
        assert_eq!(first.status(), 200, "{path}");
        let tag = first.headers()[ETAG].clone();
        let ask = |tag: &str| {
            let request = site.client.get(format!("{}{path}", site.base));
            request.header(IF_NONE_MATCH, tag).send()
        };
        let again = ask(tag.to_str().unwrap()).await.unwrap();
        assert_eq!(
            (again.status().as_u16(), again.headers()[ETAG].clone()),
            (304, tag)
        );
        assert!(again.bytes().await.unwrap().is_empty());
        assert_eq!(ask("\"other\"").await.unwrap().status(), 200, "{path}");
    }
    let missing = site
        .client
        .get(format!("{}/api/v1/materials/no", site.base));
    let missing = missing.header(IF_NONE_MATCH, "*").send().await.unwrap();
    problem(missing, 404, "not-found").await;
    site.stop().await;
}

#[tokio::test]
async fn a_share_lasts() {
    let site = Site::with_six().await;
    let body = json!({"view": "category=wood"});
    let made = fine(post(&site, "/api/v1/shares", &body).await, 201).await;
    let slug = made["slug"].as_str().unwrap();
    assert_eq!(made["url"], format!("https://veneer.example/share/{slug}"));
    let read = fine(site.get(&format!("/api/v1/shares/{slug}")).await, 200).await;
    assert_eq!(
        (&read["results"]["total"], &read["slug"]),
        (&json!(2), &json!(slug))
    );
    let (status, page) = site.page(&format!("/share/{slug}")).await;
    assert!(status == 200 && page.contains("2 materials"));
    for (body, status, code) in [
        (json!({"search": "nothing"}), 404, "not-found"),
        (json!({"search": "no such"}), 404, "not-found"),
        (json!({"view": "finish=magic"}), 400, "invalid-value"),
        (json!({"veiw": ""}), 400, "invalid-request"),
    ] {
        problem(post(&site, "/api/v1/shares", &body).await, status, code).await;
    }
    site.stop().await;
}

/// Asks for the checked-in description to be written anew.
const RENEW: &str = "VENEER_RENEW";

#[tokio::test]
async fn the_description_is_the_one_that_is_checked_in() {
    let site = Site::empty().await;
    let (status, now) = site.page("/api/openapi.json").await;
    assert_eq!(status, 200);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    if std::env::var_os(RENEW).is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let then = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        then == now,
        "docs/openapi.json is not what the code says. If the change is meant, renew it: \
         {RENEW}=1 cargo test --release --test http the_description_is"
    );
    site.stop().await;
}

#[tokio::test]
async fn the_api_describes_itself_and_can_be_tried() {
    let site = Site::empty().await;
    let described = fine(site.get("/api/openapi.json").await, 200).await;
    assert_eq!(described["openapi"], "3.1.0");
    for path in described["paths"].as_object().unwrap().keys() {
        assert!(path.starts_with("/api/"), "{path}");
    }
    let kinds = &described["components"]["schemas"]["Material"]["properties"]["category"];
    assert!(
        kinds["enum"]
            .as_array()
            .unwrap()
            .contains(&json!("wood/oak")),
        "{kinds}"
    );

    let beside = site.get("/api").await;
    assert_eq!(beside.headers()[LOCATION], "/api/");
    let page = site.get("/api/").await;
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src 'self' "));
    let page = page.text().await.unwrap();
    for file in [
        "swagger-ui.css",
        "swagger-ui-bundle.js",
        "swagger-initializer.js",
    ] {
        assert!(page.contains(file), "{file}");
        assert_eq!(
            site.get(&format!("/api/{file}")).await.status(),
            200,
            "{file}"
        );
    }
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "nothing from elsewhere"
    );
    let (_, start) = site.page("/api/swagger-initializer.js").await;
    assert!(start.contains("/api/openapi.json"), "{start}");
    assert_eq!(site.get("/api/nothing.js").await.status(), 404);
    site.stop().await;
}
