# Accounts: registering, logging in and out, and what is one's own.

account-title-log-in = Sign in
account-title-factor = Second step
account-title-set-up = Set up your authenticator app
account-title-recovery = Your recovery codes

account-email = E-mail address
account-password = Password
account-log-in = Sign in
account-without = You have no account with us? Have a link to your case mailed to you:
account-forgot = I have forgotten my password
account-other-ways = Other ways to sign in
account-by-code = Sign in with a code by e-mail
account-with = Sign in with { $provider }
account-new-here = New here?
account-register = Create an account
account-new-why = You can follow your cases, get answers and take a token for a branch.
account-staff-here = Staff are invited by an administrator and sign in here too.
account-back = Sign in to go on where you were. If you had begun to write something, it is kept.
account-logged-out = You are signed out.
account-begin-again = Begin again
account-not-now = Not now
account-warning = Warning

account-app-code = Code from your authenticator app
account-app-hint = Six digits. Spaces do not matter.
account-recovery-code = Recovery code
account-recovery-hint = One of the codes that you kept when you set up the app. Each works once.
account-use-app = Use the authenticator app
account-use-recovery = I do not have my phone: use a recovery code

account-set-up-why = A password alone is not enough here: the app shows a new code every 30 seconds, and only on your phone.
account-set-up-install = Install an authenticator app on your phone, if you have none yet.
account-set-up-scan = In the app, add an account and scan this picture.
account-set-up-type = Type the code that the app then shows.
account-set-up-picture = QR code for your authenticator app. The same as text is below.
account-set-up-secret = Cannot scan? Type this secret into the app:
account-set-up-copy = Copy the secret
account-set-up-done = Go on

account-recovery-why = If you lose your phone, one of these codes gets you in. Each works once.
account-recovery-once = They are shown now and never again. Print them or keep them in a password manager.
account-recovery-copy = Copy all codes
account-recovery-kept = I have kept them

account-error-email_missing = Enter your e-mail address
account-error-email_invalid = Enter an e-mail address in the right form, like name@example.com
account-error-password_missing = Enter your password
account-error-refused = The e-mail address or the password is not right
account-error-refused_wait = { $count ->
    [one] The e-mail address or the password is not right. You can try again in one minute
   *[other] The e-mail address or the password is not right. You can try again in { $count } minutes
}
account-error-wait = { $count ->
    [one] Too many tries. Try again in one minute
   *[other] Too many tries. Try again in { $count } minutes
}
account-error-code_wrong = The code is not right. Type it as it was sent or as the app shows it
account-error-code_over = This code ran out or was tried too often. Ask for another one
account-error-flow_over = This took too long or was finished before. Begin again

account-title-register = Create an account
account-title-code = Check your e-mail
account-title-by-code = Sign in with a code
account-title-give-address = Your e-mail address
account-title-forgot = Forgotten password
account-title-sent = Check your e-mail
account-title-reset = Choose a new password
account-title-dead = This link does not lead anywhere any more
account-title-invitation = You are invited

account-register-why = It takes two minutes: your name, your e-mail address and a password. Then we mail you a code.
account-name = Your name
account-name-hint = As we should address you
account-email-hint = We send the code and our answers there
account-password-new = New password
account-password-hint = At least { $count } characters. Three or four words that do not belong together are good and easy to remember.
account-password-hint-both = At least { $count } characters, or { $factor } if you use an authenticator app. Three or four words that do not belong together are good and easy to remember.
account-password-keep = Keep the new password
account-password-changed = Your password is changed. You are signed out everywhere else.
account-go-on = Go on
account-have-one = You have an account?
account-registered = Your account is ready.

account-code-sent = We have sent a code to the address that you gave.
account-code-sent-to = We have sent a code to { $email }.
account-mailed-code = Code from the e-mail
account-mailed-hint = Six digits, good for { $count } minutes. Spaces do not matter.
account-no-mail = Nothing came?
account-no-mail-why = It can take a minute. Look into the folder for unwanted mail, and check that the address is right.
account-send-again = Send another code
account-code-sent-again = Another code is on its way. Only the latest one works.
account-other-address = Use another address
account-send-code = Send a code
account-by-code-why = We mail you a code. You need no password.
account-by-password = Sign in with a password
account-give-address-why = We need an address where we can write to you. A code goes there first.

account-forgot-why = We mail you a link with which you choose a new password.
account-send-link = Send the link
account-remembered = I remember it: sign in
account-sent-reset = If there is an account with this address, a link is on its way. It is good for { $count } minutes and works once.
account-reset-why = You will be signed out on every device.
account-dead-reset = It was used already or ran out.
account-dead-reset-again = Ask for a new link
account-dead-invitation = The invitation was accepted already, taken back or ran out. Whoever invited you can invite you again.
account-dead-invitation-again = Sign in

account-role = You will be
account-invitation-why = { $bank } invites you to work at its desk. Choose a password.
account-invitation-next = After this you set up an authenticator app on your phone. Have it at hand.

account-error-name_missing = Enter your name
account-error-name_invalid = Enter a name on one line, not longer than 320 characters
account-error-password_new_missing = Choose a password
account-error-password_short = Choose a password with at least { $count } characters
account-error-password_long = Choose a password with at most 128 characters
account-error-password_common = Choose a password that is harder to guess: no common one, no row of keys, not made of your name, your address or the bank's name
account-error-email_taken = There is an account with this address already. Sign in with it
account-error-admin_exists = There is an administrator already, who can invite you

