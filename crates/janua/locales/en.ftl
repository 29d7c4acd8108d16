### Everything that Janua says in emails and on its pages.
###
### Email texts are wrapped below 72 columns here because the plain-text version is sent as it stands; the HTML
### version flows freely. Subjects, labels and page texts stay on one line. Keys are the same in every locale.

## Emails: shared

email-greeting = Hello,
email-greeting-name = Hello { $name },

# Stands under every button.
email-link-fallback = If the button does not work, copy this address into your browser:

email-link-expires = { $hours ->
    [one] The link works only once and expires after one hour.
   *[other] The link works only once and expires after { $hours } hours.
}

email-detail-account = Account
email-detail-when = When
email-detail-ip = IP address
email-detail-device = Device

email-not-you-heading = Was this not you?
email-not-you-advice =
    Sign in and change your password right away. If you can no longer
    sign in, ask for a password reset on the sign-in screen.

email-footer-sent =
    { $app_name } sent this message to
    { $email }
email-footer-never = We never ask for your password by email.
email-footer-request = Reference for support: { $request_id }

## Email: verification

email-verification-subject = Confirm your email address for { $app_name }
email-verification-preheader = One click, and your account is ready to use.
email-verification-intro =
    Welcome to { $app_name }! Please confirm that this address is yours,
    and your account is ready to use.
email-verification-link =
    Open this address in your browser to confirm:
email-verification-button = Confirm my address
email-verification-ignore =
    Did you not create an account? Then somebody probably mistyped their
    address, and you can delete this message.

## Email: sign-in link

email-magic-link-subject = Sign in to { $app_name }
email-magic-link-preheader = Your link and your code, good for a few minutes.
email-magic-link-intro =
    Somebody, hopefully you, wants to sign in to { $app_name } with this
    address.
email-magic-link-link =
    Open this address in the browser in which you asked for it:
email-magic-link-button = Sign in
email-magic-link-code =
    Or type this code where you asked for it. Nobody from us will ever ask you
    for it:
email-magic-link-expires = { $minutes ->
    [one] Both work once, within one minute.
   *[other] Both work once, within { $minutes } minutes.
}
email-magic-link-ignore =
    Did you not ask for this? Then just delete this message, and give the code
    to nobody: without it, nothing happens.

email-account-claimed-subject = Your { $app_name } account is yours now
email-account-claimed-preheader = Your address is confirmed, and what was set before is gone.
email-account-claimed-intro =
    You have signed in to { $app_name } with a link or a code that was mailed
    to you, and so confirmed that this address is yours.
email-account-claimed-why =
    Nobody had confirmed it before. The account could have been set up by
    somebody else, so its password, second factors, passkeys and API keys were
    removed, and everybody was signed out.
email-account-claimed-advice =
    If you had chosen a password, ask for a password reset on the sign-in
    screen to choose it again. You can go on signing in by mail, too.

## Email: password reset

email-password-reset-subject = Reset your { $app_name } password
email-password-reset-preheader = Use this link to choose a new password.
email-password-reset-intro =
    Somebody, hopefully you, asked to reset the password of your
    { $app_name } account. You can choose a new one now.
email-password-reset-link =
    Open this address in your browser to choose it:
email-password-reset-button = Choose a new password
email-password-reset-ignore =
    Did you not ask for this? Then just delete this message: your password
    stays as it is. Please do not pass the link on to anybody.

## Email: welcome

email-welcome-subject = Welcome to { $app_name }
email-welcome-preheader = Your account is ready. Good to have you here.
email-welcome-intro =
    Your { $app_name } account is ready. It is good to have you here!
email-welcome-sign-in = You sign in with this address:
email-welcome-tips-heading = Three things that keep your account safe
email-welcome-tip-password =
    Use a password that you use nowhere else. Three or four unrelated
    words are easy to remember and hard to guess.
email-welcome-tip-notices =
    Read our security messages. We write to you when your password
    changes or when somebody signs in from a new device.
email-welcome-tip-links =
    Look at the address before you type your password. If a page looks
    odd to you, close it.

## Email: password changed

email-password-changed-subject = Your { $app_name } password was changed
email-password-changed-preheader = If this was you, there is nothing to do.
email-password-changed-intro =
    The password of your { $app_name } account has just been changed. For
    your safety, you have been signed out on your other devices.
email-password-changed-was-you =
    If this was you, there is nothing more to do.
email-password-changed-advice =
    Ask for a password reset on the sign-in screen at once. The link comes
    to this address, and a new password signs everybody else out.

## Email: new sign-in

email-new-sign-in-subject = New sign-in to your { $app_name } account
email-new-sign-in-preheader = We did not know this device yet. Was it you?
email-new-sign-in-intro =
    Somebody has just signed in to your { $app_name } account from a device
    that we have not seen before.
email-new-sign-in-was-you =
    If this was you, there is nothing to do.

## Email: account locked

