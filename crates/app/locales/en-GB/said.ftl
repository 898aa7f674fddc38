# Words that pages compose in Rust: rooms, roles, states, tasks, verbs.
room-today = Today
room-people = People
room-policy = Policy
room-audit = Log
room-settings = Settings
room-agreement = Agreement
room-report = Report

role-manager = Manager
role-lead = Safeguarding lead
role-deputy = Deputy lead
role-assistant_deputy = Assistant deputy
role-practitioner = Practitioner
role-volunteer = Volunteer
role-student = Student
role-committee = Committee member
role-chair = Chair
role-contractor = Contractor
role-parent = Parent or carer

state-kept = Working
state-due = Slipping
state-broken = Broken
state-off = Off
state-not-built = Not built yet
state-relies-on-people = You confirm

session-since = Since
session-seen = Last used
sign-in-too-slow = This took longer than 5 minutes. Start again with your password.
sign-in-code-wrong = This code is not right, or it was used already. Wait for the next one and type it again.
email-wrong = Type an email address, such as name@example.org.
link-unknown = We do not know this link. It may have been cut off when it was copied.
link-used = This link was used already, or a newer one replaced it.
link-expired = The time of this link is over.

account-password-old = Your password is older than your setting allows. Choose a new one, and everything opens again.
factor-needed = Your role needs a second step at sign-in. Set it up once, and everything opens.

person-active = Has access
person-signed = Signed
person-signed-until = until
person-signed-over = Signature has run out
person-unsigned = Not signed yet
person-factor-needed = Must be set up

settings-database-answers = The database answers:
settings-mail-on = Mail leaves, or is shown in the outbox of the demonstration.
settings-mail-off = No mail server is set. Invitations wait until there is one.
settings-https-on = The connection is encrypted.
settings-https-off = This connection is not encrypted. That is for this computer only.
settings-https-own = By the setting's own certificate authority
settings-https-given = By a certificate that somebody else issued
settings-https-none = Not on this address
settings-keys-line = Everything is sealed with the master key
settings-backup-line = Make one with “stairgate backup FILE”. It works while Stairgate runs.

agreement-version = e-safety agreement, as in force today
agreement-why = Nothing else is open to you until you have signed this
agreement-read-missing = Tick this once you have read the agreement.
agreement-changed = The agreement has changed since you opened this page. Read it again; the new words are shown below.
strength-must = Must
strength-should = Should
strength-advised = Advised

policy-version = Version
policy-since = In force since

today-morning = Good morning
today-afternoon = Good afternoon
today-evening = Good evening
task-sign-again = Sign the e-safety agreement again
task-sign-again-why = Your signature holds until
task-sign-again-do = Read and sign
task-codes = Make new recovery codes
task-codes-why = Recovery codes left:
task-codes-do = Open account
task-ask = Ask
task-ask-sign = to sign the e-safety agreement
task-ask-sign-many = people to sign the e-safety agreement
task-ask-why = Until then nothing else opens for them.
task-ask-do = See people
task-invited = people have not joined yet
task-invited-one = person has not joined yet
task-broken = clauses are broken
task-broken-one = clause is broken
task-broken-why = What the policy says is not what happens.
task-broken-do = See clauses
task-stuck = mails could not be sent
task-stuck-why = Look at the mail server's settings.
task-stuck-do = Open settings
fact-own-signature = You have signed the e-safety agreement. It holds until
fact-all-signed = people have signed the e-safety agreement: everybody with access.
fact-kept = clauses of the policy are working today, and none is broken.
fact-kept-one = clause of the policy is working today, and none is broken.

coverage-today = Today
coverage-act-people = See who
strip-none = nothing stored
strip-all = Kept on all
strip-kept = Kept on
strip-missed = not on
strip-days = days

audit-somebody = Somebody who was here
audit-system = Stairgate
audit-nobody = Before sign-in
audit-no-checkpoint = Not yet

outbox-phones = the sample people's phones
outbox-codes = Second-step codes now

verb-view_sign_in = Open the sign-in page
verb-view_link = Open a link
verb-view_set_up = Open the set-up page
verb-view_mail_outbox = Open the outbox
verb-view_report = Open the report door
verb-view_account = Open one's account
verb-view_agreement = Open the agreement
verb-view_policy = Open the policy
verb-view_today = Open Today
verb-view_coverage = Open coverage
verb-view_audit = Open the log
verb-view_settings = Open the settings
verb-view_people = Open people
verb-sign_in = Sign in
verb-request_reset = Ask for a new password
verb-accept_invitation = Accept an invitation
verb-reset_password = Choose a new password by link
verb-set_up_setting = Set up the setting
verb-sign_out = Sign out
verb-unlock_session = Unlock a session
verb-choose_setting = Change to another setting
verb-end_session = End a session
verb-change_password = Change one's password
verb-set_up_second_factor = Set up the second step
verb-renew_recovery_codes = Make new recovery codes
verb-sign_agreement = Sign the e-safety agreement
verb-adopt_policy = Bring a policy into force
verb-invite_person = Invite a person
verb-change_roles = Change roles
verb-end_access = End access
verb-recover_account = Recover an account at the console
verb-update_setting = Change the settings
verb-export_audit = Export the log
verb-store_coverage = Store coverage of a day
verb-back_up = Make a backup
verb-restore_backup = Restore a backup
verb-begin_demo = Begin the demonstration

account-password-wrong = Your password did not match. Type it again.
factor-code-wrong = The code did not match. Type the six figures that your app shows now.
factor-password-why = So that nobody else can do this on a device that you left open
task-clock = Set the computer's clock
task-clock-why = It went back. The newest entry in the log is from
task-clock-do = Open the log
