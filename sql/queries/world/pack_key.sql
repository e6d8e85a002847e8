-- What packs are signed with.
SELECT k.key_id, k.pkcs8 FROM pack_key AS k
