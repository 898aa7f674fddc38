# Tablets and other enrolled devices: the list, enrolment, the lock, PINs, what waits to be sent.
link-enrol-title = Make this a tablet of your setting
link-enrol-lead = This link works once, for a few minutes after it was made.
link-enrol-then = From then on this device opens with the lock, where each person signs in with their own PIN or password.
link-enrol-do = Enrol this device
link-tablet = Device
