# Reading and signing the agreement.
agreement-promises = What I promise
agreement-monitoring = What is watched, and why
agreement-clauses = Where our policy asks for this
agreement-signed = Your signature
agreement-signed-on = Signed
agreement-signed-until = It holds until
agreement-signed-ran-out = It ran out on
agreement-signed-no-more = It counts no more: the agreement has changed since, or you were invited anew.
agreement-sign = Sign the agreement
agreement-read = I have read this agreement and I will keep to it.
agreement-name = Type your full name
agreement-name-hint = This is your signature
agreement-as = You are signed in as
agreement-kept = We keep your name, the time and exactly these words.
agreement-do = Sign the agreement
agreement-ask = Who to ask

signed-title = You have signed
signed-tag = Signed
signed-when = When
signed-until = Holds until
signed-reference = Reference
signed-next = You can read it again at any time. We ask you again when it runs out or when its words change.
signed-do = Carry on
