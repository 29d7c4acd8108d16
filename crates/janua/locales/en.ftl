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
page-sign-in-by-mail = Sign in by mail, without a password
page-sign-in-with = Continue with { $provider }
page-sign-in-sso = Continue with your organization
page-sso-title = Continue with your organization
page-sso-intro = Type your work address. If your organization signs people in here, you go on to its sign-in page.
page-sso-email = Work email address
page-sso-button = Continue
page-sso-other = Sign in another way
page-sso-test-title = What your identity provider said
page-sso-test-intro = This was a trial: nobody was signed in, and no account was made.
page-sso-test-subject = Id of the person
page-sso-test-email = Email address
page-sso-test-trusted = its domain is verified
page-sso-test-untrusted = its domain is not verified, so it does not count
page-sso-test-first-name = First name
page-sso-test-last-name = Last name
page-sso-test-groups = Groups
page-sso-test-role = Role of a newcomer
page-sso-test-missing = Nothing was found for: { $fields }
page-sso-test-attributes = Attributes
page-sso-setup-title = Connect your identity provider
page-sso-setup-heading = Connect { $connection }
page-sso-setup-invited = { $organization } asks you to fill in the connection “{ $connection }”, so that its people sign in at your identity provider.
page-sso-setup-begin = Begin
page-sso-setup-once = The link opens in one browser: the one in which you begin.
page-sso-setup-ended = Thank you. { $organization } can enable the connection now; this link opens nothing any more.
page-sso-setup-intro = For { $organization }. You can come back in this browser until { $until }.
page-sso-setup-saved = Saved.
page-sso-setup-provider = 1. Which provider is it?
page-sso-setup-there = 2. Copy this to your provider
page-sso-setup-menu = Add an application:
page-sso-setup-entity-id = Entity id of the service provider (audience)
page-sso-setup-acs-url = Assertion consumer service URL
page-sso-setup-slo-url = Single logout URL, if you want it
page-sso-setup-own-metadata = Our metadata, if your provider imports it
page-sso-setup-redirect-uri = Redirect URI
page-sso-setup-attributes = Send the email address, and if you like given name, family name and groups, as attributes.
page-sso-setup-here = 3. Tell us of your provider
page-sso-setup-metadata-url = Address of its metadata
page-sso-setup-metadata = Or the metadata itself (XML)
page-sso-setup-known = The provider that is known now:
page-sso-setup-issuer = Issuer
page-sso-setup-client-id = Client id
page-sso-setup-client-secret = Client secret
page-sso-setup-secret-kept = One is kept; leave this empty to keep it.
page-sso-setup-save = Save
page-sso-setup-try = 4. Try it
page-sso-setup-test = Check the connection
page-sso-setup-sign-in = Sign in as a trial, in another tab
page-sso-setup-finish = 5. Finish
page-sso-setup-complete = All that is needed is there. Nobody signs in this way before { $organization } enables it.
page-sso-setup-incomplete = Something is still missing.
page-sso-setup-end = I am done
page-leaving-title = On to { $provider }
page-leaving-text = If nothing happens in a moment, press the button.
page-continue = Continue
page-connections-title = Other providers
page-connections-intro = Sign in here with an account that you have elsewhere.
page-connections-since = Linked on { $date }
page-connections-link = Link { $provider }
page-connections-unlink = Unlink { $provider }
page-connections-linked-done = It is linked. From now on you can sign in with it.
page-connections-unlinked-done = It is unlinked. You are signed out everywhere else.
page-connections-sso-title = Your organizations
page-connections-sso-intro = Sign in here with what you hold at the identity provider of an organization. Whoever looks after that provider can then sign in as you.
page-connections-sso-link = Link { $provider } of { $organization }
page-connections-sso-required = The organization wants you to sign in here, so it stays linked.
page-connections-sso-unlinked-done = It is unlinked. The sessions that began there have ended.
page-account-connections-count = { $count ->
    [0] None linked
    [one] One linked
   *[other] { $count } linked
}
page-mail-sign-in-title = Sign in by mail
page-mail-sign-in-intro = We send a link and a code to your address. Either of them signs you in, once.
page-mail-sign-in-button = Send the mail
page-mail-sign-in-password = Sign in with a password or a passkey
page-mail-code-intro = If this address may sign in, a mail is on its way. Open its link in this browser, or type its code here.
page-mail-code-label = Code from the mail
page-mail-code-hint = Six digits. They count for a quarter of an hour.
page-mail-code-again = Send another mail
page-passkey-step = Use a passkey instead
page-second-factor-remember = Do not ask again in this browser for { $days } days
page-trusted-title = Trusted browsers
page-trusted-intro = In these you need not show the second factor when you sign in.
page-trusted-this = this browser
page-trusted-until = until { $time }
page-trusted-forget = Ask again
page-trusted-forgotten = This browser has to show the second factor again.

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
page-dev-mail-sms = Text message to { $to }
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

