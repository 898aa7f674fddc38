# Passkeys, sign-in by link, reported passwords, and marks of unusual access.

# --- the sign-in page
sign-in-other = Other ways in
sign-in-families = Parents and carers need no password.
sign-in-link-do = Send me a link
sign-in-recovery = Recovery code
sign-in-recovery-hint = One of the codes that you were given with your passkey
sign-in-code-lead-passkey = Your password is right. Now show your passkey, or type a recovery code.
sign-in-done-reported = Thank you. You are signed out everywhere. We have mailed you a link: choose a new password with it.

sign-in-link-title = Sign in by email
sign-in-link-lead = For parents and carers. We send you a link that signs you in. It works once, for 30 minutes.
sign-in-link-hint = The address that the nursery has
sign-in-link-sent-title = Check your email
sign-in-link-sent-lead = If this address has an account here, a mail is on its way.
sign-in-link-step-2 = Follow the link
sign-in-link-step-2-why = Press the button on the page that opens. Then you are signed in.

link-sign-in-title = Sign in to Stairgate
link-sign-in-lead = You asked for this link. Press the button to sign in. It works once.
link-sign-in-staff = You work here, so a mailed link is not enough. Sign in with your password or your passkey.
link-sign-in-do = Sign in
link-join-lead-family = Press the button to join. You need no password.
link-join-family-do = Join and sign in

# --- passkeys
passkey-sign-in-do = Sign in with a passkey
passkey-second-do = Use your passkey
passkey-show-title = Show your passkey
passkey-show-lead = Your device asks for your finger, your face or its PIN. That never leaves the device.
passkey-show-do = Try again
passkey-make-title = Make your passkey
passkey-make-lead = Your device asks where to keep the passkey, and checks that it is you.
passkey-make-do = Try again
passkey-new-title = Add a passkey
passkey-offer-title = Next time without a mail
passkey-new-lead = A passkey signs you in with your finger, your face or the PIN of your device.
passkey-why-1 = Nothing to remember and nothing to type
passkey-why-2 = Nobody can guess it or watch you type it
passkey-why-3 = Your finger and your face stay on your device. We never get them.
passkey-new-do = Add a passkey
passkey-password-why = So that nobody else can do this on a device that you left open
passkey-later = Not now
passkey-needs-scripts = A passkey needs scripts, and they are off in this browser. Sign in with your password or a mailed link instead.
passkey-needs-scripts-code = A passkey needs scripts, and they are off in this browser. Type a code instead.
passkey-unable = This browser cannot use passkeys. Use another browser or device, or sign in another way.
passkey-impossible = Passkeys work only where Stairgate has a name and HTTPS. Ask whoever looks after your computers.
passkey-cancelled = No passkey was used, and nothing has changed. Press the button to try again, or go back.
passkey-exists = This device has a passkey for your account already. You can use it to sign in.
passkey-failed = Your device could not do this, and nothing has changed. Press the button to try again, or use another device.
passkey-elsewhere = This passkey belongs to another address, and nothing was opened. Open { $address } and try again there.
passkey-stale = This took too long, or it was sent twice. Nothing has changed. Start again.
passkey-unverified = Your device did not check that it is you. Turn on its screen lock, then try again.
passkey-unknown = No account here has this passkey. It may have been removed. Sign in another way.
passkey-doubted = There may be a copy of this passkey, so it opens nothing any more. Sign in another way, remove it on your account page and add a new one.
passkey-reported = The password of this account was reported as known, so it waits for a new one. Open the link that we mailed to you.
passkey-wrong = This passkey did not match, and nothing was opened. Try again, or sign in another way.
passkey-not-fresh = To add or remove a passkey, sign in anew first: sign out, then ask for a new link.
passkey-used = Added { $made }, last used { $used }
passkey-unused = Added { $made }, not used yet
passkey-remove-title = Remove a passkey
passkey-remove-what = It signs you in no more. Your other ways to sign in stay. The device may still show it: delete it there too.
passkey-remove-last = This is your only second step. Without it your password alone lets you in, and your recovery codes go. If your role needs a second step, you will be asked to set one up.
passkey-remove-last-mail = This is your only passkey. After this you sign in by a mailed link.
passkey-remove-do = Remove this passkey

account-factor-passkey = Your passkey is your second step.
account-passkeys = Passkeys
account-passkeys-none = You have none yet. A passkey signs you in with your finger, your face or the PIN of your device.
account-passkeys-unknown = Do you not know one of these? Remove it, then report that your password is known.
account-passkey-add = Add a passkey
account-passkey-remove = Remove
account-done-passkey-added = Your passkey is ready. Next time, choose "Sign in with a passkey".
account-done-passkey-removed = The passkey is removed.
account-passkey-doubted = Perhaps copied
account-no-password = You sign in by a mailed link or a passkey, so there is no password to keep.
account-known = Somebody knows my password
account-known-why = Tell us even if you are not sure. Nobody will be cross.
account-known-do = Report it
account-end-others = End all others
account-done-sessions-ended = You are signed out everywhere else.
session-new-place = New place
session-on-tablet = On { $name }
factor-or-passkey = Or use a passkey instead: your finger, your face or the PIN of your device.