account-title-account = Your account
account-title-password = Change your password
account-title-address = Change your e-mail address
account-title-prove = Is it you?
account-title-profile = About you
account-title-provider = You were not signed in there

account-details = Your details
account-phone = Telephone
account-phone-hint = With the country code if it is not an Indian number
account-branch = Your branch
account-branch-none = None, or I am not sure
account-language = Language
account-channel = How we answer you best
account-channel-email = By e-mail
account-channel-phone = By telephone
account-channel-chat = In a chat
account-channel-counter = At the branch
account-consents = You agreed to
account-consents-none = nothing
account-consents-ask = May we?
account-consents-hint = You can change this at any time. We help you just the same.
account-consent-ratings = Ask you how we did, after a case
account-consent-offers = Tell you about offers of the bank
account-not-given = not given
account-profile-first = Welcome. A few questions, once
account-profile-why = This helps us to answer in your way. Nothing here has to be filled in but your name.
account-profile-keep = Keep
account-profile-saved = We have noted that.
account-leave = Back to your account

account-ways = How you sign in
account-password-set = set
account-password-none = none
account-password-current = Your password now
account-reset-why-others = You stay signed in here and are signed out everywhere else.
account-app = Authenticator app
account-app-why = A second step that keeps out whoever has your password.
account-on = On
account-off = Off
account-app-begin = Set up an authenticator app
account-app-again = Set up another app in its place
account-app-remove = Turn it off
account-app-remove-sure = Turn the second step off? Then your password alone is enough to sign in.
account-factor-removed = The second step is off. You are signed out everywhere else.
account-recovery-left = { $count ->
    [one] One recovery code is left.
   *[other] { $count } recovery codes are left.
}
account-recovery-new = Make new recovery codes
account-providers = Sign in through others
account-linked-since = Linked since
account-not-linked = Not linked
account-link = Link { $provider }
account-unlink = Unlink { $provider }
account-linked = It is linked. You can sign in with it from now on.
account-unlinked = It is not linked any more. You are signed out everywhere else.

account-sessions = Where you are signed in
account-sessions-why = If you do not know one of these, end it and change your password.
account-session-this = this one
account-session-since = Since
account-session-seen = Last used
account-session-end = End { $name }
account-session-ended = It is signed out.
account-sessions-end-others = Sign out everywhere else
account-sessions-ended = You are signed out everywhere else.
account-latest = What happened lately
account-latest-why = Sign-ins and tries of the last time, the latest first.
account-attempt-logged_in = Signed in
account-attempt-log_in_refused = A wrong password was tried
account-attempt-factor_refused = A wrong second step was tried
account-attempt-registered = The account was made
account-attempt-reset_asked = A link for a new password was asked for
account-attempt-asked = A link to a case was asked for

account-address-why = We send a code to the new address. Until you type it, the old one stays.
account-address-changed = Your e-mail address is changed. You are signed out everywhere else.
account-prove-why = You are about to change how you sign in. Please show once more that it is you.
account-prove-no-password = You have no password. Sign in once more through the provider that you use, or choose a password by a mailed link.
account-prove-with = Go on with { $provider }
account-forgot-choose = Choose a password
account-proved = Thank you. You can go on for ten minutes.

account-try-again = Try again
account-provider-declined = You, or the provider, stopped it. Nothing happened.
account-provider-late = This took too long, was begun in another browser or was brought back before. Nothing happened.
account-provider-away = The provider does not answer now. Try again in a while, or sign in another way.
account-provider-failed = What the provider said cannot be used here. We know about it. Please sign in another way.
account-provider-identity_taken = Another account is linked to this one there. Sign in to that account, or unlink it first.
account-provider-identities_full = You have linked as many as there can be. Unlink one first.
account-provider-last_way_in = Choose a password first: otherwise you could not sign in any more.
account-provider-proof_wrong = This did not show that it is you. Use the one that your account is linked to, and your password and second step if you have them.

account-error-proof_wrong = This is not right. Type your password, and the code if you have an authenticator app
account-error-phone_invalid = Enter a telephone number with digits, and + - ( ) or spaces between them
account-error-phone_missing = Enter your telephone number, so that we can call you
account-error-branch_unknown = Choose a branch from the list
account-error-consents_invalid = Choose from the list

account-title-track = Track a case
account-title-track-case = Your case
account-track-why = You need no account. We mail you a link to your case.
account-reference = Reference
account-reference-hint = As in the mail about your case, for example ABCDE-FGHJK-M. Spaces and hyphens do not matter.
account-track-email = The address that you gave with the case
account-track-sent = If this is right, a link to the case is on its way. It is good for { $count } hours.
account-track-status = Status
account-track-more = With an account you can also add files, reopen and rate.
account-dead-track = It ran out, or is not whole. A link to a case is good for a day.
account-dead-track-again = Ask for a new link
account-error-reference_missing = Enter the reference of your case
account-error-reference_invalid = Check the reference: it has 11 letters and digits, as in ABCDE-FGHJK-M, and one seems to be mistyped