email-social-linked-subject = { $provider } now opens your { $app_name } account
email-social-linked-preheader = If this was you, there is nothing to do.
email-social-linked-intro =
    Your account at { $provider } was just linked to your { $app_name }
    account: whoever signs in there can sign in here.
email-social-linked-was-you =
    If this was you, there is nothing more to do.
email-social-linked-advice =
    Sign in, and unlink it on the page of your account. Then set a new
    password: that signs everybody else out.

email-social-unlinked-subject = { $provider } does not open your { $app_name } account any more
email-social-unlinked-preheader = If this was you, there is nothing to do.
email-social-unlinked-intro =
    Your account at { $provider } was just unlinked from your { $app_name }
    account. Nobody can sign in with it any more, and you have been signed out
    on your other devices.
email-social-unlinked-was-you =
    If this was you, there is nothing more to do.
email-social-unlinked-advice =
    Ask for a password reset on the sign-in screen at once. The link comes
    to this address, and a new password signs everybody else out.

## Email: organizations

email-organization-created-subject = { $organization } is ready on { $app_name }
email-organization-created-preheader = You are its owner.
email-organization-created-intro =
    The organization “{ $organization }” has just been made on { $app_name },
    and you are its owner.
email-organization-created-advice =
    If you did not ask for it, tell your administrator.

email-organization-deleted-subject = { $organization } was deleted from { $app_name }
email-organization-deleted-preheader = It can be restored for a while.
email-organization-deleted-intro =
    The organization “{ $organization }” has just been deleted from
    { $app_name }. Nobody can use it any more.
email-organization-deleted-advice =
    Owners and admins can restore it until { $purge_at }. After that it is gone
    for good, with everything that belongs to it.

email-organization-restored-subject = { $organization } was restored on { $app_name }
email-organization-restored-preheader = Its members can use it again.
email-organization-restored-intro =
    The organization “{ $organization }”, which had been deleted, has just been
    restored on { $app_name }.
email-organization-restored-advice =
    Its members find everything as it was.

email-invitation-subject = You are invited to { $organization } on { $app_name }
email-invitation-preheader = Accept to become a member.
email-invitation-from =
    { $inviter } invites you to join the organization “{ $organization }” on
    { $app_name }, with the role “{ $role }”.
email-invitation-intro =
    You are invited to join the organization “{ $organization }” on { $app_name },
    with the role “{ $role }”.
email-invitation-link =
    Open this address to accept:
email-invitation-button = See the invitation
email-invitation-expires =
    The invitation is for { $email } alone and lives until { $expires_at }.
email-invitation-ignore =
    Do you not know them? Then just delete this message: nothing happens.

email-member-added-subject = You belong to { $organization } on { $app_name }
email-member-added-preheader = You were made a member.
email-member-added-intro =
    You have just been made a member of the organization “{ $organization }” on
    { $app_name }, with the role “{ $role }”.
email-member-added-advice =
    If you do not want to belong to it, you can leave it at any time.

email-member-removed-subject = You do not belong to { $organization } any more
email-member-removed-preheader = Your membership has ended.
email-member-removed-intro =
    You do not belong to the organization “{ $organization }” on { $app_name }
    any more. Your account stays as it is.
email-member-removed-advice =
    If this surprises you, ask somebody of the organization.

email-member-role-changed-subject = You have another role in { $organization }
email-member-role-changed-preheader = What you may do there has changed.
email-member-role-changed-intro =
    In the organization “{ $organization }” on { $app_name } you have the role
    “{ $role }” from now on.
email-member-role-changed-advice =
    If this surprises you, ask an owner of the organization.

email-ownership-transferred-subject = { $organization } has another owner
email-ownership-transferred-preheader = The organization was given away.
email-ownership-transferred-intro =
    The organization “{ $organization }” on { $app_name } belongs to
    { $owner } from now on. Its former owner is an admin.
