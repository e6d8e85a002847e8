//! Names for people who do not exist, drawn at random from both lists.

/// Family names.
pub(super) const FAMILY: [&str; 64] = [
    "Abara", "Abebe", "Achieng", "Adeyemi", "Aguilar", "Ahmed", "Akello", "Almeida", "Andersen",
    "Arslan", "Bakker", "Banda", "Barzani", "Bekele", "Bianchi", "Boateng", "Castillo", "Chanda",
    "Chen", "Chowdhury", "Coulibaly", "Dao", "Diallo", "Dlamini", "Dubois", "Eriksen", "Farah",
    "Fernando", "Garcia", "Gomez", "Haddad", "Hakimi", "Hassan", "Hussein", "Ivanova", "Jensen",
    "Kamara", "Karimi", "Keita", "Khan", "Kimura", "Kovacs", "Laurent", "Lopez", "Mbeki", "Mendes",
    "Mensah", "Molina", "Moreau", "Mwangi", "Nakamura", "Ndiaye", "Nguyen", "Novak", "Okafor",
    "Otieno", "Park", "Perera", "Rahman", "Rossi", "Santos", "Sharma", "Tesfaye", "Zhang",
];

/// Given names.
pub(super) const GIVEN: [&str; 64] = [
    "Abel", "Adaeze", "Aisha", "Alejandro", "Amara", "Amina", "Ana", "Andrei", "Anja", "Asif",
    "Astrid", "Aylin", "Beatriz", "Bilal", "Camille", "Carlos", "Chidi", "Clara", "Daniel", "Deepa",
    "Diego", "Elena", "Elias", "Emeka", "Esther", "Fatima", "Felix", "Fiona", "Gabriel", "Grace",
    "Habiba", "Hana", "Hiro", "Ibrahim", "Ines", "Ingrid", "Ivan", "Jamila", "Jonas", "Joseph",
    "Kaito", "Karim", "Kofi", "Laila", "Lars", "Leila", "Lucia", "Luis", "Maria", "Marta", "Mei",
    "Mohamed", "Nadia", "Naomi", "Omar", "Paul", "Priya", "Rosa", "Samuel", "Sofia", "Tariq",
    "Thandi", "Yusuf", "Zainab",
];

/// Languages, by how often they are drawn.
pub(super) const LANGUAGES: [(u32, &str); 8] = [
    (40, "en"),
    (15, "en,fr"),
    (12, "en,es"),
    (10, "ar,en"),
    (8, "fr"),
    (6, "en,sw"),
    (5, "en,ru"),
    (4, "en,zh"),
];