# --- a password that is known
report-password-title = A password is known
report-password-lead = Somebody saw it, heard it, guessed it or was told it. It happens. Telling us is right.
report-password-then = What happens then
report-password-then-what = Every session of the account ends at once. The password, the PIN and the passkeys stop working, and a code app too if it is new. A link to choose a new one goes to the person by mail, and the lead is told.
report-password-own = My own
report-password-own-why = You are signed out too. The mail that we send you lets you back in.
report-password-own-do = Somebody knows my password
report-password-other = Somebody else's
report-password-who = Whose password is known?
report-password-whose = Choose whose password is known.
report-password-choose = Choose a name
report-password-other-do = Their password is known
report-password-locked = This session is locked. Unlock it first, or tell the lead in person.
report-password-done-title = Thank you for telling us
report-password-done-lead = You did the right thing, and you did it quickly.
report-password-did-1 = The account is closed to everybody
report-password-did-1-why = Every session has ended. The old password, the PIN and the passkeys open nothing.
report-password-did-2 = A link is on its way
report-password-did-2-why = The person gets a mail and chooses a new password with it.
report-password-did-3 = The lead knows
report-password-did-3-why = They get a mail, and see it on their board until the new password is chosen.
report-password-back = Back to your work
report-password-link = A password is known to somebody
report-password-link-why = Yours or a colleague's: it takes one minute
report-password-link-own = Yours: it takes one minute
report-password-link-other = A colleague's: it takes one minute
person-known = Password known to somebody?
person-known-what = Every session of theirs ends, password and PIN stop working, and they get a link to choose a new password. The lead is told.
person-known-do = Report that it is known

# --- unusual access
alerts-title = Unusual access
alerts-lead = Things that stand out. Most have a good reason: ask, then say here that you have looked.
alerts-open = To look into
alerts-none = Nothing to look into
alerts-none-why = Unusual access shows up here, and you get a mail.
alerts-done = Looked into
alerts-do = I have looked into it
alerts-seen = { $name } looked into it { $at }
alerts-unseen-one = A child whom you may not see
alerts-unseen = { $count } children whom you may not see
alerts-own = This is about you, so somebody else of the leads looks into it.
alerts-span = { $day }, { $first } to { $last }
alerts-somebody = Somebody
alerts-waiting = Waiting for a new password
alerts-waiting-since = Reported as known
alerts-children-opened = { $name } opened the pages of { $count } children
alerts-child-opened = { $name } opened a child's page
alerts-passkey-doubted = { $name }'s passkey may have been copied
alerts-register-exported = { $name } took the register along as a file
alerts-pin-closed = { $name }'s PIN was tried wrongly so often that it was closed
alerts-tablet-elsewhere = { $name } was used on another network than its own
alerts-because-other_network = It is on another network than before. Is it where it belongs? If nobody knows, end its enrolment
alerts-backup-restored = A backup was put back, so what was changed since it was made is gone
alerts-because-changes_lost = Enter again who left, whom to keep from a child, tablets that were taken away, and passwords that others knew
alerts-because-many_pins = Somebody may be guessing it
alerts-other = { $name } did something unusual
alerts-because-out_of_hours = Outside opening hours
alerts-because-new_place = From a new place
alerts-because-many_children = Many children in a short time
alerts-because-perhaps_copied = It was used out of turn
alerts-because-whole_register = Everybody's details in one file
alert-seen-already = Somebody has looked into this already. Nothing was changed.

task-alerts = { $count } alerts to look into
task-alerts-one = 1 alert to look into
task-alerts-why = Something about who opened what stands out.
task-alerts-do = Look
task-password-known = { $name }'s password was reported as known
task-password-known-many = { $count } passwords were reported as known
task-password-known-why = The account is closed until the mailed link is used. Ask them to look at their mail.
task-password-known-do = See

# --- mails
mail-alert-subject = Something to look into on Stairgate
mail-alert = Stairgate noticed unusual access at { $setting }. Sign in to see who it was and why it stands out. No names are in this mail.
mail-doubt-subject = Your passkey on Stairgate
mail-doubt = Your passkey "{ $label }" was used out of turn. There may be a copy of it, so it opens nothing any more.

    Sign in another way, remove it and add a new one:
    { $address }

    If you did not try to sign in just now, tell your lead today.
mail-sign-in-subject = Your link to sign in to { $setting }
mail-sign-in = Somebody asked for a link to sign in with this address.

    Open it within 30 minutes and press the button. It works once:
    { $address }

    If it was not you, do nothing: the link opens nothing by itself.
mail-sign-in-staff-subject = How you sign in to Stairgate
mail-sign-in-staff = Somebody asked for a link to sign in with this address.

    You work here, so a mailed link is not enough. Sign in with your password or your passkey:
    { $address }

    If it was not you, do nothing. Tell your manager if you get this again.
mail-new-way-subject = Something new on your Stairgate account
mail-new-way = { $what }

    If this was you, there is nothing to do.

    If this was not you, say so at once. Sign in and press "Somebody knows my password":
    { $address }

    Can you not sign in? Talk to your manager or your lead today.
mail-new-way-passkey = A passkey was added to your account for Stairgate.
mail-new-way-app = A code app was set up on your account for Stairgate, with new recovery codes.
mail-new-way-codes = New recovery codes were made for your account for Stairgate.
mail-new-way-pin = A PIN for the tablets was set on your account for Stairgate.
mail-password-report-subject = A password was reported as known
mail-password-report = Somebody at { $setting } reported that a password is known to others. The account is closed until its owner chooses a new one. Sign in to see whose it is.
mail-reported-subject = Choose a new password for Stairgate
mail-reported = Somebody told us that your password for Stairgate is known to others. You did nothing wrong. To keep you safe, you were signed out everywhere, and the old password opens nothing.

    To choose a new one, open this link within an hour:
    { $address }

    Is the hour over? Ask for a new link on the sign-in page, under "Forgotten your password?".

    Your passkeys and your PINs were taken away too, and the code app if it was new. Set up your own again on your account page.
