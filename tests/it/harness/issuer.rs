//! An issuer of the test's own, whose keys can rotate.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::dev::ServerHandle;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde::Serialize;
use serde_json::{Value, json};

/// The audience of the tests: the configuration's default.
const AUDIENCE: &str = "safeconduct";

/// An ES256 key with its id.
#[derive(Clone)]
pub(crate) struct TestKey {
    kid: String,
    pkcs8: Vec<u8>,
}

impl TestKey {
    /// A new key.
    pub(crate) fn new(kid: &str) -> Self {
        let made =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        Self { kid: kid.to_owned(), pkcs8: made.unwrap().as_ref().to_vec() }
    }

    fn public(&self) -> Value {
        let pair = EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            &self.pkcs8,
            &SystemRandom::new(),
        )
        .unwrap();
        // an uncompressed point: 0x04, then x and y of 32 bytes each
        let point = pair.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid,
            "x": BASE64_URL_SAFE_NO_PAD.encode(x), "y": BASE64_URL_SAFE_NO_PAD.encode(y),
        })
    }

    /// A token with this key's signature and any claims.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> String {
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(Algorithm::ES256) };
        self.sign_with(&header, claims)
    }

    /// A token with this key's signature and any header.
    pub(crate) fn sign_with(&self, header: &Header, claims: &impl Serialize) -> String {
        encode(header, claims, &EncodingKey::from_ec_der(&self.pkcs8)).unwrap()
    }
}

/// The claims of a token, to be bent by a test.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) aud: Value,
    pub(crate) exp: i64,
    pub(crate) nbf: i64,
}

/// The issuer.
pub(crate) struct TestIssuer {
    /// Its URL.
    pub(crate) url: String,
    keys: Arc<Mutex<Vec<TestKey>>>,
    handle: ServerHandle,
}

impl TestIssuer {
    /// Listens with one key.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let keys = Arc::new(Mutex::new(vec![TestKey::new("first")]));
        let (shared, issuer) = (Data::from(Arc::clone(&keys)), url.clone());
        let server = HttpServer::new(move || {
            let discovery = json!({"issuer": issuer, "jwks_uri": format!("{issuer}/keys")});
            App::new()
                .app_data(shared.clone())
                .route(
                    "/.well-known/openid-configuration",
                    web::get().to(move || {
                        let discovery = discovery.clone();
                        async move { HttpResponse::Ok().json(discovery) }
                    }),
                )
                .route("/keys", web::get().to(published))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        super::spawn(server);
        Self { url, keys, handle }
    }

    /// The key that signs now.
    pub(crate) fn key(&self) -> TestKey {
        self.keys.lock().unwrap().last().unwrap().clone()
    }

    /// Replaces all keys by a new one; returns it.
    pub(crate) fn rotate(&self, kid: &str) -> TestKey {
        let key = TestKey::new(kid);
        *self.keys.lock().unwrap() = vec![key.clone()];
        key
    }

    /// Claims that are good for an hour around an instant.
    pub(crate) fn claims(&self, subject: &str, now: Timestamp) -> Claims {
        Claims {
            iss: self.url.clone(),
            sub: subject.to_owned(),
            aud: json!(AUDIENCE),
            exp: now.as_second() + 3600,
            nbf: now.as_second() - 3600,
        }
    }

    /// Stops listening.
    pub(crate) async fn stop(self) {
        self.handle.stop(false).await;
    }
}

async fn published(keys: Data<Mutex<Vec<TestKey>>>) -> HttpResponse {
    let keys: Vec<Value> = keys.lock().unwrap().iter().map(TestKey::public).collect();
    HttpResponse::Ok().json(json!({ "keys": keys }))
}
