//! Who is let in, and who is not.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use safeconduct::access::{Role, act, admit};
use safeconduct::web::Authenticator as _;
use serde_json::json;

use crate::harness::{House, Someone, TestKey};

/// Under `/v1`, so that a token is needed, and nowhere: 404 means let in.
const NOWHERE: &str = "/v1/nowhere";
const LET_IN: u16 = 404;

#[tokio::test(flavor = "multi_thread")]
async fn only_a_good_token_lets_in() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let good = house.issuer().claims(&caller.subject, house.now());
    let key = house.issuer().key();
    house.get_bare(NOWHERE).await.expect(401);
    house.get_with("", NOWHERE).await.expect(401);
    house.get_with("not.a.token", NOWHERE).await.expect(401);
    house.get_with(&key.sign(&good), NOWHERE).await.expect(LET_IN);

    let hour = 3600;
    let now = house.now().as_second();
    let mut bent = Vec::new();
    bent.push(("expired", {
        let mut c = good.clone();
        c.exp = now - 61;
        c
    }));
    bent.push(("not yet valid", {
        let mut c = good.clone();
        c.nbf = now + hour;
        c
    }));
    bent.push(("another audience", {
        let mut c = good.clone();
        c.aud = json!("elsewhere");
        c
    }));
    bent.push(("another issuer", {
        let mut c = good.clone();
        c.iss = "https://example.org".into();
        c
    }));
    for (what, claims) in bent {
        let answer = house.get_with(&key.sign(&claims), NOWHERE).await;
        assert_eq!(answer.status, 401, "{what}: {}", answer.text);
        assert!(answer.header("www-authenticate").contains("invalid_token"), "{what}");
    }
    let within_leeway = {
        let mut c = good.clone();
        c.exp = now - 30;
        c
    };
    house.get_with(&key.sign(&within_leeway), NOWHERE).await.expect(LET_IN);
    let several = {
        let mut c = good.clone();
        c.aud = json!(["elsewhere", "safeconduct"]);
        c
    };
    house.get_with(&key.sign(&several), NOWHERE).await.expect(LET_IN);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_tokens_are_refused() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let claims = house.issuer().claims(&caller.subject, house.now());
    let payload = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims).unwrap());
    let part = |header: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(header.to_string());

    let stranger = TestKey::new("first");
    house.get_with(&stranger.sign(&claims), NOWHERE).await.expect(401);
    let unsigned = format!("{}.{payload}.", part(json!({"alg": "none", "typ": "JWT"})));
    house.get_with(&unsigned, NOWHERE).await.expect(401);
    let shared = encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(b"key"));
    house.get_with(&shared.unwrap(), NOWHERE).await.expect(401);
    let critical = format!("{}.{payload}.AAAA", part(json!({"alg": "ES256", "crit": ["b64"]})));
    house.get_with(&critical, NOWHERE).await.expect(401);
    let other_type = Header {
        typ: Some("dpop+jwt".to_owned()),
        kid: Some("first".to_owned()),
        ..Header::new(Algorithm::ES256)
    };
    let other_type = house.issuer().key().sign_with(&other_type, &claims);
    house.get_with(&other_type, NOWHERE).await.expect(401);
    // the payload of one token under the signature of another
    let mine = house.issuer().key().sign(&claims);
    let (head, signature) = (mine.split('.').next().unwrap(), mine.rsplit('.').next().unwrap());
    let theirs = house.issuer().claims("subject-of-another", house.now());
    let theirs = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&theirs).unwrap());
    house.get_with(&format!("{head}.{theirs}.{signature}"), NOWHERE).await.expect(401);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valid_token_of_a_stranger_is_403() {
    let house = House::start().await;
    let claims = house.issuer().claims("nobody-here", house.now());
    let answer = house.get_with(&house.issuer().key().sign(&claims), NOWHERE).await.expect(403);
    assert_eq!(answer.json()["code"], "PRINCIPAL_UNKNOWN");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rotated_keys_are_followed_and_old_ones_forgotten() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let claims = house.issuer().claims(&caller.subject, house.now());
    house.get(&caller, NOWHERE).await.expect(LET_IN);
    let newer = house.issuer().rotate("second");
    // still remembered: nobody has shown a token of the new key yet
    house.get(&caller, NOWHERE).await.expect(LET_IN);
    house.get_with(&newer.sign(&claims), NOWHERE).await.expect(LET_IN);
    house.get(&caller, NOWHERE).await.expect(401);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_remembered_token_still_expires_and_its_holder_can_be_disabled() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    house.get(&caller, NOWHERE).await.expect(LET_IN);
    let disable = "UPDATE person_identity SET disabled_at = sc_now() WHERE identity_id = $1";
    let client = house.database().connect().await;
    client.execute(disable, &[&caller.identity]).await.unwrap();
    house.running().parts.identity.authority().refresh().await.unwrap();
    house.get(&caller, NOWHERE).await.expect(403);

    let other = house.caller(Someone::person()).await;
    house.get(&other, NOWHERE).await.expect(LET_IN);
    house.database().move_clock(SignedDuration::from_hours(2)).await;
    house.running().parts.identity.authority().refresh().await.unwrap();
    house.get(&other, NOWHERE).await.expect(401);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn appointments_hold_in_their_time_once_confirmed() {
    let house = House::start().await;
    let authority = house.running().parts.identity.authority();
    let adviser = Someone::person().of_countries(Role::SecurityAdviser, &["KE"]);
    let caller = house.caller(adviser).await;
    let client = house.database().connect().await;
    let unconfirmed = "UPDATE appointment SET confirmed_by = NULL, confirmed_at = NULL";
    let before = authority.version();
    client.execute(unconfirmed, &[]).await.unwrap();
    authority.refresh().await.unwrap();
    assert!(authority.version() > before, "a change of an appointment raises the version");
    house.get(&caller, NOWHERE).await.expect(LET_IN);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_principal_carries_what_it_was_appointed_to() {
    let house = House::start().await;
    let identity = &house.running().parts.identity;
    let officer = Someone::person()
        .of_areas(Role::AreaSecurityCoordinator, &["KEN-890"])
        .of_countries(Role::DesignatedOfficial, &["KE", "UG"])
        .of_organization(Role::TravelFocalPoint, "unicef");
    let officer = house.caller(officer).await;
    let principal = identity.verify(&officer.token).await.unwrap();
    assert_eq!(principal.person().map(|person| person.0), Some(officer.id));
    assert_eq!(principal.organization, Some("unicef".into()));
    let reads = admit::<act::ReadTrips>(&principal).unwrap().scope().arrays();
    assert_eq!(reads.persons, [officer.id]);
    assert_eq!(reads.areas, ["KEN-890"]);
    assert_eq!(reads.countries, ["KE", "UG"]);
    assert_eq!(reads.organizations, ["unicef"]);
    assert!(admit::<act::RecordAppointments>(&principal).is_err());

    let auditor = house.caller(Someone::person().holding(Role::Auditor)).await;
    let principal = identity.verify(&auditor.token).await.unwrap();
    assert!(admit::<act::ReadTrips>(&principal).unwrap().scope().arrays().everywhere);
    assert!(admit::<act::Decide>(&principal).is_err());

    let machine =
        house.caller(Someone::client("wfp").of_organization(Role::ErpClient, "wfp")).await;
    let principal = identity.verify(&machine.token).await.unwrap();
    assert!(principal.is_client() && principal.person().is_none());
    let submits = admit::<act::SubmitTrip>(&principal).unwrap().scope().arrays();
    assert_eq!((submits.persons.len(), submits.organizations), (0, vec!["wfp".to_owned()]));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_is_the_databases() {
    let house = House::start().await;
    let then: Timestamp = "2030-02-28T23:59:59Z".parse().unwrap();
    house.database().freeze_clock(then).await;
    house.running().parts.identity.authority().refresh().await.unwrap();
    let ahead = house.now().duration_since(then);
    assert!(!ahead.is_negative() && ahead < SignedDuration::from_mins(1), "{ahead}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_fails_often_is_turned_away_before_any_signature_is_checked() {
    let house = House::start_with(|config| config.limits.failed_auth_count = 3).await;
    let caller = house.caller(Someone::person()).await;
    house.get(&caller, NOWHERE).await.expect(LET_IN);
    let forged = |n: u32| {
        let claims = house.issuer().claims(&format!("{n}"), house.now());
        TestKey::new("first").sign(&claims)
    };
    for n in 0..3 {
        house.get_with(&forged(n), NOWHERE).await.expect(401);
    }
    house.get_with(&forged(4), NOWHERE).await.expect(429);
    // a good token that was never seen needs a signature check too
    let second = house.caller(Someone::person()).await;
    house.get(&second, NOWHERE).await.expect(429);
    // one that was checked before does not
    house.get(&caller, NOWHERE).await.expect(LET_IN);
    house.close().await;
}