email-account-locked-subject = Your { $app_name } account is locked for now
email-account-locked-preheader = Too many failed sign-ins. It opens again by itself.
email-account-locked-intro = { $minutes ->
    [one]
        Somebody tried to sign in to your { $app_name } account with a wrong
        password too many times. To protect you, we have locked it for one
        minute.
   *[other]
        Somebody tried to sign in to your { $app_name } account with a wrong
        password too many times. To protect you, we have locked it for
        { $minutes } minutes.
}
email-account-locked-until = Locked until
email-account-locked-was-you =
    If this was you: wait until then and try again. If you have forgotten
    your password, ask for a password reset on the sign-in screen: that
    unlocks your account at once.
email-account-locked-not-you =
    If this was not you: none of these attempts got in. If your password is
    short, or if you use it elsewhere too, this is a good moment to choose
    a new one.

## Email: session theft

email-session-theft-subject = We ended a session of your { $app_name } account
email-session-theft-preheader = Somebody may have copied a sign-in. Please have a look.
email-session-theft-intro =
    A key that keeps you signed in to your { $app_name } account was used
    twice, although each one works only once. Somebody may have copied it,
    so we have ended that session.
email-session-theft-was-you =
    Sometimes this has a harmless cause, such as a device that was restored
    from a backup. If that explains it, just sign in again.
email-session-theft-heading = Can you not explain it?
email-session-theft-advice =
    Sign in on a device that you trust and change your password right away:
    that ends all your other sessions. If you can no longer sign in, ask
    for a password reset on the sign-in screen.

## Page: verify email

page-verify-email-title = Confirm your email address
page-verify-email-intro = Press the button to confirm that the address is yours.
page-verify-email-button = Confirm my address
page-verify-email-ignore = Did you not create an account? Then just close this page: nothing has happened yet.

page-verify-email-done-title = Your address is confirmed
page-verify-email-done-text = Thank you! You can close this page and sign in.

## Page: sign-in link

page-magic-link-title = Sign in
page-magic-link-intro = Press the button to sign in as { $email }.
page-magic-link-button = Sign in
page-magic-link-elsewhere = This link was asked for in another browser. If you go on, you sign in here as { $email }.
page-magic-link-elsewhere-warning = Go on only if you asked for it yourself. If you only want to sign in over there, type the code of the mail there.
page-magic-link-elsewhere-button = I asked for it: sign me in here
page-magic-link-ignore = Did you not ask for this? Then just close this page: nothing has happened yet.
page-magic-link-second-title = One more step
page-magic-link-second-intro = Type the code that your authenticator app shows, or one of your recovery codes.
page-magic-link-second-label = Code
page-magic-link-second-wrong = This code is wrong. Each counts once.
page-magic-link-enrol-intro = Your account needs a second factor. Scan the picture with an authenticator app, then type the code that it shows.
page-magic-link-enrol-picture = QR code for an authenticator app
page-magic-link-enrol-secret = Or type this secret into the app:
page-magic-link-done-title = You are signed in
page-magic-link-done-text = You can close this page now.
page-magic-link-done-continue = Continue
page-magic-link-done-codes = Keep these recovery codes in a safe place: each of them counts once, and they are not shown again.

## Page: reset password

page-reset-password-title = Choose a new password
page-reset-password-intro = It replaces your old password and signs you out on all your devices.
page-reset-password-label = New password
page-reset-password-rule = { $min_length ->
    [one] At least one character.
   *[other] At least { $min_length } characters.
}
page-reset-password-hint = Three or four unrelated words are easy to remember and hard to guess.
page-reset-password-button = Save my new password

page-reset-password-done-title = Your password has been changed
page-reset-password-done-text = You can close this page and sign in with your new password.
page-reset-password-done-sessions = For your safety, you have been signed out on all your devices.

## Page: problem

page-problem-title = That did not work
page-problem-advice-heading = What you can do
page-problem-support = If it keeps happening, pass this on to the people who run this server:
page-problem-code = Code
page-problem-request-id = Request ID

page-problem-link-expired-title = This link has expired
page-problem-link-expired-message = For your safety, links from our emails work only for a limited time.
page-problem-link-expired-advice = Go back to the sign-in screen and ask for a new link.

page-problem-link-invalid-title = This link does not work
page-problem-link-invalid-message = It has been used already, or a newer one has replaced it, or a part of it is missing.
page-problem-link-invalid-advice = Open the link in the newest email from us, or ask for a new one on the sign-in screen. If you have confirmed your address already, just sign in.

page-problem-not-found-title = There is nothing here
page-problem-not-found-message = No page of this server has this address.
page-problem-not-found-advice = Check the address for typing mistakes, or go back to where you came from.

page-problem-rate-limited-title = A little too fast
page-problem-rate-limited-message = There have been too many attempts in a short time.
page-problem-rate-limited-advice = Wait a few minutes, then try again.

page-problem-unavailable-title = We will be right back
page-problem-unavailable-message = The server cannot answer at the moment.
page-problem-unavailable-advice = Wait a moment, then try again.

page-problem-internal-title = Something went wrong on our side
page-problem-internal-message = This is not your fault, and we have taken note of it.
page-problem-internal-advice = Please try again in a moment.

