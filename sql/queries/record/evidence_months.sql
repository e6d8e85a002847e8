-- Makes the parts of evidence of this month and the two after it where they are missing.
SELECT evidence_months() AS made
