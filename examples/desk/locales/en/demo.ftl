# What only a demo shows.

outbox-codes = Codes of the staff's authenticator apps
outbox-code-whose = Whose app
outbox-code-now = Code
outbox-code-next = Next code, good already
outbox-codes-what = Only a demo shows these, and only on this machine. A code is taken once. { $seconds ->
    [one] The next one comes in one second
   *[other] The next one comes in { $seconds } seconds
}; open this page again for it.
outbox-sent = Mail of this demo is sent by the mail server of its settings and not kept here.
