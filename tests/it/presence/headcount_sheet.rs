//! The list of a headcount's people for paper.

use safeconduct::access::Role;
use serde_json::json;

use super::headcount::{at_home, office, opened, resident, respond, usg};
use crate::harness::{Caller, Someone};
use crate::trips::stage::{NAIROBI, NAKURU, Stage};

/// Its records, by their columns' names.
async fn list(stage: &Stage, caller: &Caller, path: &str) -> Vec<Vec<String>> {
    let answer = stage.house.get(caller, path).await.expect(200);
    assert!(answer.header("content-type").starts_with("text/csv"), "{path}");
    let mut reader = csv::Reader::from_reader(answer.text.as_bytes());
    let wanted = ["area_id", "family_name", "basis", "family_of", "contacts", "status"];
    let head = reader.headers().unwrap().clone();
    let places = wanted.map(|name| head.iter().position(|one| one == name).unwrap());
    let records = reader.records().map(|record| {
        let record = record.unwrap();
        places.iter().map(|place| record[*place].to_owned()).collect()
    });
    records.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_for_paper_names_those_in_sight_and_how_they_are_reached() {
    let stage = Stage::set(&[]).await;
    let usg = usg(&stage).await;
    let (first, second) = (resident(&stage).await, resident(&stage).await);
    let there = stage.person("wfp").await;
    at_home(&stage, there.id, NAKURU, "staff_international").await;
    let child = stage.dependant(&second, "unicef").await;
    at_home(&stage, child, NAIROBI, "eligible_family_member").await;
    let client = stage.house.database().connect().await;
    for (person, family, given) in [
        (first.id, "Wanjiru", Some("Grace")),
        (second.id, "Achieng, \"Mama\"", Some("Ruth")),
        (there.id, "=HYPERLINK()", None),
        (child, "Achieng", Some("Ben")),
    ] {
        let update = "UPDATE person SET family_name = $2, given_names = $3 WHERE person_id = $1";
        client.execute(update, &[&person, &family, &given]).await.unwrap();
    }
    drop(client);
    let (id, path) = opened(&stage, &usg, &[NAIROBI, NAKURU]).await;
    let safe = json!({"person_id": first.id, "status": "safe"});
    respond(&stage, &first, &path, &safe).await.expect(200);

    let path = format!("{path}/list");
    let mobile = "mobile +254 700 000 000";
    let line = |area: &str, name: &str, basis: &str, of: &str, status: &str| {
        [area, name, basis, of, mobile, status].map(str::to_owned).to_vec()
    };
    let whole = list(&stage, &usg, &path).await;
    let nairobi = [
        line(NAIROBI, "Achieng", "dependant", "Ruth Achieng, \"Mama\"", "unaccounted"),
        line(NAIROBI, "Achieng, \"Mama\"", "resident", "", "unaccounted"),
        line(NAIROBI, "Wanjiru", "resident", "", "safe"),
    ];
    let nakuru = [line(NAKURU, "'=HYPERLINK()", "resident", "", "unaccounted")];
    assert_eq!(whole, [nairobi.as_slice(), nakuru.as_slice()].concat());
    let answer = stage.house.get(&usg, &path).await.expect(200);
    let attached = format!("attachment; filename=\"headcount-{id}.csv\"");
    assert_eq!(answer.header("content-disposition"), attached);
    assert_eq!(answer.header("cache-control"), "no-store");

    let asked = format!("{path}?area={NAIROBI}&status=unaccounted");
    assert_eq!(list(&stage, &usg, &asked).await, nairobi[..2]);
    let asc = office(&stage, Role::AreaSecurityCoordinator, &[NAKURU]).await;
    assert_eq!(list(&stage, &asc, &path).await, nakuru);
    assert!(list(&stage, &asc, &format!("{path}?area={NAIROBI}")).await.is_empty());
    let warden = office(&stage, Role::Warden, &[NAIROBI]).await;
    assert_eq!(list(&stage, &warden, &path).await, nairobi);
    // oneself and the family
    assert_eq!(list(&stage, &second, &path).await, nairobi[..2]);

    let stranger = stage.person("wfp").await;
    stage.house.get(&stranger, &path).await.expect(404);
    let focal = Someone::person();
    let focal = stage.house.caller(focal.of_organization(Role::TravelFocalPoint, "unicef")).await;
    stage.house.get(&focal, &path).await.expect(404);
    let faults = stage.house.get(&usg, &format!("{path}?status=fine&x=1")).await;
    assert_eq!(faults.expect(422).faults().len(), 2);
    stage.house.close().await;
}