email-ownership-transferred-advice =
    If you did not expect this, tell your administrator at once.

## Email: webhooks

email-sso-certificate-ending-subject = The certificate of { $provider } ends soon
email-sso-certificate-ending-preheader = Sign-ins through it fail when it is replaced there and not here.
email-sso-certificate-ending-intro =
    The last certificate with which the identity provider “{ $provider }” of
    “{ $organization }” signs on { $app_name } ends on { $until }, in { $days } days.
email-sso-certificate-ending-advice =
    Have the new certificate added to the connection before the identity provider
    begins to use it: several may count at once. A connection that knows the address
    of the provider's metadata takes new certificates by itself.

email-domain-lapsed-subject = { $domain } is no longer verified on { $app_name }
email-domain-lapsed-preheader = Its DNS record has been gone for days.
email-domain-lapsed-intro =
    Since { $since } the DNS record that proves that { $domain } belongs to
    “{ $organization }” has not been there. The domain is no longer verified on
    { $app_name }.
email-domain-lapsed-advice =
    If the domain is still yours, add this record again and verify the domain.
    If it is not, remove it from the organization.

email-webhook-disabled-subject = { $app_name } has stopped sending events to a webhook
email-webhook-disabled-preheader = Every try of the last days has failed.
email-webhook-disabled-intro =
    Since { $since } { $app_name } has not been able to deliver any event to
    { $webhook }. The webhook has been turned off.
email-webhook-disabled-last = The last try ended like this: { $failure }
email-webhook-disabled-advice =
    Mend the receiver, try it out with a test event, and turn the webhook on
    again. What was waiting is sent then. What happens while it is off is not.

## Email: second factors

email-mfa-enabled-subject = Two-step sign-in is on for your { $app_name } account
email-mfa-enabled-preheader = { $method ->
    [sms] From now on a sign-in asks for a code that is sent to your phone.
   *[other] From now on a sign-in asks for a code of your app.
}
email-mfa-enabled-intro = { $method ->
    [sms] Codes by SMS have just been turned on for your { $app_name } account. From now on a sign-in asks for one. You have been signed out on your other devices.
   *[other] An authenticator app has just been turned on for your { $app_name } account. From now on a sign-in asks for a code of it. You have been signed out on your other devices.
}
email-mfa-enabled-was-you =
    If this was you, keep your recovery codes in a safe place.
email-mfa-enabled-advice =
    Reset your password at once and ask your administrator to take the second
    factor away: somebody else has put theirs there.

email-mfa-disabled-subject = { $others ->
    [yes] A second step of your { $app_name } account was turned off
   *[no] Two-step sign-in is off for your { $app_name } account
}
email-mfa-disabled-preheader = { $others ->
    [yes] { $method ->
        [sms] No more codes are sent to your phone.
       *[other] Your authenticator app is not asked for any more.
    }
   *[no] { $method ->
        [all] Every second factor was taken from your account.
       *[other] From now on the password alone is enough.
    }
}
email-mfa-disabled-intro = { $method ->
    [sms] Codes by SMS have just been turned off for your { $app_name } account. { $others ->
        [yes] A sign-in still asks for your other second factor.
       *[no] From now on the password alone is enough, and your recovery codes count no more.
    } You have been signed out on your other devices.
    [all] An administrator has just taken every second factor from your { $app_name } account: authenticator app, phone, passkeys and recovery codes count no more. You have been signed out everywhere.
   *[other] The authenticator app of your { $app_name } account has just been turned off. { $others ->
        [yes] A sign-in still asks for your other second factor.
       *[no] From now on the password alone is enough, and your recovery codes count no more.
    } You have been signed out on your other devices.
}
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

## Pages: what all share

language-name = English
page-language = Language
page-or = or
page-email = Email address
page-save = Save
page-cancel = Cancel
page-sign-out = Sign out
page-back-to-sign-in = Back to sign-in

## Page: sign-in

