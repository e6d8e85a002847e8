//! Wings of routes: each takes what its part of the document describes and leaves the rest.

use actix_web::body::to_bytes;
use actix_web::http::Method;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, HttpResponse, get, post, web};
use safeconduct::web::{Patterns, wing};
use utoipa::OpenApi;

#[derive(Debug, OpenApi)]
#[openapi(paths(get_one, get_tile))]
struct One;

#[derive(Debug, OpenApi)]
#[openapi(paths(post_one, get_deep))]
struct Other;

#[utoipa::path(responses((status = 200)))]
#[get("/v1/things/{id}")]
async fn get_one(id: web::Path<String>) -> String {
    format!("one {id}")
}

#[utoipa::path(responses((status = 200)))]
#[get("/v1/tiles/{z}/{x}.mvt")]
async fn get_tile(at: web::Path<(u8, u8)>) -> String {
    format!("tile {} {}", at.0, at.1)
}

#[utoipa::path(responses((status = 200)))]
#[post("/v1/things/{id}")]
async fn post_one(id: web::Path<String>) -> String {
    format!("posted {id}")
}

#[utoipa::path(responses((status = 200)))]
#[get("/v1/things/{id}/deep")]
async fn get_deep(id: web::Path<String>) -> String {
    format!("deep {id}")
}

#[actix_web::test]
async fn each_wing_takes_its_own_and_leaves_the_rest() {
    let app = App::new()
        .configure(|config| {
            wing::<One>(config, |wing| {
                wing.service(get_one).service(get_tile);
            });
            wing::<Other>(config, |wing| {
                wing.service(post_one).service(get_deep);
            });
        })
        .default_service(web::to(|| async { HttpResponse::Gone().body("nothing") }));
    let app = init_service(app).await;
    let expected = [
        (Method::GET, "/v1/things/a%2Fb", "one a/b"),
        (Method::POST, "/v1/things/b", "posted b"),
        (Method::GET, "/v1/things/b/deep", "deep b"),
        (Method::GET, "/v1/tiles/3/4.mvt", "tile 3 4"),
        (Method::GET, "/v1/tiles/3/.mvt", "nothing"),
        (Method::PUT, "/v1/things/b", "nothing"),
        (Method::GET, "/v1/things/", "nothing"),
        (Method::GET, "/v1/things", "nothing"),
        (Method::GET, "/v1", "nothing"),
        (Method::GET, "/", "nothing"),
    ];
    for (method, path, answer) in expected {
        let request = TestRequest::with_uri(path).method(method.clone()).to_request();
        let response = call_service(&app, request).await;
        let body = to_bytes(response.into_body()).await.unwrap();
        assert_eq!(body, answer.as_bytes(), "{method} {path}");
    }
}

#[test]
fn a_path_tells_its_methods() {
    let mut document = One::openapi();
    document.merge(Other::openapi());
    let patterns = Patterns::of(&document.paths);
    assert_eq!(patterns.methods_of("/v1/things/a"), ["GET", "POST", "HEAD"]);
    assert_eq!(patterns.methods_of("/v1/things/a/deep"), ["GET", "HEAD"]);
    assert!(patterns.methods_of("/v1/things/a/b").is_empty());
}
