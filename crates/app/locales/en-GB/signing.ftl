# Passkeys, sign-in by link, reported passwords, and marks of unusual access.

# --- mails
mail-alert-subject = Something to look into on Stairgate
mail-alert = Stairgate noticed unusual access at { $setting }. Sign in to see who it was and why it stands out. No names are in this mail.

alert-seen-already = Somebody has looked into this already. Nothing was changed.