page-sign-in-title = Sign in
page-sign-in-heading = Sign in to { $app_name }
page-sign-in-identifier = Email address or username
page-sign-in-password = Password
page-sign-in-forgot = Forgotten your password?
page-sign-in-button = Sign in
page-sign-in-passkey = Sign in with a passkey
page-sign-in-resend = Send the confirmation email again
page-sign-in-new = New here?
page-sign-in-sign-up = Create an account
page-sign-in-signed-out = You have signed out.
page-sign-in-deleted = Your account has been deleted.
page-sign-in-over = That sign-in took too long or had too many wrong codes. Please begin again.
page-sign-in-password-changed = Your password has been changed. Sign in with the new one.
page-passkey-cancelled = Nothing was chosen, or it took too long. Try again when you are ready.
page-passkey-failed = The passkey did not work here. Try again, or use another way.

## Page: sign-up

page-sign-up-title = Create an account
page-sign-up-heading = Create your { $app_name } account
page-sign-up-first-name = First name (optional)
page-sign-up-button = Create account
page-sign-up-known = Have an account already?
page-sign-up-sign-in = Sign in
page-invitation-title = Invitation
page-invitation-heading = You are invited to { $organization }
page-invitation-from = { $inviter } invites you to join, with the role “{ $role }”.
page-invitation-role = You are invited to join, with the role “{ $role }”.
page-invitation-address = The invitation is for { $email }.
page-invitation-accept = Accept the invitation
page-invitation-other = You are signed in as { $email }. Sign out, then open the link of the email again.
page-invitation-sign-out = Sign out
page-invitation-sign-in = Sign in to accept
page-invitation-register = Create account and accept
page-invitation-ignore = Do you not know who invites you? Then just close this page: nothing has happened yet.
page-account-joined-done = Done: you belong to the organization now.
page-error-INVITATION_FOR_ANOTHER_ADDRESS = This invitation was sent to another address. Sign in with that one.
page-error-INVITATION_ACCEPTED = This invitation was accepted already. Sign in.
page-check-mail-title = Check your email
page-check-mail-verification = We have sent you a link. Open it to confirm your address, then sign in.
page-check-mail-reset = If the address belongs to an account, we have sent a link there. Open it to choose a new password.
page-check-mail-spam = It can take a minute. If nothing arrives, look in your spam folder.

## Page: forgotten password

page-forgot-title = Forgotten your password?
page-forgot-intro = Tell us your address, and we send you a link to choose a new one.
page-forgot-button = Send the link

## Pages: second factor, once more

page-enrolment-title = One more step
page-enrolment-intro = Accounts here are protected with a second step. Set one up once; after that a sign-in asks for a code of it.
page-enrolment-use-app = Use an authenticator app instead
page-enrolment-use-sms = Get codes by SMS instead
page-enrolment-confirm = Confirm and sign in
page-second-factor-title = One more step
page-second-factor-intro = Your account is protected by a second step.
page-second-factor-button = Continue
page-code-app = Code of your authenticator app
page-code-app-hint = Six digits, as the app shows them now.
page-code-recovery = Recovery code
page-code-recovery-hint = One of those that you kept. Each works once.
page-code-use-app = Use the app instead
page-code-use-recovery = Use a recovery code instead
page-step-up-title = Is it still you?
page-step-up-intro = Before a change that matters, please prove once more who you are.
page-step-up-button = Continue

## Pages: account

page-account-title = Your account
page-account-profile = Name
page-account-profile-none = Not set
page-account-password = Password
page-account-password-text = Choose a new one
page-account-second-factor = Second step
page-account-second-factor-off = Off: your password alone is enough
page-account-second-factor-sms = Off: codes by SMS protect your account
page-account-passkeys = Passkeys
page-account-sessions = Where you are signed in
page-account-delete = Delete my account
page-account-export = Download my data
page-account-password-done = Your password has been changed. You have been signed out everywhere else.
page-account-profile-done = Saved.
page-profile-title = Your name
page-profile-first-name = First name
page-profile-last-name = Last name
page-profile-username = Username
page-profile-username-hint = You can sign in with it, too. 3 to 32 letters, digits, dots, dashes or underscores.
page-password-title = Change your password
page-password-intro = You stay signed in here and are signed out everywhere else.
page-password-current = Current password
page-export-title = Download your data
page-export-intro = One file with all that { $app_name } keeps of you: your profile, where you are signed in, what protects your account, where you belong, and what happened.
page-export-without = It holds no passwords and no codes, and nothing of other people. Keep it where only you can read it.
page-export-button = Download
page-delete-title = Delete your account?
page-delete-intro = Your { $app_name } account goes with everything that belongs to it. Nobody can bring it back.
page-delete-button = Delete my account for good
page-delete-cancel = Keep my account