## Page: home

page-home-title = { $app_name } is running
page-home-intro = This server signs people in to your apps.
page-home-version = Version { $version }
page-home-links = Where to go from here
page-home-docs = API reference
page-home-docs-text = Read about every endpoint and try it out.
page-home-openapi = OpenAPI document
page-home-openapi-text = The same reference as JSON, to generate clients from.
page-home-health = Health
page-home-health-text = How the database, the cache and email are doing.
page-home-dev-mail = Caught mail
page-home-dev-mail-text = Read the messages that have not left this server.

## Page: mail catcher

page-dev-mail-title = Caught mail
page-dev-mail-intro = Without an SMTP server, no email leaves { $app_name }. Each message lands here instead, the newest first.
page-dev-mail-filter-label = Recipient
page-dev-mail-filter-button = Filter
page-dev-mail-filter-clear = Show all
page-dev-mail-count = { $count ->
    [one] One message
   *[other] { $count } messages
}
page-dev-mail-to = To
page-dev-mail-sent = Sent
page-dev-mail-links = { $count ->
    [one] Link
   *[other] Links
}
page-dev-mail-html = Message
page-dev-mail-text = Plain text
page-dev-mail-frame = The message “{ $subject }” as its recipient sees it
page-dev-mail-empty-title = No mail yet
page-dev-mail-empty-filtered-title = No mail to { $to }
page-dev-mail-empty-text = Register somebody, and the message that confirms their address appears here:
page-dev-mail-empty-refresh = This page looks for new mail every three seconds.

email-api-key-created-subject = An API key was made for your { $app_name } account
email-api-key-created-preheader = If this was you, there is nothing to do.
email-api-key-created-intro =
    The API key “{ $api_key }” of your { $app_name } account has just been made.
    Whoever holds it can act for you, within its scopes.
email-api-key-created-was-you =
    If this was you, there is nothing more to do.
email-api-key-created-advice =
    Revoke the key in your account at once, and change your password:
    somebody else is signed in to your account.

email-passkey-added-subject = A passkey was added to your { $app_name } account
email-passkey-added-preheader = If this was you, there is nothing to do.
email-passkey-added-intro =
    The passkey “{ $passkey }” has just been added to your { $app_name } account.
    Whoever holds it can sign in with it.
email-passkey-added-was-you =
    If this was you, there is nothing more to do.
email-passkey-added-advice =
    Remove the passkey in your account at once, and change your password:
    somebody else is signed in to your account.

email-passkey-removed-subject = A passkey was removed from your { $app_name } account
email-passkey-removed-preheader = If this was you, there is nothing to do.
email-passkey-removed-intro =
    The passkey “{ $passkey }” of your { $app_name } account has just been
    removed. Nobody can sign in with it any more, and you have been signed out
    on your other devices.
email-passkey-removed-was-you =
    If this was you, there is nothing more to do.
email-passkey-removed-advice =
    Ask for a password reset on the sign-in screen at once. The link comes
    to this address, and a new password signs everybody else out.

## Email: second factors

email-mfa-enabled-subject = Two-step sign-in is on for your { $app_name } account
email-mfa-enabled-preheader = From now on a sign-in asks for a code of your app.
email-mfa-enabled-intro =
    An authenticator app has just been turned on for your { $app_name } account.
    From now on a sign-in asks for a code of it. You have been signed out on
    your other devices.
email-mfa-enabled-was-you =
    If this was you, keep your recovery codes in a safe place.
email-mfa-enabled-advice =
    Reset your password at once and ask your administrator to take the second
    factor away: somebody else has put theirs there.

email-mfa-disabled-subject = Two-step sign-in is off for your { $app_name } account
email-mfa-disabled-preheader = From now on the password alone is enough.
email-mfa-disabled-intro =
    The second factor of your { $app_name } account has just been turned off.
    From now on the password alone is enough, and your recovery codes count no
    more. You have been signed out on your other devices.
email-mfa-disabled-was-you =
    If this was you, there is nothing more to do.
email-mfa-disabled-advice =
    Reset your password at once, and turn the second factor on again.

email-recovery-code-used-subject = A recovery code of your { $app_name } account was used
email-recovery-code-used-preheader = If this was you, see how many are left.
email-recovery-code-used-intro = { $remaining ->
    [0] A recovery code of your { $app_name } account has just been used. It was the last one.
    [one] A recovery code of your { $app_name } account has just been used. One is left.
   *[other] A recovery code of your { $app_name } account has just been used. { $remaining } are left.
}
email-recovery-code-used-was-you = { $remaining ->
    [0] Make new ones now: without them a lost phone would lock you out.
    [one] Make new ones soon: without them a lost phone would lock you out.
    [2] Make new ones soon: without them a lost phone would lock you out.
   *[other] If this was you, there is nothing more to do.
}
email-recovery-code-used-advice =
    Reset your password at once, then make new recovery codes: somebody else has
    your password and one of your codes.
