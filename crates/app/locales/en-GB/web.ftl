# The frame, errors, refusals, and the pages of the installation itself.
product = Stairgate
idea = The policy that people sign is the policy that the software keeps.
skip = Skip to main content
title-error = Error:
nav-main = Main
nav-home = Stairgate, go to Today
nav-count = to do
nav-more = More
who-account = Account
demo-label = Demonstration
demo = This is a demonstration. Its people and records are invented.
demo-outbox = Mails and codes
danger-before = Someone in danger? Call
danger-call = 999
danger-after = first.

errors-title = There is a problem

refusal-rule = The rule behind this:
refusal-own-rule = This is a rule of Stairgate itself. Your policy does not need to say it.
refusal-clause = Your policy says
refusal-next = What to do next

error-home = Go to Today
error-account = Open your account
error-report = Report something
error-number = Error number

outbox-title = Mails
outbox-lead = What Stairgate would have sent. In this demonstration nothing leaves the computer.
outbox-none = No mails yet
outbox-none-next = Invite somebody, or ask for a new password, and the mail shows here.
outbox-to = To
outbox-open = Open the link

ca-title = Let this device trust your setting
ca-lead = Stairgate brings its own certificate, so that everything on your network is encrypted. Each device must accept it once. It takes about two minutes.
ca-check = First, check that it is ours
ca-check-why = Before you accept the certificate, compare this fingerprint with the one under “Settings” in Stairgate, on a computer that is already set up. Stop if they differ, and tell your manager.
ca-ipad = iPad and iPhone
ca-ipad-get = Get the profile
ca-ipad-1 = Allow the download
ca-ipad-1-how = Tap “Get the profile” in Safari, then “Allow”.
ca-ipad-2 = Install the profile
ca-ipad-2-how = Open Settings, then General, then VPN and Device Management. Tap the Stairgate profile and “Install”.
ca-ipad-3 = Give it full trust
ca-ipad-3-how = Go to Settings, General, About, Certificate Trust Settings. Switch on the Stairgate certificate. Without this step the device still warns you.
ca-android = Android tablet or phone
ca-get = Get the certificate
ca-android-1 = Download it
ca-android-1-how = Tap “Get the certificate” and keep the file.
ca-android-2 = Install it
ca-android-2-how = Open Settings and search for “CA certificate”. Tap it, then “Install anyway”, and choose the file.
ca-windows = Windows computer
ca-windows-1 = Open the file
ca-windows-1-how = Choose “Get the certificate”, open it, then “Install Certificate”.
ca-windows-2 = Put it in the right place
ca-windows-2-how = Choose “Local Machine”, then “Place all certificates in the following store”, then “Trusted Root Certification Authorities”.
ca-then = Then open Stairgate
ca-then-how = Scan this with the camera of the device, or type the address.
ca-qr = QR code that opens the encrypted address