## Page: authenticator app

page-totp-title = Second step
page-totp-on = An authenticator app protects your account. Each sign-in asks for a code of it.
page-totp-off = With an authenticator app, somebody who learns your password still cannot sign in.
page-totp-start = Set up an app
page-totp-scan = Scan this picture with your authenticator app.
page-totp-picture = QR code with the secret for your app
page-totp-type = Cannot scan it?
page-totp-open = Open it in an app on this device
page-totp-code = Type the code that the app shows now
page-totp-confirm = Turn it on
page-totp-codes = Recovery codes
page-totp-codes-button = Make new codes
page-totp-off-summary = Turn the second step off
page-totp-off-text = Your password alone will be enough, and your recovery codes count no more. You are signed out everywhere else.
page-totp-off-button = Turn it off
page-totp-off-done = The second step is off.
page-recovery-codes-title = Keep these codes safe
page-recovery-codes-intro = If you lose your phone, one of them lets you in. Print them, or put them into a password manager.
page-recovery-codes-once = Each works once. They are not shown again.
page-recovery-codes-button = I have kept them

## Page: passkeys

page-passkeys-title = Passkeys
page-passkeys-intro = A passkey signs you in with your finger, face or PIN. No site can trick you out of it.
page-passkeys-added = The passkey was added.
page-passkeys-renamed = The passkey has a new name.
page-passkeys-removed = The passkey was removed. You have been signed out everywhere else.
page-passkeys-since = Added { $date }
page-passkeys-used = last used { $date }
page-passkeys-suspicious = This passkey may have been copied. Remove it and add a new one.
page-passkeys-change = Rename or remove
page-passkeys-name = Name
page-passkeys-remove = Remove this passkey
page-passkeys-new-name = Name of the new passkey (optional)
page-passkeys-new-hint = Something by which you know it later, such as “Work laptop”.
page-passkeys-noscript = Adding a passkey needs JavaScript. Turn it on for this page.
page-passkeys-add = Add a passkey

## Page: sessions

page-sessions-title = Where you are signed in
page-sessions-intro = Do you not know one of these? End it, then change your password.
page-sessions-unknown = Unknown device
page-sessions-this = This one
page-sessions-since = since { $time }
page-sessions-used = last active { $time }
page-sessions-end = End
page-sessions-end-others = Sign out everywhere else
page-sessions-ended = Done: signed out there.
page-home-sign-in = Sign in
page-home-sign-in-text = Look after your account: password, passkeys, sessions.
page-problem-form-title = This form is no longer valid
page-problem-form-message = It was opened in another browser or before a sign-in, or it came from another site. Nothing has been changed.
page-problem-form-advice = Go back, reload the page and fill the form in once more.

## What is wrong with a form

page-error-INVALID_CREDENTIALS = Address and password do not match an account. Check both, or choose a new password.
page-error-EMAIL_NOT_VERIFIED = Your address is not confirmed yet. Open the link in our email, or let us send it again.
page-error-ACCOUNT_LOCKED = There were too many wrong passwords, so we have locked the account for a while. Try again later, or choose a new password: that opens it at once.
page-error-ACCOUNT_SUSPENDED = This account is suspended. Ask the people who run this server.
page-error-RATE_LIMITED = There have been too many attempts. Wait a few minutes, then try again.
page-error-EMAIL_RATE_LIMITED = We have sent many emails to this address already. Look in your inbox, or try again in an hour.
page-error-INVALID_EMAIL = Type a whole email address, such as ada@example.com.
page-error-INVALID_USERNAME = A username has 3 to 32 letters, digits, dots, dashes or underscores.
page-error-EMAIL_ALREADY_EXISTS = There is an account with this address already. Sign in, or choose a new password for it.
page-error-USERNAME_TAKEN = Somebody else has this name. Choose another one.
page-error-WEAK_PASSWORD = This password is too short or too easy to guess. Take at least { $min_length } characters: three or four unrelated words are good.
page-error-WRONG_PASSWORD = This is not your current password. Try again.
page-error-INVALID_MFA_CODE = This code is wrong or was used already. Type the one of the last message, or the one that the app shows now; if that stays wrong, set the clock of your phone.
page-error-WRONG_MFA_CODE = This code is wrong or was used already. Type the one of the last message, or the one that the app shows now; if that stays wrong, set the clock of your phone.
page-error-INVALID_EMAIL_CODE = This code is wrong. Type the six digits of the last mail; after five wrong ones you need another mail.
page-error-INVALID_RECOVERY_CODE = This code is wrong or was used already. Try another one.
page-error-CREDENTIAL_NOT_RECOGNIZED = This passkey does not open an account here. Choose another one, or sign in another way.
page-error-PASSKEY_CHALLENGE_EXPIRED = That took too long. Please try again.
page-error-PASSKEY_CHALLENGE_USED = This was answered already. Please try again.
page-error-SSO_LINKED_ELSEWHERE = What you hold at the identity provider opens another account here. Sign in with it and unlink it there first.
page-error-SSO_ALREADY_LINKED = Another account at this identity provider is linked already. Unlink it first.
page-error-SSO_UNLINK_REFUSED = Your organization wants you to sign in through this connection, so it stays linked.
page-error-LAST_WAY_IN = This is your last way in, so it has to stay. Add another passkey or a password first.
page-error-LAST_ADMIN = You are the last administrator. Make somebody else one first.
page-error-LAST_OWNER = An organization would be left without an owner. Hand it over first.

page-account-second-factor-on = { $count ->
    [0] On, and no recovery codes are left
    [one] On, and one recovery code is left
   *[other] On, and { $count } recovery codes are left
}
page-account-passkeys-count = { $count ->
    [0] None yet
    [one] One passkey
   *[other] { $count } passkeys
}
page-account-sessions-count = { $count ->
    [one] Only here
   *[other] In { $count } places
}
page-totp-codes-left = { $count ->
    [0] None is left. Make new ones now: without them a lost phone would lock you out.
    [one] One is left. Make new ones soon: without them a lost phone would lock you out.
   *[other] { $count } are left. They let you in when your phone is gone.
}

## Text messages, and the pages about them
# Letters outside of GSM 03.38 would halve the room of a message.

sms-code = { $code } is your { $app_name } code. It works once, within { $minutes } minutes. We never ask you for it.
page-code-sms = Code from the text message
page-code-sms-hint = We send six digits to { $phone }.
page-code-sms-send = Send me a code
page-code-sms-again = Send another code
page-code-sms-sent = A code is on its way to { $phone }. It works once, within ten minutes.
page-code-use-sms = Get a code by SMS instead
page-phone-title = Codes by SMS
page-phone-on = Each sign-in can be confirmed with a code that is sent to { $phone }.
page-phone-off = Add a mobile phone, and a sign-in asks for a code that is sent to it. An authenticator app is safer: numbers can be taken over.
page-phone-another = Another number, or no message?
page-phone-number = Mobile number
page-phone-number-hint = With country code, as in +1 202 555 0123.
page-phone-on-done = Codes by SMS are on.
page-phone-off-done = Codes by SMS are off.
page-phone-off-summary = Turn codes by SMS off
page-phone-off-text = No more codes are sent to this phone. If it is your only second step, your password alone will be enough. You are signed out everywhere else.
page-phone-off-button = Turn them off
page-account-phone-on = On: they go to { $phone }
page-account-phone-off = Off
page-error-INVALID_PHONE = This is not a number that gets text messages. Type it with country code, as in +1 202 555 0123, and count the digits.
page-error-SMS_DISABLED = There are no codes by SMS here. Use an authenticator app.
page-error-SMS_DELIVERY_FAILED = The message could not be sent. Try again in a moment, or use another second step.
page-error-SMS_RATE_LIMITED = We have sent many messages already. Use the last code, or try again in an hour.
page-error-SMS_BRAKED = No messages go to numbers like this for now. Use another second step.

page-sessions-support = Support
page-sessions-support-reason = Why: { $reason }

email-impersonation-subject = Support is using your { $app_name } account
email-impersonation-preheader = An administrator acts for you for some minutes.
email-impersonation-intro =
    { $impersonator }, an administrator of { $app_name }, has opened your account
    to help you. This ends by itself at { $expires_at }.
email-impersonation-reason = The reason given: { $reason }
email-impersonation-limits =
    They cannot change your password, your second step, your passkeys or your
    API keys, and everything they do is recorded under their name.
email-impersonation-advice =
    If you did not expect this, end the access in your account under “Where you
    are signed in”, and ask the people who run { $app_name }.
